import { z } from 'zod'
import { imageId } from './ids.ts'
import { instant, split } from './task.ts'

/** How far the labelling of an image has come. `done` = its labeller says all objects are labelled; `reviewed` = a second look was taken. */
export const imageState = z.enum(['unlabelled', 'in-work', 'done', 'reviewed'])
export type ImageState = z.infer<typeof imageState>

/** A slide, a patient or a group by its name. */
export const originName = z.string().max(512)

/**
 * An image of the project. The file itself stays where it is: it is found by the path relative to the project folder first,
 * then by the absolute path, and a moved file is recognised by size and sha256.
 * width and height are those after the EXIF orientation was applied: what a person sees.
 */
export const imageRecord = z
  .object({
    id: imageId,
    name: z.string().min(1).max(512),
    relativePath: z.string().max(4096),
    absolutePath: z.string().max(4096),
    bytes: z.number().int().nonnegative(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** Bits of one channel in the file: 8, 16 or 32. */
    bitDepth: z.number().int().positive(),
    channels: z.number().int().positive(),
    /** Micrometres a pixel, by which all is measured: as the file states them, or as a person set them; never guessed. */
    micronsPerPixel: z.number().positive().nullable(),
    /** Whose number that is. */
    pixelSizeBy: z.enum(['file', 'person']).default('file'),
    /** What the file states, kept while a person's number stands in its place; else null. */
    statedMicrons: z.number().positive().nullable().default(null),
    /** When a person last set it, or gave it back to the file; null = never. */
    pixelSizeAt: instant.nullable().default(null),
    /** Magnification of the objective as the file states it, such as 20 or 40. */
    objective: z.number().positive().nullable().default(null),
    /** ISO 8601 date or instant of the scan, as the file states it. */
    scannedAt: z.string().max(40).nullable().default(null),
    split: split.nullable(),
    /** The slide and the patient that the image is of; null: not known. */
    slide: originName.nullable().default(null),
    patient: originName.nullable().default(null),
    /** Any other group: an arm of a study, a centre; where neither patient nor slide is known, what a split must not divide (shared/origin.ts). */
    group: originName.nullable(),
    state: imageState,
    addedAt: instant,
  })
  .readonly()
export type ImageRecord = z.infer<typeof imageRecord>

/** What an image says of its pixel size where no person has set it. */
export const SIZE_OF_FILE = { pixelSizeBy: 'file', statedMicrons: null, pixelSizeAt: null } as const satisfies Partial<ImageRecord>

/** What an image says of its slide and patient where nobody said anything. */
export const NO_ORIGIN = { slide: null, patient: null } as const satisfies Partial<ImageRecord>

/** Whether a person says that all objects of an image are labelled. */
export const isFinished = ({ state }: Pick<ImageRecord, 'state'>): boolean => state === 'done' || state === 'reviewed'

/** Longest side of an image that is decoded and drawn in one piece, pixels; slides and other larger ones are read and drawn by tiles. */
export const LARGE_SIDE = 8000

/** Whether an image is too large to be held whole: it is drawn from `slide://tile/...` and predicted region by region. */
export function isLargeImage({ width, height }: Pick<ImageRecord, 'width' | 'height'>): boolean {
  return Math.max(width, height) > LARGE_SIDE
}

/** Endings of the names of slides, which OpenSlide reads. */
export const SLIDE_EXTENSIONS = ['svs', 'ndpi', 'mrxs', 'scn', 'vms', 'vmu', 'bif', 'svslide', 'dcm', 'czi'] as const

const endingOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase()

/** Whether an image is a folder: OME-Zarr, told by the folder's name. */
export const isZarrName = (name: string): boolean => endingOf(name) === 'zarr'

/** Whether an image is one that is always read region by region, by its name: a slide, or OME-Zarr. */
export const isSlideName = (name: string): boolean => isZarrName(name) || (SLIDE_EXTENSIONS as readonly string[]).includes(endingOf(name))

/** Whether the window draws an image by tiles: the large ones, and slides of any size, whose tiles can be had at once. */
export function isDrawnByTiles(image: Pick<ImageRecord, 'name' | 'width' | 'height'>): boolean {
  return isLargeImage(image) || isSlideName(image.name)
}
