import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { JobSamples } from '#shared/contracts/job.ts'
import { connectedComponents } from '#shared/masks/components.ts'
import { spansByLabel } from '#shared/masks/dense.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { createRandom } from '#shared/random.ts'
import { imageId } from '#shared/records/ids.ts'
import { readRaster } from '../src/imaging/read.ts'

// The segmented sets of ../shared/data as a training job has them, and their folds.

export type Sample = JobSamples['train'][number]
export interface Labelled {
  readonly sample: Sample
  /** Slide or image: never in two folds. */
  readonly group: string
}

export interface Dataset {
  readonly classes: readonly string[]
  readonly samples: readonly Labelled[]
}

export type DatasetName = 'glomeruli' | 'dsb2018' | 'wbc'

export async function readDataset(name: DatasetName, limit = Infinity): Promise<Dataset> {
  const folder = path.resolve(import.meta.dirname, '../../shared/data', name)
  if (!existsSync(folder)) throw new Error(`There is no ../shared/data/${name} beside the repository.`)
  const names = (await readdir(path.join(folder, 'images'))).sort().slice(0, limit)
  const samples: Labelled[] = []
  for (const file of names) samples.push(await READERS[name](folder, file))
  return { classes: CLASSES[name], samples }
}

const CLASSES: Readonly<Record<DatasetName, readonly string[]>> = {
  glomeruli: ['glomerulus'],
  dsb2018: ['nucleus'],
  wbc: ['cytoplasm', 'nucleus'],
}

type Reader = (folder: string, file: string) => Promise<Labelled>

const READERS: Readonly<Record<DatasetName, Reader>> = {
  // Red on black: the red channel. Neighbouring tiles of a slide have numbers that begin alike.
  glomeruli: async (folder, file) => {
    const { data, width, height } = await readRaster(path.join(folder, 'masks', file))
    const map = Uint8Array.from({ length: width * height }, (_, i) => (data[i * 3]! > 127 ? 1 : 0))
    return labelled(folder, file, { width, height }, componentsOf(map, width, height, 0), file.slice(0, 4))
  },
  // 16 bits, one number a nucleus.
  dsb2018: async (folder, file) => {
    const image = sharp(path.join(folder, 'labels', file))
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
    const { data, info } = await image.toBuffer({ resolveWithObject: true })
    const values = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    const map = Int32Array.from({ length: info.width * info.height }, (_, i) => values[i * info.channels]!)
    return labelled(folder, file, info, labelsOf(map, info.width, info.height, 0), file)
  },
  // Three grey levels: background, cytoplasm, nucleus.
  wbc: async (folder, file) => {
    const mask = path.join(folder, 'masks', file.replace(/\.\w+$/, ''))
    const found = ['.png', '.bmp', '_mask.png'].map((end) => mask + end).find((candidate) => existsSync(candidate))
    if (found === undefined) throw new Error(`There is no mask for ${file}`)
    const { data, width, height } = await readRaster(found, { channels: 1 })
    const level = (at: number): Uint8Array => Uint8Array.from(data, (value) => (Math.round(value / 127) === at ? 1 : 0))
    const labels = [...componentsOf(level(1), width, height, 0), ...componentsOf(level(2), width, height, 1)]
    return labelled(folder, file, { width, height }, labels, file)
  },
}

type Label = Sample['labels'][number]

function labelled(folder: string, file: string, size: { width: number; height: number }, labels: Label[], group: string): Labelled {
  const { width, height } = size
  const id = imageId.parse(file.replace(/\W/g, '-'))
  return { sample: { id, path: path.join(folder, 'images', file), width, height, labels }, group }
}

function componentsOf(map: Uint8Array, width: number, height: number, classIndex: number): Label[] {
  return labelsOf(connectedComponents(map, width, height).ids, width, height, classIndex)
}

export function labelsOf(numbers: Int32Array, width: number, height: number, classIndex: number): Label[] {
  return [...spansByLabel(numbers, { x: 0, y: 0, width, height }).values()].flatMap((spans) => {
    const shape = maskOf(maskOfSpans(spans))
    return shape === null ? [] : [{ shape, classIndex, ignore: false }]
  })
}

/** Deals groups to folds, in an order drawn from the seed, always to the fold with the fewest images so far. */
export function foldsOf(samples: readonly Labelled[], folds: number, seed: number): Labelled[][] {
  const groups = new Map<string, Labelled[]>()
  for (const one of samples) groups.set(one.group, [...(groups.get(one.group) ?? []), one])
  const order = createRandom(`folds/${seed}`).shuffle([...groups.values()])
  const dealt: Labelled[][] = Array.from({ length: folds }, () => [])
  for (const group of order) dealt.reduce((least, fold) => (fold.length < least.length ? fold : least)).push(...group)
  return dealt
}
