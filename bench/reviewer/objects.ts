import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { JobSample } from '#shared/contracts/job.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import type { Box } from '#shared/geometry/box.ts'
import { connectedComponents } from '#shared/masks/components.ts'
import { createRandom } from '#shared/random.ts'
import { imageId } from '#shared/records/ids.ts'
import { readRaster } from '../../src/imaging/read.ts'
import { BCCD_CLASSES, bccdFolder, readBccd } from '../bccd-samples.ts'
import { labelsOf, readDataset } from '../segmentation-samples.ts'

/** Images with every object on them: those that are reviewed, and others by which the models are judged. */
export interface ObjectSplit {
  readonly task: 'detection' | 'segmentation'
  readonly classes: readonly string[]
  readonly pool: readonly JobSample[]
  readonly held: readonly JobSample[]
  /** The slide of an image of the pool, where it is known: Review spreads its questions over slides. */
  readonly slideOf: (image: JobSample) => string | null
}

export interface SplitSizes {
  readonly pool: number
  readonly held: number
}

export type ObjectData = 'bccd' | 'glomeruli'

/** Images drawn by a seed. `folder`: where parts of images are written. */
export function splitObjects(data: ObjectData, seed: number, sizes: SplitSizes, folder: string): Promise<ObjectSplit> {
  return data === 'bccd' ? smears(seed, sizes) : glomeruli(seed, sizes, folder)
}

/** Smears of the official training list, held out some of the validation list. */
async function smears(seed: number, { pool, held }: SplitSizes): Promise<ObjectSplit> {
  const { train, val } = await readBccd(bccdFolder())
  const random = createRandom(`${seed}/smears`)
  const some = (samples: readonly JobSample[], count: number): JobSample[] => random.shuffle([...samples]).slice(0, count)
  return { task: 'detection', classes: BCCD_CLASSES, pool: some(train, pool), held: some(val, held), slideOf: () => null }
}

/** Pixels a side of the parts into which tissue is cut: of 18 tiles no order could be told from another. */
const PART = 512

/** Parts of kidney tissue; held out are parts of a third of the slides, whole. */
async function glomeruli(seed: number, { pool, held }: SplitSizes, folder: string): Promise<ObjectSplit> {
  const { classes, samples } = await readDataset('glomeruli')
  const random = createRandom(`${seed}/glomeruli`)
  const slides = random.shuffle([...new Set(samples.map(({ group }) => group))].sort())
  const heldOut = new Set(slides.slice(0, Math.max(1, Math.round(slides.length / 3))))
  const slideOfPart = new Map<string, string>()
  const parts = async (wanted: boolean): Promise<JobSample[]> => {
    const mine = samples.filter(({ group }) => heldOut.has(group) === wanted)
    const all: JobSample[] = []
    for (const { sample, group } of mine)
      for (const part of await partsOf(sample, folder)) {
        slideOfPart.set(part.id, group)
        all.push(part)
      }
    return random.shuffle(all)
  }
  return {
    ...{ task: 'segmentation', classes, slideOf: ({ id }) => slideOfPart.get(id) ?? null },
    ...{ pool: (await parts(false)).slice(0, pool), held: (await parts(true)).slice(0, held) },
  }
}

async function partsOf({ id, path: file, width, height }: JobSample, folder: string): Promise<JobSample[]> {
  await mkdir(folder, { recursive: true })
  const mask = await readRaster(file.replace('/images/', '/masks/'))
  const parts: JobSample[] = []
  for (let top = 0; top + PART <= height; top += PART)
    for (let left = 0; left + PART <= width; left += PART) {
      const name = `${id}-${left}-${top}`
      const target = path.join(folder, `${name}.png`)
      await sharp(file).extract({ left, top, width: PART, height: PART }).png().toFile(target)
      const at = (i: number): number => 3 * ((top + Math.floor(i / PART)) * width + left + (i % PART))
      const map = Uint8Array.from({ length: PART * PART }, (_, i) => (mask.data[at(i)]! > 127 ? 1 : 0))
      const labels = labelsOf(connectedComponents(map, PART, PART).ids, PART, PART, 0)
      parts.push({ id: imageId.parse(name), path: target, width: PART, height: PART, labels })
    }
  return parts
}

/** Where an object lies: of an area the box round it. */
export function boxOf(shape: JobSample['labels'][number]['shape']): Box {
  if (!isPlaced(shape)) throw new Error('a whole image lies nowhere')
  return shapeBounds(shape)
}
