import type { CountSource } from '#shared/contracts/project.ts'
import type { RowArea } from '#shared/counts/row-area.ts'
import { tabulate } from '#shared/counts/tabulate.ts'
import type { ClassId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { RegionRecord } from '#shared/records/region.ts'
import { orderedClasses } from '../interchange/label-set.ts'
import { countColumnsOf } from './counts/count-columns.ts'
import type { OpenProject } from './open-project.ts'

/** Objects a class in one region of an image; `region` null: those that lie in none of its regions. */
export interface RegionCount {
  readonly image: ImageRecord
  readonly region: Pick<RegionRecord, 'fullyLabelled'> | null
  readonly name: string
  /** Of what the counts stand for in the region, pixels of the image; null where there is none, and where it is not known. */
  readonly pixels: RowArea['pixels']
  readonly counts: ReadonlyMap<ClassId, number>
}

/** A row a region, then one for what lies in none, image by image, as `tabulate` counts them. */
export function countRegions(project: OpenProject, images: readonly ImageRecord[], source: CountSource): RegionCount[] {
  const columns = countColumnsOf(project, source.kind === 'truth' ? null : source.runId)
  const classes = orderedClasses(project.db.classes())
  const score = source.kind === 'truth' ? 0 : source.score
  return tabulate(columns, { images, classes }, { by: 'region', kind: source.kind, score }).rows.map(
    ({ images: own, region, pixels, perClass }) => ({
      ...{ image: own[0]!, region, name: region?.name ?? '', pixels },
      counts: new Map(perClass.map(({ classId, n }) => [classId, n])),
    }),
  )
}
