import { POINT } from '#shared/objects/shape-columns.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { classAt, type Scene } from '../viewer/scene.ts'

/** How many points of each class are on show, guesses left out. Makes no record. */
export function countedPoints({ parts }: Scene): ReadonlyMap<ClassId, number> {
  const counts = new Map<ClassId, number>()
  for (const part of parts) {
    if (part.guess) continue
    const { kinds, count } = part.rows
    for (let row = 0; row < count; row++) {
      if (kinds[row] !== POINT || !part.isShown(row)) continue
      const id = classAt(part, row)
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
  }
  return counts
}
