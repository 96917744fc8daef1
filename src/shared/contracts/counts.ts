import { z } from 'zod'
import { classId, imageId, regionId, runId } from '../records/ids.ts'

/** What a row of counts stands for. */
export const COUNT_BY = ['image', 'region', 'slide', 'patient', 'group'] as const
export type CountBy = (typeof COUNT_BY)[number]

/** As what an object counts; bits of `standing`. */
export const STANDING = {
  /** An annotation. */
  truth: 1,
  /** A prediction of the run, whatever was decided on it. */
  predicted: 2,
  /** A prediction that counts in the corrected numbers too: nobody decided on it, no annotation shows it, and its image is not finished. */
  open: 4,
  /** It lies beside what numbers of a kind stand for on its image (`parts`): it counts in none of them, nor in what stands beside them. */
  ...{ besideTruth: 8, besidePredictions: 16, besideCorrected: 32 },
} as const

/** What is counted: labels, what a run found, or that as people corrected it (`CountSource`). */
export const COUNT_KINDS = ['truth', 'predictions', 'corrected'] as const
export type CountKind = (typeof COUNT_KINDS)[number]

/** The bit of `STANDING` for what lies beside the part that a kind of count stands for. */
export const BESIDE: Readonly<Record<CountKind, number>> = {
  truth: STANDING.besideTruth,
  predictions: STANDING.besidePredictions,
  corrected: STANDING.besideCorrected,
}

/** Which regions a part of an image is: those that the run looked at, or those that are fully labelled. */
export const PART_OF = ['looked', 'labelled'] as const

/**
 * What an area is of by which numbers are divided: whole images; such a part of each; of each image what it stands for, where that differs; one
 * region of interest; or it is not known.
 */
export const AREA_OF = ['image', ...PART_OF, 'mixed', 'region', 'unknown'] as const
export type AreaOf = (typeof AREA_OF)[number]

/**
 * Everything that may be counted in a project, one row an object, by columns of one length: what was labelled and, where a run is named, what it
 * found, at any score. From these columns alone each number of the Count place, of exported counts and of a report is made (shared/counts).
 */
export const countColumns = z
  .object({
    /** The run whose predictions stand in it; null: annotations alone. */
    runId: runId.nullable(),
    /** All images, in the project's order, and whether the run looked at each (1 or 0; without a run 1). */
    imageIds: z.array(imageId),
    seen: z.instanceof(Uint8Array),
    /** In the project's order. */
    classIds: z.array(classId),
    /** Places in `imageIds` and `classIds`. */
    images: z.instanceof(Uint32Array),
    classes: z.instanceof(Uint16Array),
    /** Of predictions 0 to 1, of annotations NaN. */
    scores: z.instanceof(Float64Array),
    /** Bits of `STANDING`. */
    standing: z.instanceof(Uint8Array),
    /** Pixels that the object covers; NaN for what has no area. */
    sizes: z.instanceof(Float64Array),
    /** Image by image; `image` is a place in `imageIds`, `pixels` those that the region covers within its image. */
    regions: z.array(
      z.object({
        ...{ id: regionId, image: z.number().int().nonnegative(), name: z.string() },
        ...{ pixels: z.number().nonnegative(), fullyLabelled: z.boolean() },
        /** Those of its pixels that the run looked at; null: not known. Without a run all of them. */
        looked: z.number().nonnegative().nullable(),
      }),
    ),
    /** What the numbers of a kind stand for where that is not the whole image; an image counts as a whole in the kinds for which it is not here. */
    parts: z.array(
      z.object({
        ...{ image: z.number().int().nonnegative(), kind: z.enum(COUNT_KINDS), of: z.enum(PART_OF) },
        /** That the regions cover together within the image; null: not known, since they were changed after a run that did not keep them. */
        pixels: z.number().nonnegative().nullable(),
        /** How many regions, and whether they are as the run kept them or as the project has them now. */
        ...{ regions: z.number().int().nonnegative(), from: z.enum(['run', 'now']) },
      }),
    ),
    /** Which object lies in which region (its middle does): rows of objects and places in `regions`, a pair for each. */
    insideObjects: z.instanceof(Uint32Array),
    insideRegions: z.instanceof(Uint32Array),
    /**
     * How many pixels of which object lie in which region, wherever its middle is: rows of objects, places in `regions`, and pixels above 0; and of
     * each object those that lie in no region of its image, NaN for what has no area.
     */
    ...{ areaObjects: z.instanceof(Uint32Array), areaRegions: z.instanceof(Uint32Array), areaPixels: z.instanceof(Float64Array) },
    outside: z.instanceof(Float64Array),
    /**
     * Rows of objects that are likely one (shared/counts/marked-twice.ts) and may count together, two by two: of each pair first the one that stays,
     * then the one that is counted too many.
     */
    twice: z.instanceof(Uint32Array),
  })
  .refine(
    ({ images: { length }, classes, scores, standing, sizes, outside, imageIds, seen, insideObjects, insideRegions, ...rest }) =>
      [classes, scores, standing, sizes, outside].every((column) => column.length === length) &&
      seen.length === imageIds.length &&
      insideObjects.length === insideRegions.length &&
      rest.areaObjects.length === rest.areaRegions.length &&
      rest.areaObjects.length === rest.areaPixels.length,
    'Columns of counts that do not belong together',
  )
export type CountColumns = z.output<typeof countColumns>
