import { squareMillimetresOf } from '../areas.ts'
import { type AreaOf, type CountColumns, type CountKind } from '../contracts/counts.ts'
import { type ImageId } from '../records/ids.ts'
import { type ImageRecord, isDrawnByTiles } from '../records/image.ts'
import { type PlannedRow } from './row-plan.ts'

type Part = CountColumns['parts'][number]

/** What the objects of a row are divided by. */
export interface RowArea {
  /** Null for what lies in no region, and where it is not known. */
  readonly pixels: number | null
  /** Null besides where the scale is not known of each image. */
  readonly mm2: number | null
  /** Null for what lies in no region. */
  readonly areaOf: AreaOf | null
  /** Slides and other large images that count as a whole: their area has the bare glass in it. */
  readonly scans: number
}

/** The parts that numbers of a kind stand for, by image; an image without one counts as a whole. */
export function partsFor({ parts, imageIds }: Pick<CountColumns, 'parts' | 'imageIds'>, kind: CountKind): ReadonlyMap<ImageId, Part> {
  return new Map(parts.filter((part) => part.kind === kind).map((part) => [imageIds[part.image]!, part]))
}

/** The pixels of an image that a kind's numbers stand for; null where they are not known. */
export const countedPixels = ({ id, width, height }: ImageRecord, parts: ReadonlyMap<ImageId, Part>): number | null =>
  ((part) => (part === undefined ? width * height : part.pixels))(parts.get(id))

/** The area that was gone through for the numbers of a row: whole images together, or of those that have a part that part. */
export function areaOfRow({ images, region }: PlannedRow, kind: CountKind, parts: ReadonlyMap<ImageId, Part>): RowArea {
  if (region === 'none') return { pixels: null, mm2: null, areaOf: null, scans: 0 }
  if (region !== null) {
    const pixels = kind === 'truth' ? region.pixels : region.looked
    const areaOf = pixels === null ? 'unknown' : pixels < region.pixels ? 'looked' : 'region'
    return { pixels, mm2: squareMillimetresOf(images, [pixels]), areaOf, scans: 0 }
  }
  const pixels = images.map((image) => countedPixels(image, parts))
  const isKnown = !pixels.includes(null)
  return {
    pixels: isKnown ? pixels.reduce<number>((sum, own) => sum + (own ?? 0), 0) : null,
    mm2: squareMillimetresOf(images, pixels),
    areaOf: isKnown ? commonOf(images.map(({ id }) => parts.get(id))) : 'unknown',
    scans: images.filter((image) => !parts.has(image.id) && isDrawnByTiles(image)).length,
  }
}

function commonOf(parts: readonly (Part | undefined)[]): AreaOf {
  const kinds = new Set(parts.map((part): AreaOf => part?.of ?? 'image'))
  return kinds.size > 1 ? 'mixed' : ([...kinds][0] ?? 'image')
}
