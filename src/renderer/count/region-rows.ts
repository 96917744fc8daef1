import { squareMillimetres } from '#shared/areas.ts'
import { type ClassId, type ImageId, type RegionId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type RegionRecord } from '#shared/records/region.ts'
import { type Split } from '#shared/records/task.ts'
import { type ImageCounts } from './count-table.ts'

/** Counts of one region; `regionId` null: of what lies in none of the image's regions. */
export interface RegionCounts extends ImageCounts {
  readonly regionId: RegionId | null
  readonly name: string
  readonly pixels: number | null
}

export interface RegionRow {
  readonly key: string
  readonly image: ImageRecord
  /** Null: what lies in none of them. */
  readonly name: string | null
  readonly fullyLabelled: boolean
  readonly pixels: number | null
  /** Null where there is no region, or its image's scale is not known. */
  readonly area: number | null
  readonly counts: ReadonlyMap<ClassId, number>
  readonly total: number
}

/** A row a region of the images of a split, in the project's order, each image's ending with what lies in none. */
export function regionRows(
  images: ReadonlyMap<ImageId, ImageRecord>,
  regions: ReadonlyMap<RegionId, RegionRecord>,
  counts: readonly RegionCounts[],
  shown: Split | 'all',
): RegionRow[] {
  return counts.flatMap((row) => {
    const image = images.get(row.imageId)
    if (!image || (shown !== 'all' && image.split !== shown)) return []
    return [
      {
        key: `${row.imageId} ${row.regionId ?? ''}`,
        image,
        name: row.regionId === null ? null : row.name,
        fullyLabelled: row.regionId !== null && regions.get(row.regionId)?.fullyLabelled === true,
        pixels: row.pixels,
        area: row.pixels === null ? null : squareMillimetres(row.pixels, image.micronsPerPixel),
        counts: new Map(row.counts.map(({ classId, count }) => [classId, count])),
        total: row.counts.reduce((sum, { count }) => sum + count, 0),
      },
    ]
  })
}

/** Objects a square millimetre, to three digits; empty where the area is not known. */
export function density(count: number, area: number | null): string {
  return area === null || area === 0 ? '' : (count / area).toLocaleString('en', { maximumSignificantDigits: 3 })
}
