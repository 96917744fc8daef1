import { must } from '#shared/assert.ts'
import type { Box } from '#shared/geometry/box.ts'
import type { Size } from '#shared/geometry/point.ts'
import type { ReconstructionPreset } from '../models/anomaly-preset.ts'
import type { Network } from '../nn/network.ts'
import { normalizationAffine } from '../nn/normalization.ts'
import { type AnomalyLook, toldSize, workedSize } from './anomaly-map.ts'
import { ByteReader, ByteWriter } from './byte-stream.ts'
import { mirror } from './classify.ts'
import { tilesFor } from './detect.ts'
import { blackPixels, differenceMap, differenceNorm } from './difference-map.ts'
import { eachTile, type TileCodec, type TileWork } from './each-tile.ts'
import { MapCanvas, meanOfTop, reducedMap } from './float-map.ts'
import type { PixelSource } from './pixel-source.ts'
import type { InferenceSession } from './session.ts'

export interface ReconstructOptions extends TileWork {
  /** What the network learned from as one input, in image pixels; images that are much larger are seen in tiles of it. */
  readonly frame: Size
  /** Mirrored pictures are redrawn too, and the differences averaged. */
  readonly flips: boolean
  readonly scoredBy: ImageScore
  /** Under which finished tiles are kept; default `tiles`. */
  readonly name?: string
}

export interface ReconstructionLook extends AnomalyLook {
  /** Mean squared difference of the normalised picture from its reconstruction: what the network learned to keep low. */
  readonly squaredError: number
}

/**
 * What an image's score is of its map. `area`: the share of the picture that differs at all, that of the tile where it is largest; where a network has
 * learned to redraw well, the highest values are sharp edges, which every cell has, and what is strange about a cell is how much of it is wrong
 * (bench/train-anomaly.ts compares them). `top`: the mean of the highest hundredth, by which models of earlier versions were given their thresholds.
 */
export type ImageScore = 'area' | 'top'
const TOP_SHARE = 0.01

/** Has an image redrawn, in tiles where it is much larger than the frame, and maps where it differs. */
export async function reconstructImage(
  session: InferenceSession,
  preset: Pick<ReconstructionPreset, 'network' | 'inferenceSizes'>,
  source: PixelSource,
  { frame, flips, scoredBy, name = 'tiles', ...work }: ReconstructOptions,
): Promise<ReconstructionLook> {
  const [height, width] = must(preset.inferenceSizes[0], 'an input size')
  const network = preset.network(1)
  const tiles = tilesFor(source, frame)
  const worked = workedSize(source, tiles.length > 1, [height, width], frame)
  const [differences, blacks] = [new MapCanvas(source, worked), new MapCanvas(source, worked)]
  let [squares, seen] = [0, 0]
  const look = async (tile: Box): Promise<RedrawnTile> => {
    const pixels = await source.read(tile, [height, width], network.channels)
    const black = blackPixels(pixels.map((p) => p / 255), network.channels) // prettier-ignore
    return { ...(await redrawn(session, network, pixels, { width, height }, flips)), black }
  }
  await eachTile(tiles, work, name, REDRAWN, look, (tile, { difference, black, squaredError }) => {
    differences.add(tile, { values: difference, width, height })
    blacks.add(tile, { values: Float32Array.from(black), width, height })
    squares += squaredError
    seen++
  })
  const black = Uint8Array.from(blacks.map().values, (share) => (share > 0.5 ? 1 : 0))
  const values = differenceMap(differences.map().values, black, worked)
  const map = reducedMap({ ...worked, values }, toldSize(source, worked))
  const score = scoredBy === 'top' ? meanOfTop(values, TOP_SHARE) : largestShare(values, worked, tiles.map((tile) => withinMap(tile, source, worked))) // prettier-ignore
  return { score, map, squaredError: squares / Math.max(1, seen) }
}

/** Where a tile of the image lies on a map of it, in whole pixels. */
function withinMap({ x, y, width, height }: Box, image: Size, map: Size): Box {
  const [across, down] = [map.width / image.width, map.height / image.height]
  const [left, top] = [Math.max(0, Math.floor(x * across)), Math.max(0, Math.floor(y * down))]
  const [right, bottom] = [Math.min(map.width, Math.ceil((x + width) * across)), Math.min(map.height, Math.ceil((y + height) * down))]
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Of the boxes on a map the largest share of pixels above 0, 0..1. */
function largestShare(values: Float32Array, { width }: Size, boxes: readonly Box[]): number {
  const shareOf = (box: Box): number => {
    let above = 0
    for (let y = box.y; y < box.y + box.height; y++) for (let x = box.x; x < box.x + box.width; x++) if (values[y * width + x]! > 0) above++
    return above / Math.max(1, box.width * box.height)
  }
  return boxes.reduce((most, box) => Math.max(most, shareOf(box)), 0)
}

interface RedrawnTile {
  readonly difference: Float32Array
  readonly black: Uint8Array
  readonly squaredError: number
}

const REDRAWN: TileCodec<RedrawnTile> = {
  encode: ({ difference, black, squaredError }) => {
    const writer = new ByteWriter()
    writer.float64(squaredError)
    writer.bytes(new Uint8Array(difference.buffer, difference.byteOffset, difference.byteLength))
    writer.bytes(black)
    return writer.take()
  },
  decode: (bytes) => {
    const reader = new ByteReader(bytes)
    const squaredError = reader.float64()
    // A copy begins where numbers may begin.
    const difference = new Float32Array(Uint8Array.from(reader.bytes()).buffer)
    return { squaredError, difference, black: Uint8Array.from(reader.bytes()) }
  },
}

async function redrawn(session: InferenceSession, network: Network, pixels: Float32Array, size: Size, flips: boolean) {
  const { width, height } = size
  const { channels } = network
  const passes = flips ? ([[false, false], [true, false], [false, true], [true, true]] as const) : ([[false, false]] as const) // prettier-ignore
  const difference = new Float32Array(width * height)
  let squaredError = 0
  for (const [x, y] of passes) {
    const picture = mirror(pixels, [height, width], channels, x, y)
    const { reconstruction } = await session.run(picture, 1, height, width)
    const wanted = normalizedPixels(picture, network)
    const drawn = must(reconstruction, 'an autoencoder gives a reconstruction').data
    const raw = mirror(differenceNorm(wanted, drawn, channels), [height, width], 1, x, y)
    for (const [i, value] of raw.entries()) difference[i]! += value / passes.length
    squaredError += raw.reduce((sum, value) => sum + value * value, 0) / (wanted.length * passes.length)
  }
  return { difference, squaredError }
}

function normalizedPixels(pixels: Float32Array, network: Network): Float32Array {
  const { factor, offset } = normalizationAffine(network)
  return pixels.map((pixel, i) => pixel * factor[i % factor.length]! + offset[i % offset.length]!)
}
