import type { Found, JobSample } from '#shared/contracts/job.ts'
import type { ReviewColumns } from '#shared/contracts/review.ts'
import { classId, type ImageId } from '#shared/records/ids.ts'
import { drawOf } from '#shared/review/draws.ts'
import { BOX, IMAGE } from '#shared/objects/shape-columns.ts'
import { marginDoubt } from '../../src/renderer/labels/said.ts'
import { itemsOf } from '../../src/renderer/review/items.ts'
import { ALL_SCORES, type QueueOrder, queueOf } from '../../src/renderer/review/queue.ts'
import { CELL_CLASSES } from '../malaria-cells.ts'
import type { Cell } from './cells.ts'
import { boxOf } from './objects.ts'

/**
 * The next cells that Review asks about, by its own queue: of what a run says of cells that nobody decided on yet. A run gives its predictions
 * ids of their own, so each has another random order.
 */
export function nextCells(
  cells: readonly Cell[],
  scores: readonly (readonly number[])[],
  { order, count, seed }: { readonly order: QueueOrder; readonly count: number; readonly seed: number },
): Cell[] {
  const classIds = CELL_CLASSES.map((name) => classId.parse(name))
  const said = scores.map((of) => of.indexOf(Math.max(...of)))
  const ids = Float64Array.from(cells, (_, i) => 1 + Math.floor(drawOf(i + 1, seed) * 2 ** 31))
  const columns: ReviewColumns = {
    ...{ imageIds: cells.map(({ sample }) => sample.id), classIds, ids, images: Uint32Array.from(cells, (_, i) => i) },
    ...{ classes: Uint16Array.from(said), scores: Float64Array.from(said, (k, i) => scores[i]![k]!) },
    ...{ kinds: new Uint8Array(cells.length).fill(IMAGE), bounds: new Float64Array(4 * cells.length) },
    ...{
      answers: new Int16Array(cells.length).fill(-2),
      shown: new Uint16Array(cells.length),
      rivals: new Float32Array(cells.length).fill(Number.NaN),
    },
    ...{ rival: null, labels: [0, 0], pixels: [], area: null, areaOf: 'image', scans: 0 },
  }
  const byId = new Map<ImageId, Cell>(cells.map((cell) => [cell.sample.id, cell]))
  const doubts = new Map(cells.map(({ sample }, i) => [sample.id, marginDoubt(scores[i]!)]))
  const groupOf = (id: ImageId): string | null => byId.get(id)?.patient ?? null
  const { queue } = queueOf({ items: itemsOf(columns), columns, doubts, groupOf }, () => true, { ...ALL_SCORES, order })
  return queue.slice(0, count).map(({ imageId }) => byId.get(imageId)!)
}

/** A prediction on an image: the image's place in a list, and its own among those that were found there. */
export interface FoundPlace {
  readonly image: number
  readonly at: number
}

interface Asking {
  readonly order: QueueOrder
  readonly low: number
  readonly seed: number
  readonly slideOf: (image: JobSample) => string | null
}

/** The predictions from a score up in the order in which Review's queue asks about them. */
export function nextObjects(
  images: readonly JobSample[],
  found: readonly (readonly Found[])[],
  classes: readonly string[],
  { order, low, seed, slideOf }: Asking,
): FoundPlace[] {
  const rows = found.flatMap((of, image) => of.map((one, at) => ({ ...one, image, at, box: boxOf(one.shape) })))
  const columns: ReviewColumns = {
    ...{ imageIds: images.map(({ id }) => id), classIds: classes.map((name) => classId.parse(name)) },
    ...{
      ids: Float64Array.from(rows, (_, i) => 1 + Math.floor(drawOf(i + 1, seed) * 2 ** 31)),
      images: Uint32Array.from(rows, ({ image }) => image),
    },
    ...{ classes: Uint16Array.from(rows, ({ classIndex }) => classIndex), scores: Float64Array.from(rows, ({ score }) => score) },
    ...{
      kinds: new Uint8Array(rows.length).fill(BOX),
      bounds: Float64Array.from(rows.flatMap(({ box: { x, y, width, height } }) => [x, y, width, height])),
    },
    ...{
      answers: new Int16Array(rows.length).fill(-2),
      shown: new Uint16Array(rows.length),
      rivals: new Float32Array(rows.length).fill(Number.NaN),
    },
    ...{ rival: null, labels: classes.map(() => 0), pixels: [], area: null, areaOf: 'image', scans: 0 },
  }
  const slides = new Map(images.map((image) => [image.id, slideOf(image)]))
  const groupOf = (id: ImageId): string | null => slides.get(id) ?? null
  const { queue } = queueOf({ items: itemsOf(columns), columns, doubts: new Map(), groupOf }, () => true, { order, low, high: 1 })
  return queue.map(({ row }) => rows[row]!)
}

/**
 * The images, by place, in the order in which Review's queue comes to them: by the first of the predictions on each from a score up. Those on which
 * nothing was found come last.
 */
export function nextImages(
  images: readonly JobSample[],
  found: readonly (readonly Found[])[],
  classes: readonly string[],
  asking: Asking,
): number[] {
  const asked = nextObjects(images, found, classes, asking).map(({ image }) => image)
  return [...new Set([...asked, ...images.keys()])]
}
