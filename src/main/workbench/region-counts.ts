import type { CountSource } from '#shared/contracts/project.ts'
import { type RegionTest, regionPixels, regionTest } from '#shared/geometry/regions.ts'
import { isPlaced } from '#shared/geometry/shape-bounds.ts'
import type { ClassId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { regionNames, type RegionRecord } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import { countedOf } from './counted-of.ts'
import { countedObjects } from './counting.ts'
import type { OpenProject } from './open-project.ts'

/** Objects a class in one region of an image; `region` null: those that lie in none of its regions. */
export interface RegionCount {
  readonly image: ImageRecord
  readonly region: RegionRecord | null
  readonly name: string
  /** Of the region, pixels of the image; null where there is none. */
  readonly pixels: number | null
  readonly counts: ReadonlyMap<ClassId, number>
}

/**
 * A row a region, then one for what lies in none, image by image. An object lies in a region where its centre (the middle of its bounds) does; one
 * that lies in several is counted in each of them.
 */
export function countRegions(project: OpenProject, images: readonly ImageRecord[], source: CountSource): RegionCount[] {
  return images.flatMap((image) => {
    const objects = countedObjects(countedOf(project, image, source), source)
    const regions = project.db.regionsOf(image.id)
    const names = regionNames(regions)
    const tests = regions.map(({ shape }) => regionTest([shape]))
    const rows = regions.map((region, i) => ({
      ...{ image, region, name: names.get(region.id) ?? '', pixels: regionPixels([region.shape], image) },
      counts: tally(objects.filter(({ shape }) => isIn(tests[i]!, shape))),
    }))
    const rest = objects.filter(({ shape }) => !tests.some((test) => isIn(test, shape)))
    return [...rows, { image, region: null, name: '', pixels: null, counts: tally(rest) }]
  })
}

const isIn = ({ holds }: RegionTest, shape: Shape): boolean => isPlaced(shape) && holds(shape)

function tally(objects: readonly { readonly classId: ClassId }[]): Map<ClassId, number> {
  const counts = new Map<ClassId, number>()
  for (const { classId } of objects) counts.set(classId, (counts.get(classId) ?? 0) + 1)
  return counts
}
