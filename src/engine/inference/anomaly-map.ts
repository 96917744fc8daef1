import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { Found } from '#shared/contracts/job.ts'
import type { Size } from '#shared/geometry/point.ts'
import { connectedComponents, type Component } from '#shared/masks/components.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { normalQuantileThreshold } from '#shared/metrics/anomaly-report.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import type { ResultMap } from '#shared/records/prediction.ts'
import type { MaskShape } from '#shared/records/shape.ts'
import type { Predicted, PredictOptions } from '../tasks/engine-task.ts'
import type { InputSize } from '../models/preset.ts'
import type { FloatMap } from './float-map.ts'

/** What a network says of an image: how far it is from normal as a whole, and a map of how far each place is. Both 0 or more, unbounded. */
export interface AnomalyLook {
  readonly score: number
  readonly map: FloatMap
}

/** From which score an image is abnormal, from which value a pixel of its map, and which value is drawn as 1. All above 0. */
export interface AnomalyLevels {
  readonly threshold: number
  readonly pixelThreshold: number
  readonly mapScale: number
}

/** Share of normal images that pass. */
const QUANTILE = 0.95
/** A map is drawn so that its threshold lies in the middle of the colours. */
const DRAWN = 2
/** Where all normal images score 0, whatever is above 0 is abnormal. */
const LEAST_LEVEL = 1e-6
/** No map is longer than this. */
const MOST_SIDE = 4096
/** Areas of fewer pixels of the map are specks. */
const LEAST_AREA = 9

/** Share of an area's highest value below which it is its halo. */
const HALO = 0.5

const NORMAL = 0
const ABNORMAL = 1

/** Levels from what is said of normal images that the network did not learn from. Throws RangeError without any. */
export function anomalyLevels(normal: readonly AnomalyLook[]): AnomalyLevels {
  return levelsOf(
    normal.map(({ score }) => score),
    normal.map(({ map }) => highest(map)),
  )
}

/** The same from the images' scores and the highest value of each one's map. */
export function levelsOf(scores: readonly number[], highestValues: readonly number[]): AnomalyLevels {
  const level = (values: readonly number[]): number => {
    const quantile = normalQuantileThreshold(values, QUANTILE)
    if (quantile === null) throw new RangeError('Levels need a normal image')
    return Math.max(LEAST_LEVEL, quantile)
  }
  const pixelThreshold = level(highestValues)
  return { threshold: level(scores), pixelThreshold, mapScale: DRAWN * pixelThreshold }
}

/** The levels that a model file has; null for a model that was made without any normal image to look at. */
export function levelsIn({ threshold, pixelThreshold, mapScale }: ModelFile): AnomalyLevels | null {
  return threshold === null || pixelThreshold === null || mapScale === null ? null : { threshold, pixelThreshold, mapScale }
}

export function highest({ values }: FloatMap): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}

/** Rises from 0 to 1 with a score: 0.5 at the threshold. */
export function toldScore(score: number, threshold: number): number {
  return score / (score + threshold)
}

/** The size at which an image is worked through: the input for one that is seen whole, else the tiles' input put together. */
export function workedSize(image: Size, tiled: boolean, [height, width]: InputSize, frame: Size): Size {
  if (!tiled) return { width, height }
  const turned = image.width > image.height !== frame.width > frame.height
  const across = width / (turned ? frame.height : frame.width)
  const down = height / (turned ? frame.width : frame.height)
  const shrink = Math.min(1, MOST_SIDE / Math.max(image.width * across, image.height * down))
  const side = (pixels: number, scale: number) => Math.max(1, Math.round(pixels * scale * shrink))
  return { width: side(image.width, across), height: side(image.height, down) }
}

/** A map has no more pixels a side than its image. */
export function toldSize(image: Size, worked: Size): Size {
  return { width: Math.min(image.width, worked.width), height: Math.min(image.height, worked.height) }
}

/**
 * What is told of an image: the class of the whole (its score is how sure that is, 0.5 at the threshold), areas above the pixel threshold as
 * candidates of the first abnormal class, and the maps.
 */
export async function tellAnomaly(
  { score, map }: AnomalyLook,
  image: Size,
  levels: AnomalyLevels,
  { minScore, mapPlace }: Pick<PredictOptions, 'minScore' | 'mapPlace'>,
): Promise<Predicted> {
  const abnormal = toldScore(score, levels.threshold)
  const whole: Found =
    score >= levels.threshold
      ? { classIndex: ABNORMAL, score: abnormal, shape: { type: 'image' } }
      : { classIndex: NORMAL, score: 1 - abnormal, shape: { type: 'image' } }
  const areas = abnormalAreas(map, image, levels.pixelThreshold).filter((area) => area.score >= minScore)
  const maps = mapPlace === null ? [] : await writeMaps(map, levels.mapScale, mapPlace)
  return { found: [whole, ...areas], result: { scores: null, anomaly: score, maps } }
}

/**
 * Connected areas of a map at or above a value, in the image's pixels, the worst first. Round a place that is much worse than the value a map has
 * a wide halo, since a patch sees more than itself: an area is what is at least half as bad as its worst place.
 */
export function abnormalAreas(map: FloatMap, image: Size, threshold: number): Found[] {
  const whole = areasAbove(map, new Float32Array(map.values.length).fill(threshold))
  const { ids, components, highestOf } = areasAbove(
    map,
    Float32Array.from(whole.ids, (id) => (id === 0 ? Infinity : Math.max(threshold, HALO * whole.highestOf[id - 1]!))),
  )
  const found = components.flatMap((component): Found[] => {
    const shape = component.area < LEAST_AREA ? null : enlarged(component, ids, map, image)
    return shape === null ? [] : [{ classIndex: ABNORMAL, score: toldScore(highestOf[component.id - 1]!, threshold), shape }]
  })
  return found.sort((a, b) => b.score - a.score)
}

/** Connected places whose value is at least the limit there, and the highest value of each. */
function areasAbove({ values, width, height }: FloatMap, limits: Float32Array) {
  const above = Uint8Array.from(values, (value, i) => (value >= limits[i]! ? 1 : 0))
  const { ids, components } = connectedComponents(above, width, height)
  const highestOf = new Float32Array(components.length)
  for (const [i, id] of ids.entries()) if (id > 0) highestOf[id - 1] = Math.max(highestOf[id - 1]!, values[i]!)
  return { ids, components, highestOf }
}

/** A component of a map as the image's pixels whose middles it covers; null where it covers none. */
function enlarged({ id, box }: Component, ids: Int32Array, map: Size, image: Size): MaskShape | null {
  const [across, down] = [image.width / map.width, image.height / map.height]
  const mask = maskOfSpans((sink) => {
    const bottom = Math.min(image.height, Math.ceil((box.y + box.height) * down))
    for (let y = Math.floor(box.y * down); y < bottom; y++) {
      const row = Math.min(map.height - 1, Math.floor((y + 0.5) / down)) * map.width
      for (let x = box.x; x < box.x + box.width; x++) {
        if (ids[row + x] !== id || !within(Math.floor((y + 0.5) / down), box.y, box.height)) continue
        const [from, to] = [Math.ceil(x * across - 0.5), Math.ceil((x + 1) * across - 0.5)]
        if (from < to) sink(y, from, to)
      }
    }
  })
  return maskOf(mask)
}

function within(place: number, start: number, length: number): boolean {
  return place >= start && place < start + length
}

async function writeMaps({ values, width, height }: FloatMap, scale: number, place: NonNullable<PredictOptions['mapPlace']>) {
  const [heat, numbers] = [place('heat'), place('values', 'f32')]
  const grey = Uint8Array.from(values, (value) => Math.min(255, Math.round((255 * value) / scale)))
  await sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toFile(heat.path)
  // Typed arrays are little-endian on every machine that this runs on.
  await writeFile(numbers.path, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  const map = (kind: ResultMap['kind'], file: string): ResultMap => ({ kind, file, classIndex: null, width, height })
  return [map('heat', heat.file), map('values', numbers.file)]
}
