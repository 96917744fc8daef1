import path from 'node:path'
import type { Box } from '#shared/geometry/box.ts'
import type { Pictures } from '../../images/pictures.ts'

/** A synthetic picture on disk and its exact truth. */
export interface MadeImage {
  readonly name: string
  readonly path: string
  readonly objects: readonly { readonly className: string; readonly box: Box }[]
}

export const SMEAR_CLASSES = ['RBC', 'WBC', 'Platelets'] as const

/** Writes `count` synthetic smears as PNG files into a folder; picture i depends on seed and i alone. `told` hears how many there are so far. */
export async function makeSmears(
  pictures: Pictures,
  folder: string,
  count: number,
  seed: number,
  told: (made: number) => void = () => undefined,
): Promise<MadeImage[]> {
  const made: MadeImage[] = []
  for (let i = 0; i < count; i++) {
    const name = `smear_${String(i + 1).padStart(3, '0')}.png`
    const file = path.join(folder, name)
    const { objects } = await pictures.smear({ seed: seed * 10_007 + i, width: 640, height: 480, target: file })
    made.push({ name, path: file, objects })
    told(made.length)
  }
  return made
}
