import { assertNever } from '../assert.ts'
import { type CountBy, type CountColumns } from '../contracts/counts.ts'
import { groupBy } from '../group-by.ts'
import { countedUnder, type OriginFact } from '../origin.ts'
import { type ImageRecord } from '../records/image.ts'

export type RegionOfCounts = CountColumns['regions'][number]

/** A row before anything is counted in it; region `none`: what lies in no region of its image. */
export interface PlannedRow {
  readonly key: string
  /** Null: an image by itself, of which nobody said the slide, patient or group that rows are of. */
  readonly name: string | null
  readonly images: readonly ImageRecord[]
  readonly region: RegionOfCounts | 'none' | null
}

export interface RowPlan {
  readonly rows: readonly PlannedRow[]
  /** Names each object with each row that it belongs to, and the scale of its image. */
  eachPlace(take: (object: number, row: number, micronsPerPixel: number | null) => void): void
  /** Names each object that has an area with each row in which some of it lies, and how many pixels do. */
  eachArea(take: (object: number, row: number, pixels: number) => void): void
}

/** Which rows there are, and which object belongs to which: an image, a region (and the rest of its image), a slide, a patient, a group, or all as one. */
export function rowPlan(columns: CountColumns, images: readonly ImageRecord[], by: CountBy | 'all'): RowPlan {
  switch (by) {
    case 'image':
      return planned(
        columns,
        images.map((image) => ({ key: image.id, name: image.name, images: [image], region: null })),
      )
    case 'slide':
    case 'patient':
    case 'group':
      return planned(columns, byFact(images, by))
    case 'all':
      return planned(columns, [{ key: 'all', name: '', images, region: null }])
    case 'region':
      return byRegion(columns, images)
    default:
      return assertNever(by)
  }
}

/** What is of no slide, patient or group stands for itself: images of which that is not known may be of one or of many. */
function byFact(images: readonly ImageRecord[], fact: OriginFact): PlannedRow[] {
  const under = groupBy(images, (image) => countedUnder(image, fact)?.key ?? image.id)
  return [...under].map(([key, own]) => ({
    key: `${fact} ${key}`,
    name: countedUnder(own[0]!, fact)?.name ?? null,
    images: own,
    region: null,
  }))
}

function planned(columns: CountColumns, rows: readonly PlannedRow[]): RowPlan {
  const rowOf = new Map(rows.flatMap(({ images }, row) => images.map(({ id, micronsPerPixel }) => [id, { row, micronsPerPixel }] as const)))
  const ofImage = columns.imageIds.map((id) => rowOf.get(id))
  const eachPlace: RowPlan['eachPlace'] = (take) => {
    for (let object = 0; object < columns.images.length; object++) {
      const place = ofImage[columns.images[object]!]
      if (place) take(object, place.row, place.micronsPerPixel)
    }
  }
  const eachArea: RowPlan['eachArea'] = (take) => {
    eachPlace((object, row) => {
      const pixels = columns.sizes[object]!
      if (!Number.isNaN(pixels)) take(object, row, pixels)
    })
  }
  return { rows, eachPlace, eachArea }
}

function byRegion(columns: CountColumns, images: readonly ImageRecord[]): RowPlan {
  const regionsOf = groupBy(columns.regions.entries(), ([, { image }]) => columns.imageIds[image]!)
  const rowOfRegion = new Map<number, number>()
  const rows: PlannedRow[] = []
  for (const image of images) {
    for (const [place, region] of regionsOf.get(image.id) ?? []) {
      rowOfRegion.set(place, rows.length)
      rows.push({ key: `region ${region.id}`, name: region.name, images: [image], region })
    }
    rows.push({ key: `rest ${image.id}`, name: '', images: [image], region: 'none' })
  }
  const rowOfRest = new Map(rows.flatMap((row, at) => (row.region === 'none' ? [[row.images[0]!.id, at] as const] : [])))
  return {
    rows,
    eachPlace: (take) => {
      const inside = new Uint8Array(columns.images.length)
      const scaleOf = (row: number): number | null => rows[row]!.images[0]!.micronsPerPixel
      for (const [pair, object] of columns.insideObjects.entries()) {
        inside[object] = 1
        const row = rowOfRegion.get(columns.insideRegions[pair]!)
        if (row !== undefined) take(object, row, scaleOf(row))
      }
      for (let object = 0; object < inside.length; object++) {
        const row = inside[object] === 1 ? undefined : rowOfRest.get(columns.imageIds[columns.images[object]!]!)
        if (row !== undefined) take(object, row, scaleOf(row))
      }
    },
    eachArea: (take) => {
      for (const [pair, object] of columns.areaObjects.entries()) {
        const row = rowOfRegion.get(columns.areaRegions[pair]!)
        if (row !== undefined) take(object, row, columns.areaPixels[pair]!)
      }
      for (let object = 0; object < columns.images.length; object++) {
        const [row, pixels] = [rowOfRest.get(columns.imageIds[columns.images[object]!]!), columns.outside[object]!]
        if (row !== undefined && !Number.isNaN(pixels)) take(object, row, pixels)
      }
    },
  }
}
