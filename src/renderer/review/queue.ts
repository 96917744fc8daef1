import { ANSWER, type ReviewColumns } from '#shared/contracts/review.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { drawOf } from '#shared/review/draws.ts'
import { areasOf, orderByUse, type Reason, REASONS } from '#shared/review/order.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ReviewItem } from './items.ts'

/** In which order predictions are decided: by how much a decision helps, closest to the threshold, at random, image by image. */
export type QueueOrder = 'help' | 'doubt' | 'random' | 'image'

export interface QueueSettings {
  readonly order: QueueOrder
  /** Scores that are looked at, both ends included; by help and at random everything from the lower end up. */
  readonly low: number
  readonly high: number
}

/** Every image has one class: all of them are asked about, whatever the score. */
export const ALL_SCORES: QueueSettings = { order: 'help', low: 0, high: 1 }

export const FROM_UNCERTAIN: QueueSettings = { order: 'help', low: 0.3, high: 0.7 }

/** An image is done when everything on it with this score or more is decided: what the queue looks at, and at least what is counted. */
export const doneFrom = ({ low }: Pick<QueueSettings, 'low'>): number => Math.min(low, 0.5)

/** How unsure a run is of images as wholes, 0 (sure) to 1. */
export type ImageDoubts = ReadonlyMap<ImageId, number>

/** The items of a run and what the order depends on beside them. */
export interface Reviewed {
  readonly items: readonly ReviewItem[]
  readonly columns: ReviewColumns
  readonly doubts: ImageDoubts
  /** Slide or patient of an image; null where it stands for itself. */
  readonly groupOf: (image: ImageId) => string | null
}

export interface Queue {
  readonly queue: readonly ReviewItem[]
  /** Rows of all items of these scores, whether they are asked about or were decided on before. */
  readonly rows: Uint32Array
  /** By row: places in `REASONS`; null where the order has just one reason. */
  readonly reasons: Uint8Array | null
  /** By row: place in the random order, and in the order by use. */
  readonly draws: Float64Array
  readonly ranks: Uint32Array | Float64Array
}

/** The queue of those items that are asked about; the order is that of all, so that it stays the same while a review goes on. */
export function queueOf(reviewed: Reviewed, isAsked: (item: ReviewItem) => boolean, settings: QueueSettings): Queue {
  const { items } = reviewed
  const draws = Float64Array.from(items, ({ id }) => drawOf(id, 0))
  const { all, ranks, reasons = null } = orderOf(reviewed, inRange(items, settings), { order: settings.order, draws })
  return { queue: all.filter(isAsked), rows: rowsOf(all), reasons, draws, ranks }
}

/** Whether all items from a score up are in an order. */
export const isByUse = ({ order }: Pick<QueueSettings, 'order'>): boolean => order === 'help' || order === 'random'

function inRange(items: readonly ReviewItem[], settings: QueueSettings): readonly ReviewItem[] {
  const high = isByUse(settings) ? 1 : settings.high
  return items.filter(({ score }) => score >= settings.low && score <= high)
}

interface Sorted {
  readonly all: readonly ReviewItem[]
  readonly reasons?: Uint8Array
  readonly ranks: Queue['ranks']
}

function orderOf(
  reviewed: Reviewed,
  wanted: readonly ReviewItem[],
  { order, draws }: { readonly order: QueueOrder; readonly draws: Float64Array },
): Sorted {
  const { items, doubts } = reviewed
  const ranked = (all: readonly ReviewItem[]): Sorted => ({ all, ranks: ranksOf(items, all) })
  const sure = ({ box, imageId, score }: ReviewItem): number => (box === null ? -(doubts.get(imageId) ?? 0) : Math.abs(score - 0.5))
  switch (order) {
    case 'help':
      return byUse(reviewed, wanted, draws)
    case 'doubt':
      return ranked([...wanted].sort((a, b) => sure(a) - sure(b) || a.id - b.id))
    case 'random':
      // Nothing is asked about for what it is: no item stands before another.
      return { all: [...wanted].sort((a, b) => draws[a.row]! - draws[b.row]!), ranks: ranksOf(items, []) }
    case 'image':
      return ranked(wanted)
  }
}

function byUse({ items, columns, doubts, groupOf }: Reviewed, wanted: readonly ReviewItem[], draws: Float64Array): Sorted {
  const { scores, classes, images, rivals, imageIds } = columns
  const known = imageIds.map((id) => doubts.get(id) ?? Number.NaN)
  const groups = placesOf(imageIds.map((id) => groupOf(id) ?? id))
  const { order, ranks, reasons } = orderByUse(
    {
      ...{ scores, classes, images, rivals, draws },
      doubts: Float64Array.from(items, ({ box, row }) => (box === null ? known[images[row]!]! : Number.NaN)),
      groups: Uint32Array.from(images, (image) => groups[image]!),
      areas: areasOf(columns),
    },
    wanted.map(({ row }) => row),
  )
  return { all: Array.from(order, (row) => items[row]!), ranks, reasons }
}

/** The same small number for the same word. */
function placesOf(words: readonly string[]): number[] {
  const places = new Map<string, number>()
  return words.map((word) => {
    const place = places.get(word) ?? places.size
    places.set(word, place)
    return place
  })
}

/** Place of each row in an order; those that are not in it stand behind all. */
function ranksOf(items: readonly ReviewItem[], queue: readonly ReviewItem[]): Float64Array {
  const ranks = new Float64Array(items.length).fill(Infinity)
  for (const [place, { row }] of queue.entries()) ranks[row] = place
  return ranks
}

/** What needs no answer any more: predictions that were decided on, and of the others such as a label shows or as lie on images that were finished. */
export interface Answered {
  /** By row, as `ReviewColumns.answers`. */
  readonly answers: Int16Array
  readonly finished: ReadonlySet<ImageId>
  /** By row, how many labels show the same object: as `ReviewColumns.shown`, kept up to date. */
  readonly shown: Uint16Array
}

export const isDecidedRow = (answers: Int16Array, row: number): boolean => answers[row] !== ANSWER.open

export const isDecided = ({ row }: ReviewItem, { answers }: Pick<Answered, 'answers'>): boolean => isDecidedRow(answers, row)

/** Undecided, and nobody needs to decide: a label shows the same object. */
export const isShown = (item: ReviewItem, answered: Pick<Answered, 'answers' | 'shown'>): boolean =>
  !isDecided(item, answered) && answered.shown[item.row]! > 0

export const isOpen = (item: ReviewItem, answered: Answered): boolean =>
  !isDecided(item, answered) && answered.shown[item.row] === 0 && !answered.finished.has(item.imageId)

/** `isOpen` of rows, for what runs over all of them at each answer. */
export function openByRow({ images, imageIds }: Pick<ReviewColumns, 'images' | 'imageIds'>, answered: Answered): (row: number) => boolean {
  const { answers, finished, shown } = answered
  const isDone = Uint8Array.from(imageIds, (id) => (finished.has(id) ? 1 : 0))
  return (row) => answers[row] === ANSWER.open && shown[row] === 0 && isDone[images[row]!] === 0
}

/** The rows of items: without the objects a count over a hundred thousand takes a tenth of the time. */
export const rowsOf = (items: readonly ReviewItem[]): Uint32Array => Uint32Array.from(items, ({ row }) => row)

/** How many of rows are open, and how many are decided; what a label shows, and what is left on finished images, is neither. */
export function tally(
  rows: Uint32Array,
  columns: Pick<ReviewColumns, 'images' | 'imageIds'>,
  answered: Answered,
): { open: number; decided: number } {
  const isOpenRow = openByRow(columns, answered)
  let [open, decided] = [0, 0]
  for (const row of rows)
    if (isDecidedRow(answered.answers, row)) decided++
    else if (isOpenRow(row)) open++
  return { open, decided }
}

/** The place of the next open item after `at`, round the end: what was passed over comes again; -1 where none is. */
export function nextOpen(queue: readonly ReviewItem[], answered: Answered, at: number): number {
  const { length } = queue
  for (let n = 1; n <= length; n++) {
    const index = (at + n) % length
    if (isOpen(queue[index]!, answered)) return index
  }
  return -1
}

/** The place of the open item before `at`; -1 where that is the first. */
export const openBefore = (queue: readonly ReviewItem[], answered: Answered, at: number): number =>
  queue.slice(0, Math.max(0, at)).findLastIndex((item) => isOpen(item, answered))

const WHY: Readonly<Record<Reason, string>> = {
  doubt: t('The model is unsure here: your answer teaches it most.'),
  rivals: t('Another model says otherwise here.'),
  rare: t('There are few of this class, and the model is unsure.'),
  sure: t('The unsure ones are done; the model is quite sure of this one.'),
  random: t('Drawn at random: such answers tell what the count will be.'),
}

/** Why an object stands where it does in the queue. */
export function whyNext({ row, score }: ReviewItem, { order, reasons }: { order: QueueOrder; reasons: Uint8Array | null }): string {
  if (reasons !== null) return WHY[REASONS[reasons[row]!]!]
  if (order === 'image') return t('Image by image, the surest first.')
  if (order === 'random') return WHY.random
  const distance = Math.abs(score - 0.5)
  if (distance < 0.05) return t('The model is as good as undecided here: your answer teaches it most.')
  return distance < 0.15 ? t('The model is unsure here.') : t('The surer ones come last.')
}
