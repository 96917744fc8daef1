import type { JobLabel } from '#shared/contracts/job.ts'
import { type Box, intersectBoxes } from '#shared/geometry/box.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { type AreaShape, isAreaShape, shapesToLabelMap, shapeSpans } from '#shared/masks/draw-shape.ts'
import type { TrainImage } from '../data/batch-pipeline.ts'
import { typicalFrame } from '../inference/detect.ts'
import type { AreaFacts, SegmentationPreset } from '../models/segmentation-preset.ts'
import { neckDepthOf, NEVER } from './neck-depth.ts'

/** The middle object takes at most this share of the input's side. */
const OBJECT_SHARE = 1 / 3
/** Objects of fewer input pixels a side are magnified up to so many, at most twice: their outlines are finer than the network's maps. */
const LEAST_SIDE = 32
const MOST_MAGNIFIED = 2
/** Objects are told apart where at least this share of them touches another of its class. */
const TOUCHING_SHARE = 0.02
/** A label is looked at this closely on so many images only: they are alike. */
const IMAGES_LOOKED_AT = 200
/** An area below this share of the smallest labels (their second percentile) is a speck. */
const SPECK_SHARE = 0.25
const SMALLEST_LABELS = 0.02

interface Area {
  readonly shape: AreaShape
  readonly box: Box
  readonly classIndex: number
}

/** What a segmenter takes from its labels: the scale, whether objects touch, and how small they are. */
export function areaFactsOf(images: readonly TrainImage[], preset: SegmentationPreset): AreaFacts {
  const looked = spread(images, IMAGES_LOOKED_AT).map(({ labels }) => areasOf(labels))
  const all = looked.flat()
  const instances = preset.instances === 'auto' ? doTouch(looked) : preset.instances
  return {
    pixelsPerInput: preset.pixelsPerInput === 'auto' ? scaleFor(images, all, preset) : preset.pixelsPerInput,
    instances,
    neckDepth: instances ? neckDepthOf(all.map(({ shape }) => shape)) : NEVER,
    leastAreas: leastAreas(all),
  }
}

function spread<T>(items: readonly T[], most: number): T[] {
  const count = Math.min(most, items.length)
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}

function areasOf(labels: readonly JobLabel[]): Area[] {
  return labels.flatMap(({ shape, classIndex, ignore }) =>
    ignore || !isAreaShape(shape) ? [] : [{ shape, box: shapeBounds(shape), classIndex }],
  )
}

/** Image pixels an input pixel: never so many that a whole image leaves a part of the input empty. */
function scaleFor(images: readonly TrainImage[], areas: readonly Area[], preset: SegmentationPreset): number {
  const side = Math.max(...preset.defaults.augmentation.sizes.map(([height, width]) => Math.sqrt(height * width)))
  const sides = areas.map(({ box }) => Math.sqrt(box.width * box.height)).sort((a, b) => a - b)
  const middle = sides[Math.floor(sides.length / 2)]
  const image = typicalFrame(images)
  if (middle === undefined || image === null) return 1
  const most = Math.max(1, Math.min(middle / (OBJECT_SHARE * side), Math.max(image.width, image.height) / side))
  return Math.min(most, Math.max(middle / LEAST_SIDE, 1 / MOST_MAGNIFIED))
}

function leastAreas(areas: readonly Area[]): number[] {
  const byClass = new Map<number, number[]>()
  for (const { shape, classIndex } of areas) byClass.set(classIndex, [...(byClass.get(classIndex) ?? []), pixelsOf(shape)])
  const classes = Math.max(0, ...[...byClass.keys()].map((k) => k + 1))
  return Array.from({ length: classes }, (_, k) => {
    const sorted = (byClass.get(k) ?? []).sort((a, b) => a - b)
    return Math.floor(SPECK_SHARE * (sorted[Math.floor(sorted.length * SMALLEST_LABELS)] ?? 0))
  })
}

function pixelsOf(shape: AreaShape): number {
  let pixels = 0
  shapeSpans(shape)((_, from, to) => {
    pixels += to - from
  })
  return pixels
}

function doTouch(images: readonly (readonly Area[])[]): boolean {
  const objects = images.reduce((sum, areas) => sum + areas.length, 0)
  let touching = 0
  for (const areas of images) {
    touching += countTouching(areas)
    if (touching > 0 && touching >= TOUCHING_SHARE * objects) return true
  }
  return false
}

/** Objects that share a side or a corner of pixels with another of their class, or lie on it. */
function countTouching(areas: readonly Area[]): number {
  const touching = new Set<Area>()
  const byLeft = [...areas].sort((a, b) => a.box.x - b.box.x)
  for (const [i, a] of byLeft.entries())
    for (const b of byLeft.slice(i + 1)) {
      if (b.box.x > a.box.x + a.box.width + 1) break
      if (a.classIndex === b.classIndex && touch(a, b)) touching.add(a).add(b)
    }
  return touching.size
}

const grown = ({ x, y, width, height }: Box): Box => ({ x: x - 1, y: y - 1, width: width + 2, height: height + 2 })

function touch(a: Area, b: Area): boolean {
  const common = intersectBoxes(grown(a.box), grown(b.box))
  if (common === null) return false
  const [left, top] = [Math.floor(common.x), Math.floor(common.y)]
  const region = {
    x: left,
    y: top,
    width: Math.ceil(common.x + common.width) - left,
    height: Math.ceil(common.y + common.height) - top,
  }
  // Of a pixel that both cover only the second would be seen: so each is drawn on a map of its own.
  const [first, second] = [shapesToLabelMap([a.shape], region), shapesToLabelMap([b.shape], region)]
  return first.some((value, i) => value !== 0 && isBeside(second, i, region.width, region.height))
}

function isBeside(map: Int32Array, i: number, width: number, height: number): boolean {
  const x = i % width
  const y = (i - x) / width
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) if (map[v * width + u] !== 0) return true
  return false
}
