import { z } from 'zod'
import { imageId, regionId } from './ids.ts'
import { boxShape, ellipseShape, maskShape, polygonShape, rotatedBoxShape } from './shape.ts'
import { instant } from './task.ts'

/** The shapes that a region can have: those with an area. */
export const regionShape = z.union([boxShape, polygonShape, maskShape, ellipseShape, rotatedBoxShape])
export type RegionShape = z.infer<typeof regionShape>

/**
 * A region of interest: a part of an image that a person looks at by itself. It is no object: it has no class, is not counted, learned or
 * reviewed. `fullyLabelled` is a fact that a person states: every object in it is labelled, so that what is empty there is background.
 */
export const regionRecord = z
  .object({
    id: regionId,
    imageId,
    shape: regionShape,
    /** Empty where nobody named it. */
    name: z.string().max(120),
    fullyLabelled: z.boolean(),
    author: z.string().max(200),
    createdAt: instant,
    updatedAt: instant,
  })
  .readonly()
export type RegionRecord = z.infer<typeof regionRecord>

/** The names of an image's regions as they are shown: of one without a name, its place among them. */
export function regionNames(regions: readonly Pick<RegionRecord, 'id' | 'name'>[]): ReadonlyMap<RegionRecord['id'], string> {
  return new Map(regions.map(({ id, name }, i) => [id, name === '' ? `Region ${String(i + 1)}` : name]))
}

/** A name for one more region of an image: the first number that none of them has. */
export function nextRegionName(regions: readonly Pick<RegionRecord, 'id' | 'name'>[]): string {
  const taken = new Set(regionNames(regions).values())
  let number = 1
  while (taken.has(`Region ${String(number)}`)) number++
  return `Region ${String(number)}`
}
