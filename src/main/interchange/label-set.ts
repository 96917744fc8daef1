import type { AnnotationOrigin } from '#shared/records/annotation.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ClassId, ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import type { Measurement } from '#shared/records/measurement.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import type { BoxShape, Shape } from '#shared/records/shape.ts'

/** An object as it goes out: annotation and prediction records both are some. */
export interface LabelledObject {
  readonly imageId: ImageId
  readonly classId: ClassId
  readonly shape: Shape
  readonly crowd?: boolean
  readonly difficult?: boolean
  readonly note?: string
  readonly name?: string
  readonly locked?: boolean
  readonly level?: number
  /** Predictions alone have one. */
  readonly score?: number
  /** Annotations alone have one. */
  readonly origin?: AnnotationOrigin
}

/** What goes out: images in their order, and the objects on them. Objects on other images or of other classes are left aside. */
export interface LabelSet {
  readonly images: readonly ImageRecord[]
  readonly classes: readonly ClassRecord[]
  readonly objects: readonly LabelledObject[]
  /** Regions of interest on the images. */
  readonly regions?: readonly RegionRecord[]
  /** What files had measured of the objects; left out: of none of them. */
  readonly measured?: MeasuredObjects
}

/** What files had measured of objects, looked up object by object: that of a hundred thousand never stands in memory at once. */
export interface MeasuredObjects {
  /** Whether there is anything of an object, and whether it is of the shape that the object has now. */
  standing(object: LabelledObject): 'none' | 'kept' | 'changed'
  /** Of an object that stands as `kept`; else nothing. */
  of(object: LabelledObject): readonly Measurement[]
  /** Names of all that is kept of some objects, each once, in the order in which they came. */
  names(objects: Iterable<LabelledObject>): readonly string[]
}

export interface BoxObject extends LabelledObject {
  readonly shape: BoxShape
}

/** What an export did: how many rows or objects it wrote, and what the format could not hold. */
export interface WrittenLabels {
  readonly rows: number
  readonly notes: readonly string[]
}

/** The classes in the project's order. */
export function orderedClasses(classes: readonly ClassRecord[]): readonly ClassRecord[] {
  return [...classes].sort((a, b) => a.order - b.order)
}

/** The set's objects by image, in their order; every image has a list. */
export function objectsByImage(set: LabelSet): ReadonlyMap<ImageId, readonly LabelledObject[]> {
  const classes = new Set(set.classes.map(({ id }) => id))
  const lists = new Map<ImageId, LabelledObject[]>(set.images.map(({ id }) => [id, []]))
  for (const object of set.objects) if (classes.has(object.classId)) lists.get(object.imageId)?.push(object)
  return lists
}

export function isBoxObject<T extends LabelledObject>(object: T): object is T & BoxObject {
  return object.shape.type === 'box'
}

/** A note if there is any of what it is about. */
export function noteIf(count: number, note: (count: number) => string): string[] {
  return count === 0 ? [] : [note(count)]
}

/** A coordinate with at most so many decimals, without zeros at the end. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0
}

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 }
const boundsOf = ({ shape }: { readonly shape: Shape }) => (isPlaced(shape) ? shapeBounds(shape) : NOWHERE)

/** Order of objects from the top, then from the left, then the smaller first: the same whatever their ids. */
export function byPlace(a: { readonly shape: Shape }, b: { readonly shape: Shape }): number {
  const [p, q] = [boundsOf(a), boundsOf(b)]
  return p.y - q.y || p.x - q.x || p.height - q.height || p.width - q.width
}

/** Order in which objects are drawn over each other where nothing else says it: the larger first. */
export function bySize(a: { readonly shape: Shape }, b: { readonly shape: Shape }): number {
  const [p, q] = [boundsOf(a), boundsOf(b)]
  return q.width * q.height - p.width * p.height || byPlace(a, b)
}
