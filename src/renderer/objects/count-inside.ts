import { regionTest } from '#shared/geometry/regions.ts'
import { IMAGE, RULER } from '#shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type RegionShape } from '#shared/records/region.ts'
import { type ObjectTable } from './object-table.ts'

/** How many objects have the middle of their bounds in a region. Of a row no record is made. */
export function countedInside(objects: ObjectTable<AnnotationRecord>, region: RegionShape): number {
  const { has } = regionTest([region])
  let count = 0
  for (const { block, gone } of objects.parts) {
    const { kinds, bounds } = block.rows
    for (let row = 0; row < block.rows.count; row++) {
      if (gone?.[row] === 1 || kinds[row] === IMAGE || kinds[row] === RULER) continue
      const at = 4 * row
      if (has({ x: bounds[at]! + bounds[at + 2]! / 2, y: bounds[at + 1]! + bounds[at + 3]! / 2 })) count++
    }
  }
  return count
}
