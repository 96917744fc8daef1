import { type Box, intersectBoxes, iou } from '#shared/geometry/box.ts'
import type { Random } from '#shared/random.ts'
import type { Augmentation, DetectionLabel } from '../models/preset.ts'
import type { FrameMap } from './resample.ts'

/** Draws how a frame (a region of a raster) is laid on an input: turns, mirrors, zoom and crop. `labels` are in the raster's pixels. */
export function drawFrameMap(
  frame: Box,
  labels: readonly DetectionLabel[],
  augmentation: Augmentation,
  size: readonly [height: number, width: number],
  random: Random,
): FrameMap {
  const zoomed = zoomOut(frame, augmentation.zoomOut, random) ?? zoomIn(frame, augmentation.zoomIn, random) ?? frame
  const window = augmentation.iouCrops ? cropByIou(zoomed, labels, random) : zoomed
  return { window, ...drawTurn(frame, augmentation, size, random) }
}

/** The whole frame stretched onto the input, as at prediction. */
export function plainFrameMap(frame: Box): FrameMap {
  return { window: frame, flipX: false, flipY: false, transpose: false }
}

/** A frame and an input of different orientation are turned to match: stretching one onto the other would flatten every cell. */
function drawTurn(
  frame: Box,
  { quarterTurns, flips }: Augmentation,
  [height, width]: readonly [number, number],
  random: Random,
): Omit<FrameMap, 'window'> {
  const square = frame.width === frame.height || height === width
  const transpose = quarterTurns && (square ? random.chance(0.5) : frame.width > frame.height !== width > height)
  const flipX = random.chance(0.5)
  const flipY = random.chance(0.5)
  if (flips) return { transpose, flipX, flipY }
  // Without mirrors only true turns remain: one flip with the swap (a quarter), or both or none without it (a half).
  return { transpose, flipX: quarterTurns && flipX, flipY: quarterTurns && (transpose ? !flipX : flipX) }
}

function zoomIn(frame: Box, { probability, max }: Augmentation['zoomIn'], random: Random): Box | null {
  if (!random.chance(probability)) return null
  const zoom = random.uniform(1, max)
  const width = frame.width / zoom
  const height = frame.height / zoom
  const x = frame.x + random.uniform(0, frame.width - width)
  const y = frame.y + random.uniform(0, frame.height - height)
  return { x, y, width, height }
}

/** The frame at a random place of a larger canvas (Liu et al. 2016; torchvision's RandomZoomOut). */
function zoomOut(frame: Box, { probability, max }: Augmentation['zoomOut'], random: Random): Box | null {
  if (!random.chance(probability)) return null
  const ratio = random.uniform(1, max)
  const width = frame.width * ratio
  const height = frame.height * ratio
  const x = frame.x - random.uniform(0, width - frame.width)
  const y = frame.y - random.uniform(0, height - frame.height)
  return { x, y, width, height }
}

const CROP_IOUS = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1] as const
const CROP_TRIALS = 40

/**
 * SSD's crop (Liu et al. 2016, section 2.2; torchvision's RandomIoUCrop): 0.3 to 1 of each side, aspect 0.5 to 2, at least one label whose
 * centre lies inside and which overlaps the crop by the drawn IoU; or the whole frame.
 */
function cropByIou(frame: Box, labels: readonly DetectionLabel[], random: Random): Box {
  const boxes = labels.filter((label) => !label.ignore).map((label) => label.box)
  if (boxes.length === 0) return frame
  for (;;) {
    const least = random.pick(CROP_IOUS)
    if (least >= 1) return frame
    for (let trial = 0; trial < CROP_TRIALS; trial++) {
      const crop = drawCrop(frame, random)
      if (crop && boxes.some((box) => centreInside(box, crop) && iou(box, crop) >= least)) return crop
    }
  }
}

function drawCrop(frame: Box, random: Random): Box | null {
  const width = frame.width * random.uniform(0.3, 1)
  const height = frame.height * random.uniform(0.3, 1)
  const x = frame.x + random.uniform(0, frame.width - width)
  const y = frame.y + random.uniform(0, frame.height - height)
  const aspect = width / height
  return aspect >= 0.5 && aspect <= 2 ? { x, y, width, height } : null
}

function centreInside(box: Box, region: Box): boolean {
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  return x > region.x && x < region.x + region.width && y > region.y && y < region.y + region.height
}

/** Side in input pixels below which nothing can be learned of an object. */
const LEAST_SIDE = 1

/**
 * Labels as they lie on the input. What is cut to less than `minVisible` of its area is ignored; with `dropOutside` (SSD's crops) an object
 * whose centre is cut off counts as not there. Objects wholly outside are left out.
 */
export function mapLabels(
  labels: readonly DetectionLabel[],
  map: FrameMap,
  [height, width]: readonly [height: number, width: number],
  { minVisible, dropOutside }: { readonly minVisible: number; readonly dropOutside: boolean },
): DetectionLabel[] {
  const mapped: DetectionLabel[] = []
  for (const { box, classIndex, ignore } of labels) {
    if (dropOutside && !ignore && !centreInside(box, map.window)) continue
    const whole = mapBox(box, map, height, width)
    const visible = intersectBoxes(whole, { x: 0, y: 0, width, height })
    if (!visible) continue
    const cut = visible.width * visible.height < minVisible * whole.width * whole.height
    const small = visible.width < LEAST_SIDE || visible.height < LEAST_SIDE
    mapped.push({ box: visible, classIndex, ignore: ignore || cut || small })
  }
  return mapped
}

/** A box of the source on the input, not clipped. */
export function mapBox(box: Box, { window, flipX, flipY, transpose }: FrameMap, height: number, width: number): Box {
  const across = box.width / window.width
  const down = box.height / window.height
  const left = (box.x - window.x) / window.width
  const top = (box.y - window.y) / window.height
  const a = flipX ? 1 - left - across : left
  const b = flipY ? 1 - top - down : top
  return transpose
    ? { x: b * width, y: a * height, width: down * width, height: across * height }
    : { x: a * width, y: b * height, width: across * width, height: down * height }
}
