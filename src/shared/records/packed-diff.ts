import { z } from 'zod'
import { annotationColumns, annotationsOf, AnnotationWriter } from '../objects/annotation-columns.ts'
import { annotationRecord, type AnnotationRecord } from './annotation.ts'
import { type Amended, annotationFacts, type AnnotationFacts, change, diff, type Diff } from './edit.ts'
import { annotationId, imageId, type ImageId } from './ids.ts'

// A diff as it is kept in the history, and as the window hears of it: facts that were given to many annotations are written once, with the place of each annotation's among
// them. Read back they share the same objects. Older projects hold diffs as they are.

const place = z.number().int().nonnegative()
const packedAmended = z
  .object({
    ids: z.array(annotationId),
    images: z.array(imageId),
    facts: z.array(annotationFacts),
    /** For each id, places in `images` and `facts`. */
    on: z.array(place),
    from: z.array(place),
    to: z.array(place),
    /** Places in `ids` of what is no object. */
    uncounted: z.array(place).default([]),
  })
  .refine(
    ({ ids, images, facts, on, from, to }) =>
      [on, from, to].every(({ length }) => length === ids.length) &&
      on.every((at) => at < images.length) &&
      [from, to].every((places) => places.every((at) => at < facts.length)),
    'Facts that belong to nothing',
  )
type PackedAmended = z.infer<typeof packedAmended>

const { annotations, ...others } = diff.shape
const packedDiff = z.object({
  ...others,
  annotations: annotations.extend({ amended: z.union([annotations.shape.amended, packedAmended]) }),
})

export function packDiff(diff: Diff): z.input<typeof packedDiff> {
  return { ...diff, annotations: { ...diff.annotations, amended: packAmended(diff.annotations.amended) } }
}

/** @throws ZodError where it is no diff. */
export function unpackDiff(stored: unknown): Diff {
  return unpacked(packedDiff.parse(stored))
}

function unpacked(read: z.output<typeof packedDiff>): Diff {
  const { amended } = read.annotations
  return { ...read, annotations: { ...read.annotations, amended: Array.isArray(amended) ? amended : unpackAmended(amended) } }
}

/** Annotations that came or went, as they are told: by columns where they are many on an image, image by image. */
const toldRecords = z.union([
  z.array(annotationRecord),
  z.object({ columns: z.array(annotationColumns) }).transform(({ columns }) => columns.flatMap(annotationsOf)),
])
const toldDiff = packedDiff.extend({ annotations: packedDiff.shape.annotations.extend({ added: toldRecords, removed: toldRecords }) })

/** A change as main tells of it: what reaches a page is copied value by value, and ten thousand facts alike are as many objects otherwise. */
export const toldChange = change.extend({ diff: toldDiff.transform(unpacked) })

/** From so many annotations an image on they are told by columns; of fewer the columns cost more than the records: each image has some twenty of them. */
const MANY = 64

/** A diff as main tells of it: packed, and the numbers of many annotations that came or went as they lie in memory. Among them they stand image by image. */
export function tellDiff(diff: Diff): z.input<typeof toldDiff> {
  const { annotations, ...packed } = packDiff(diff)
  return { ...packed, annotations: { ...annotations, added: toldOf(diff.annotations.added), removed: toldOf(diff.annotations.removed) } }
}

function toldOf(records: AnnotationRecord[]): z.input<typeof toldRecords> {
  const images = new Set(records.map(({ imageId }) => imageId)).size
  if (records.length < MANY * Math.max(1, images)) return records
  const writers = new Map<ImageId, AnnotationWriter>()
  for (const record of records) {
    const writer = writers.get(record.imageId) ?? new AnnotationWriter(record.imageId)
    writers.set(record.imageId, writer)
    writer.shapes.add(record.shape)
    writer.addFacts(record)
  }
  return { columns: [...writers.values()].map((writer) => writer.columns()) }
}

/** Each different value once, in the order of first use. */
class Once<T> {
  readonly values: T[] = []
  readonly #places = new Map<string, number>()

  placeOf(key: string, value: T): number {
    let at = this.#places.get(key)
    if (at === undefined) {
      at = this.values.push(value) - 1
      this.#places.set(key, at)
    }
    return at
  }
}

/** The same for facts that are the same, and for no others: texts that anybody may have written are told apart by their lengths. */
export const factsKey = ({ classId, crowd, difficult, note, name, locked, level, updatedAt }: AnnotationFacts): string =>
  `${classId.length} ${classId} ${Number(crowd)}${Number(difficult)}${Number(locked)} ${level} ${updatedAt} ${note.length} ${note}${name}`

function packAmended(amended: readonly Amended[]): PackedAmended {
  const [images, facts] = [new Once<ImageId>(), new Once<AnnotationFacts>()]
  return {
    ids: amended.map(({ id }) => id),
    on: amended.map((one) => images.placeOf(one.imageId, one.imageId)),
    from: amended.map(({ from }) => facts.placeOf(factsKey(from), from)),
    to: amended.map(({ to }) => facts.placeOf(factsKey(to), to)),
    images: images.values,
    uncounted: amended.flatMap(({ uncounted }, i) => (uncounted === true ? [i] : [])),
    facts: facts.values,
  }
}

function unpackAmended({ ids, images, facts, on, from, to, uncounted }: PackedAmended): Amended[] {
  const amended: Amended[] = ids.map((id, i) => ({ id, imageId: images[on[i]!]!, from: facts[from[i]!]!, to: facts[to[i]!]! }))
  for (const i of uncounted) if (amended[i]) amended[i] = { ...amended[i], uncounted: true }
  return amended
}
