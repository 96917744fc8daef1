import { assertNever } from '#shared/assert.ts'
import type { JobLabel, JobSample } from '#shared/contracts/job.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'
import { distanceTransform } from '#shared/masks/distance.ts'
import { type AnyMaskTarget, drawShape, isAreaShape } from '#shared/masks/draw-shape.ts'
import { neighboursIn } from '#shared/masks/neighbours.ts'
import { type Augmentation, type DetectionLabel, IGNORED, type InputSize, type Truth, type TruthKind } from '../models/preset.ts'
import { mapLabels } from './frame-geometry.ts'
import { type FrameMap, sourcePlace } from './resample.ts'

/** What is known of an image, or of a part of one: its labels, and where nothing but them is there (left out: everywhere). */
export interface Known {
  readonly labels: readonly JobLabel[]
  readonly regions?: JobSample['regions']
}

/** The boxes among the labels of an image. */
export function boxLabels(labels: readonly JobLabel[]): DetectionLabel[] {
  return labels.flatMap(({ shape, classIndex, ignore }) => (shape.type === 'box' ? [{ box: shape, classIndex, ignore }] : []))
}

/** The class of the image as a whole; -1 where it has none or is not to be learned. */
export function imageClass(labels: readonly JobLabel[]): number {
  const label = labels.find(({ shape }) => shape.type === 'image')
  return label === undefined || label.ignore ? -1 : label.classIndex
}

/** What is to be learned of a frame that lies on an input of `size` as `map` says. Labels are in the image's pixels. */
export function truthOf(kind: TruthKind, known: Known, image: Size, map: FrameMap, size: InputSize, augmentation: Augmentation): Truth {
  const { labels } = known
  switch (kind) {
    case 'boxes': {
      const { minVisible, iouCrops } = augmentation
      const inside = mappedInside(known, image, map, size)
      return { kind, labels: mapLabels(boxLabels(labels), map, size, { minVisible, dropOutside: iouCrops }), ...inside }
    }
    case 'label':
      return { kind, classIndex: imageClass(labels) }
    case 'areas':
      return { kind, classes: mappedAreas(known, image, map, size) }
    case 'objects':
      return { kind, ...mappedObjects(known, image, map, size) }
    case 'none':
      return { kind }
    default:
      return assertNever(kind)
  }
}

/** Of an image that cannot be read: nothing is learned from it. */
export function unknownTruth(kind: TruthKind, [height, width]: InputSize): Truth {
  switch (kind) {
    case 'boxes':
      return { kind, labels: [{ box: { x: 0, y: 0, width, height }, classIndex: 0, ignore: true }] }
    case 'label':
      return { kind, classIndex: -1 }
    case 'areas':
      return { kind, classes: new Uint8Array(width * height).fill(IGNORED) }
    case 'objects':
      return { kind, classes: new Uint8Array(width * height).fill(IGNORED), distances: new Uint8Array(width * height) }
    case 'none':
      return { kind }
    default:
      return assertNever(kind)
  }
}

/**
 * The class of each pixel of a region: 0 is the background, the job's classes follow from 1, later labels lie over earlier ones, and what is to
 * be ignored is `IGNORED`, as is all that lies outside of the parts that count. The region is in whole pixels of the image.
 */
export function areaMap({ labels, regions }: Known, region: Box): Uint8Array {
  const out: AnyMaskTarget = new Uint8Array(region.width * region.height)
  for (const { shape, classIndex, ignore } of labels)
    if (isAreaShape(shape)) drawShape(shape, out, region, ignore ? IGNORED : classIndex + 1)
  const inside = insideMap(regions, region)
  inside?.forEach((value, i) => { if (value === 0) out[i] = IGNORED }) // prettier-ignore
  return out
}

/** 1 for the pixels of a region that lie in the parts that count; null where all do. */
function insideMap(parts: Known['regions'], region: Box): Uint8Array | null {
  if (parts === undefined) return null
  const out: AnyMaskTarget = new Uint8Array(region.width * region.height)
  for (const part of parts) drawShape(part, out, region, 1)
  return out
}

/** The same on an input; what lies outside of the image does not count either. */
function mappedInside({ regions }: Known, image: Size, map: FrameMap, size: InputSize): { readonly inside?: Uint8Array } {
  const region = wholePixels(map.window, image)
  const inside = insideMap(regions, region)
  return inside === null ? {} : { inside: Uint8Array.from(sampled(inside, region, map, size, 0)) }
}

/** Areas on an input: the class of the source pixel under the middle of each input pixel; outside of the image is ignored. */
function mappedAreas(known: Known, image: Size, map: FrameMap, size: InputSize): Uint8Array {
  const region = wholePixels(map.window, image)
  return Uint8Array.from(sampled(areaMap(known, region), region, map, size, IGNORED))
}

/** As `areaMap`, but each label by its own number: its place in the list, from 1. */
function numberMap(labels: readonly JobLabel[], region: Box): Int32Array {
  const out = new Int32Array(region.width * region.height)
  for (const [i, { shape }] of labels.entries()) if (isAreaShape(shape)) drawShape(shape, out, region, i + 1)
  return out
}

/** Areas on an input, and how far inside its object each of their pixels lies there. */
function mappedObjects(known: Known, image: Size, map: FrameMap, size: InputSize): ObjectMaps {
  const { labels } = known
  const region = wholePixels(map.window, image)
  const numbers = sampled(numberMap(labels, region), region, map, size, -1)
  const classOf = (number: number): number => {
    if (number <= 0) return number === 0 ? 0 : IGNORED
    const { ignore, classIndex } = labels[number - 1]!
    return ignore ? IGNORED : classIndex + 1
  }
  const classes = Uint8Array.from(numbers, classOf)
  const { inside } = mappedInside(known, image, map, size)
  inside?.forEach((value, i) => { if (value === 0) classes[i] = IGNORED }) // prettier-ignore
  // An object that the edge of a region cuts is whole nevertheless: its distances are those to its own edge.
  return { classes, distances: normalizedDistances(numbers, size) }
}

interface ObjectMaps {
  readonly classes: Uint8Array
  readonly distances: Uint8Array
}

/**
 * Of each pixel of an object (numbers from 1) its distance to the nearest pixel that is not of the object, as a share of the largest one in that
 * object, 255 = 1 (the object probability of StarDist, Schmidt et al. 2018, for labels; its levels part objects as in Deep Watershed, Bai &
 * Urtasun 2017). 0 elsewhere. What lies beyond the input's edge is not known, and no edge of an object.
 */
export function normalizedDistances(numbers: Int32Array, [height, width]: InputSize): Uint8Array {
  const inside = new Uint8Array(numbers.length)
  const neighbours = neighboursIn(width, height, 4)
  for (let i = 0; i < numbers.length; i++) {
    const count = neighbours.find(i)
    let same = numbers[i]! > 0
    for (let k = 0; k < count && same; k++) same = numbers[neighbours.found[k]!] === numbers[i]
    inside[i] = same ? 1 : 0
  }
  // Pixels at the edge are 1 from what is not the object, the others so much more as they are from those.
  const distance = distanceTransform(inside, width, height)
  const most = new Map<number, number>()
  for (const [i, number] of numbers.entries()) if (number > 0) most.set(number, Math.max(most.get(number) ?? 0, distance[i]! + 1))
  return Uint8Array.from(numbers, (number, i) => {
    if (number <= 0) return 0
    // One object alone, its edges nowhere in sight.
    const share = distance[i] === Infinity ? 1 : (distance[i]! + 1) / most.get(number)!
    return Math.round(255 * share)
  })
}

/** A map of a region as it lies on an input: the value of the source pixel under the middle of each input pixel. */
function sampled(
  source: Uint8Array | Int32Array,
  region: Box,
  { window, flipX, flipY, transpose }: FrameMap,
  [height, width]: InputSize,
  outside: number,
): Int32Array {
  const across = transpose ? height : width
  const down = transpose ? width : height
  const columns = places(window.x, window.width, across, flipX, region.x, region.width)
  const rows = places(window.y, window.height, down, flipY, region.y, region.height)
  const out = new Int32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [column, row] = transpose ? [columns[y]!, rows[x]!] : [columns[x]!, rows[y]!]
      out[y * width + x] = column < 0 || row < 0 ? outside : source[row * region.width + column]!
    }
  return out
}

function wholePixels(window: Box, image: Size): Box {
  const x = Math.max(0, Math.floor(window.x))
  const y = Math.max(0, Math.floor(window.y))
  const right = Math.min(image.width, Math.ceil(window.x + window.width))
  const bottom = Math.min(image.height, Math.ceil(window.y + window.height))
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) }
}

/** For each output pixel of an axis: the source pixel under its middle, counted from the region's start; -1 outside of it. */
function places(start: number, length: number, outputs: number, flip: boolean, from: number, size: number): Int32Array {
  return Int32Array.from({ length: outputs }, (_, i) => {
    const place = Math.floor(sourcePlace(start, length, outputs, flip, i)) - from
    return place < 0 || place >= size ? -1 : place
  })
}
