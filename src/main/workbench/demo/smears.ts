import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { Box } from '#shared/geometry/box.ts'
import { smear } from '#shared/synthetic/smear.ts'

/** A synthetic picture on disk and its exact truth. */
export interface MadeImage {
  readonly name: string
  readonly path: string
  readonly objects: readonly { readonly className: string; readonly box: Box }[]
}

export const SMEAR_CLASSES = ['RBC', 'WBC', 'Platelets'] as const

/** Writes `count` synthetic smears as PNG files into a folder; picture i depends on seed and i alone. */
export async function makeSmears(folder: string, count: number, seed: number): Promise<MadeImage[]> {
  await mkdir(folder, { recursive: true })
  const made: MadeImage[] = []
  for (let i = 0; i < count; i++) {
    const picture = smear({ seed: seed * 10_007 + i, width: 640, height: 480 })
    const name = `smear_${String(i + 1).padStart(3, '0')}.png`
    const file = path.join(folder, name)
    await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
      .png({ compressionLevel: 3 })
      .toFile(file)
    made.push({ name, path: file, objects: picture.objects })
  }
  return made
}
