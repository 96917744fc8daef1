import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { JobSample } from '#shared/contracts/job.ts'
import { imageId } from '#shared/records/ids.ts'
import { readHeader } from '../src/imaging/read.ts'

// The red cells of ../shared/data/malaria (Rajaraman et al. 2018), cut out on black.

export const CELL_CLASSES = ['Uninfected', 'Parasitized'] as const

export interface Cell {
  readonly file: string
  /** Index in the classes. */
  readonly truth: number
  /** Slide and patient: `C100` of `C100P61ThinF_IMG_….png`. Some names have the class before it, or lack the P: the number of the slide tells them all. */
  readonly patient: string
}

/** What a cell is (index in the classes), and the probability of being infected that a model gives it. */
export type TruthAndScore = readonly [truth: number, score: number]

/** All cells, by class and name. */
export async function readCells(): Promise<Cell[]> {
  const root = path.resolve(import.meta.dirname, '../../shared/data/malaria')
  if (!existsSync(root)) throw new Error('There is no ../shared/data/malaria beside the repository.')
  const cells: Cell[] = []
  for (const [truth, name] of CELL_CLASSES.entries())
    for (const file of (await readdir(path.join(root, name))).sort())
      if (file.endsWith('.png')) cells.push({ file: path.join(root, name, file), truth, patient: patientOf(file) })
  return cells
}

function patientOf(file: string): string {
  const slide = /C\d+/.exec(file)?.[0]
  if (slide === undefined) throw new Error(`${file}: no slide in the name`)
  return slide
}

/** As a training job has it: its class is a label of the image. */
export async function cellSample({ file, truth }: Cell): Promise<JobSample> {
  const { width, height } = await readHeader(file)
  const id = imageId.parse(path.parse(file).name)
  return { id, path: file, width, height, labels: [{ shape: { type: 'image' }, classIndex: truth, ignore: false }] }
}
