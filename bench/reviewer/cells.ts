import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { JobSample } from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import { imageId } from '#shared/records/ids.ts'

/** The red cells of ../shared/data/malaria, 70 x 70 or so, on black. */
export const CELL_CLASSES = ['Uninfected', 'Parasitized'] as const

export interface Cell {
  readonly sample: JobSample
  readonly truth: number
  /** Slide and patient, as the file's name tells. */
  readonly patient: string
}

export interface CellSplit {
  readonly pool: readonly Cell[]
  /** Of patients of whom the pool has none. */
  readonly held: readonly Cell[]
}

/** Cells drawn by a seed: a quarter of the patients is held out, whole. */
export async function splitCells(seed: number, sizes: { readonly pool: number; readonly held: number }): Promise<CellSplit> {
  const folder = path.resolve(import.meta.dirname, '../../../shared/data/malaria')
  if (!existsSync(folder)) throw new Error('There is no ../shared/data/malaria beside the repository.')
  const random = createRandom(`${seed}/cells`)
  const files = (
    await Promise.all(
      CELL_CLASSES.map(async (name, truth) => (await readdir(path.join(folder, name))).map((file) => ({ name, file, truth }))),
    )
  ).flat()
  const patientOf = (file: string): string => /C\d+P\d+/.exec(file)?.[0] ?? file
  const patients = random.shuffle([...new Set(files.map(({ file }) => patientOf(file)))].sort())
  const heldOut = new Set(patients.slice(0, Math.round(patients.length / 4)))
  const drawn = random.shuffle(files.sort((a, b) => (a.file < b.file ? -1 : 1)))
  const some = (held: boolean, count: number): Promise<Cell[]> =>
    Promise.all(
      drawn
        .filter(({ file }) => heldOut.has(patientOf(file)) === held)
        .slice(0, count)
        .map(async ({ name, file, truth }) => {
          const at = path.join(folder, name, file)
          const { width, height } = await sharp(at).metadata()
          return { sample: sampleOf(at, { width, height }, truth), truth, patient: patientOf(file) }
        }),
    )
  return { pool: await some(false, sizes.pool), held: await some(true, sizes.held) }
}

function sampleOf(file: string, size: { readonly width: number; readonly height: number }, classIndex: number): JobSample {
  const id = imageId.parse(path.basename(file, '.png'))
  return { id, path: file, ...size, labels: [{ shape: { type: 'image' }, classIndex, ignore: false }] }
}
