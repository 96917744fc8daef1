import type { Found } from '#shared/contracts/job.ts'
import { type Box, clipBox, flipBoxHorizontally, flipBoxVertically, scaleBox } from '#shared/geometry/box.ts'
import { mergeTiles } from '#shared/geometry/merge-tiles.ts'
import type { Size } from '#shared/geometry/point.ts'
import type { ScoredBox } from '#shared/geometry/scored-box.ts'
import { tilesOf } from '#shared/geometry/tiles.ts'
import { voteBoxes } from '#shared/geometry/vote-boxes.ts'
import { nonMaximumSuppression } from '#shared/geometry/nms.ts'
import type { DetectionPreset } from '../models/detection-preset.ts'
import type { InputSize } from '../models/preset.ts'
import type { NetInput } from '../nn/network.ts'
import { mirror } from './classify.ts'
import { eachTile, type TileCodec, type TileWork } from './each-tile.ts'
import type { PixelSource } from './pixel-source.ts'
import type { InferenceSession } from './session.ts'

/** What finding objects needs of a preset; graphs from elsewhere have it too. */
export interface BoxFinder extends Pick<DetectionPreset, 'inferenceSizes' | 'decode'> {
  network(classes: number): NetInput
  /** A region is fitted into the input with its proportions, and what stays free is the session's to fill. Default: the input has the area that it says. */
  readonly within?: boolean
}

export interface DetectOptions extends TileWork {
  /** Only objects of at least this score are given. */
  readonly minScore: number
  /**
   * The size in pixels of the images that the model learned from. An image that is much larger is worked off in overlapping tiles of this
   * size, so that its cells meet the network as large as those that it learned. Null: every image is one frame.
   */
  readonly frame: Size | null
  /** Input sizes for one frame; their results are fused. Default: the preset's. */
  readonly sizes?: readonly InputSize[]
  /** Mirrored inputs are looked at too, and all looks vote. Default: no. */
  readonly flips?: boolean
  /** Under which finished tiles are kept; default `tiles`. */
  readonly name?: string
}

/** Fusion and NMS see boxes down to this score whatever is asked for: so a higher threshold gives a part of the same result, not another. */
const PASS_SCORE = 0.02
/** More than fit into a frame at all; a field full of cells has a few hundred. */
const MAX_DETECTIONS = 3000
/** An image is tiled where it is longer than this many frames. */
const TILE_FROM = 1.5
/** No input is longer than this many longer sides of the asked size, however long and narrow the image. */
const LONGEST = 4
/** Share of a tile's shorter side that neighbours see both: more than a cell. */
const OVERLAP = 0.3
/**
 * Boxes of two passes (sizes, models) are one object from this overlap on, and the surer one stays. Weighted box fusion (Solovyev et al. 2021)
 * was measured worse here: on BCCD's validation images 0.906 against 0.919 of AP50, platelets 0.851 against 0.889 (bench/train-bccd.ts).
 */
const SAME_OBJECT_IOU = 0.6
/** Of mirrored looks the boxes and scores are averaged: there AP over all overlaps rises from 0.579 to 0.606, AP50 from 0.919 to 0.924. */
const VOTES = { sameIou: 0.5, agreeIou: 0.6 }

/**
 * All objects of an image, best first, in its pixels: at each of the input sizes with NMS, the sizes' boxes with NMS again,
 * merged over the tiles without double counts.
 */
export async function detectObjects(
  session: InferenceSession,
  preset: BoxFinder,
  image: PixelSource,
  options: DetectOptions,
): Promise<Found[]> {
  const tiles = tilesFor(image, options.frame)
  const found: { tile: Box; detections: ScoredBox[] }[] = []
  const look = (tile: Box): Promise<ScoredBox[]> => detectTile(session, preset, image, tile, tiles.length > 1, options)
  await eachTile(tiles, options, options.name ?? 'tiles', BOXES, look, (tile, detections) => found.push({ tile, detections }))
  const merged = tiles.length === 1 ? (found[0]?.detections ?? []) : mergeTiles(image, found)
  return merged.filter(({ score }) => score >= options.minScore).map(asFound)
}

/** As JSON: it gives numbers back to the bit. */
const BOXES: TileCodec<ScoredBox[]> = {
  encode: (boxes) => Buffer.from(JSON.stringify(boxes)),
  decode: (bytes) => JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as ScoredBox[],
}

/** The objects that several models found on an image as one list, best first: boxes of one class that overlap are one object. */
export function fuseDetections(passes: readonly (readonly Found[])[]): Found[] {
  const boxes = passes.map((found) =>
    found.flatMap(({ shape, classIndex, score }) => (shape.type === 'box' ? [{ box: shape, classId: classIndex, score }] : [])),
  )
  return fusePasses(boxes).map(asFound)
}

function fusePasses(passes: readonly (readonly ScoredBox[])[]): ScoredBox[] {
  return nonMaximumSuppression(passes.flat(), { iouThreshold: SAME_OBJECT_IOU })
}

/** The whole image, or tiles of the trained frame (turned to lie as the image does) where the image is much larger. Training cuts alike. */
export function tilesFor(image: Size, frame: Size | null): Box[] {
  const longer = ({ width, height }: Size) => Math.max(width, height)
  if (frame === null || longer(image) <= TILE_FROM * longer(frame)) return [{ x: 0, y: 0, width: image.width, height: image.height }]
  const turned = image.width > image.height !== frame.width > frame.height
  const tile = turned ? { width: frame.height, height: frame.width } : frame
  return tilesOf(image.width, image.height, tile, Math.floor(OVERLAP * Math.min(tile.width, tile.height)))
}

/** Objects in one tile, in the tile's pixels. */
async function detectTile(
  session: InferenceSession,
  preset: BoxFinder,
  image: PixelSource,
  tile: Box,
  tiled: boolean,
  { frame, minScore, sizes = preset.inferenceSizes, flips = false }: DetectOptions,
): Promise<ScoredBox[]> {
  const passes: ScoredBox[][] = []
  for (const size of sizes) {
    const fitted = inputSize(preset, size, tile, tiled ? frame : null)
    for (const turn of flips ? MIRRORS : MIRRORS.slice(0, 1))
      passes.push(await detectPass(session, preset, image, tile, { size: fitted, minScore: Math.min(minScore, PASS_SCORE), ...turn }))
  }
  if (passes.length === 1) return passes[0]!
  return flips ? voteBoxes(passes, VOTES) : fusePasses(passes)
}

/**
 * The input for a region: of the shape of the region, so that cells stay round, and of the area of `size`; for a tile at the scale at
 * which a whole `frame` would have that area. Sides are whole multiples of what the network asks for.
 */
export function inputSize(preset: BoxFinder, [height, width]: InputSize, region: Size, frame: Size | null): InputSize {
  const { fixedSize, multiple } = preset.network(1)
  if (preset.within === true) return fittedWithin([height, width], region)
  if (fixedSize !== null) return [fixedSize, fixedSize]
  const { width: w, height: h } = frame ?? region
  const scale = Math.sqrt((width * height) / (w * h))
  const most = LONGEST * Math.max(height, width)
  const side = (length: number) => Math.max(1, Math.round(Math.min(length * scale, most) / multiple)) * multiple
  return [side(region.height), side(region.width)]
}

function fittedWithin([height, width]: InputSize, region: Size): InputSize {
  const scale = Math.min(height / region.height, width / region.width)
  return [Math.max(1, Math.round(region.height * scale)), Math.max(1, Math.round(region.width * scale))]
}

export interface PassOptions {
  readonly size: InputSize
  readonly minScore: number
  /** The input is mirrored left to right, top to bottom; boxes are given as on the image. */
  readonly flipX?: boolean
  readonly flipY?: boolean
}

const MIRRORS = [
  { flipX: false, flipY: false },
  { flipX: true, flipY: false },
  { flipX: false, flipY: true },
  { flipX: true, flipY: true },
] as const

/** One pass over a region of an image, in the region's pixels, best first: resampled to the input, decoded, NMS done. */
export async function detectPass(
  session: InferenceSession,
  preset: BoxFinder,
  image: PixelSource,
  region: Box,
  { size, minScore, flipX = false, flipY = false }: PassOptions,
): Promise<ScoredBox[]> {
  const [height, width] = size
  const { channels } = preset.network(1)
  const data = await image.read(region, size, channels)
  const raw = await session.run(flipX || flipY ? mirror(data, size, channels, flipX, flipY) : data, 1, height, width)
  const found = preset.decode(raw, 0, { height, width, minScore, maxDetections: MAX_DETECTIONS })
  return found.flatMap(({ box: seen, classIndex, score }) => {
    const upright = flipX ? flipBoxHorizontally(seen, width) : seen
    const box = flipY ? flipBoxVertically(upright, height) : upright
    const scaled = clipBox(scaleBox(box, region.width / width, region.height / height), { width: region.width, height: region.height })
    return scaled === null ? [] : [{ box: scaled, classId: classIndex, score }]
  })
}

function asFound({ box, classId, score }: ScoredBox): Found {
  return { classIndex: Number(classId), score, shape: { type: 'box', ...box } }
}

/** The middle width and height of a set of images: the frame that a model learned from. Null for none. */
export function typicalFrame(images: readonly Size[]): Size | null {
  const middle = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
  // Landscape and portrait alike: the longer sides among themselves.
  const width = middle(images.map((image) => Math.max(image.width, image.height)))
  const height = middle(images.map((image) => Math.min(image.width, image.height)))
  return width === undefined || height === undefined ? null : { width, height }
}
