import type { JobSample } from '#shared/contracts/job.ts'
import { createRandom } from '#shared/random.ts'
import { cellSample, type Cell as CellFile, readCells } from '../malaria-cells.ts'

export interface Cell {
  readonly sample: JobSample
  readonly truth: number
  readonly patient: string
}

export interface CellSplit {
  readonly pool: readonly Cell[]
  /** Of patients of whom the pool has none. */
  readonly held: readonly Cell[]
}

/** Cells drawn by a seed: a quarter of the patients is held out, whole. */
export async function splitCells(seed: number, sizes: { readonly pool: number; readonly held: number }): Promise<CellSplit> {
  const random = createRandom(`${seed}/cells`)
  const files = await readCells()
  const patients = random.shuffle([...new Set(files.map(({ patient }) => patient))].sort())
  const heldOut = new Set(patients.slice(0, Math.round(patients.length / 4)))
  const drawn = random.shuffle(files)
  const some = async (held: boolean, count: number): Promise<Cell[]> => {
    const chosen = drawn.filter(({ patient }) => heldOut.has(patient) === held).slice(0, count)
    return await Promise.all(chosen.map(sampled))
  }
  return { pool: await some(false, sizes.pool), held: await some(true, sizes.held) }
}

async function sampled(cell: CellFile): Promise<Cell> {
  return { sample: await cellSample(cell), truth: cell.truth, patient: cell.patient }
}
