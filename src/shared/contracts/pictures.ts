import { z } from 'zod'
import { channelLooks } from '../channels/look.ts'
import { associatedPicture, imageDetails } from './image-details.ts'
import { defineService, method } from '../ipc/service.ts'
import { cropsRequest, labelMapRequest, maskFacts, maskObjects, maskRequest, recordsRequest, recordsUnpacked } from './label-maps.ts'
import { zarrStack } from '../records/zarr-plane.ts'

// What main asks of whoever decodes and writes pictures for it. Paths cross, never pixels, but for labels of slides: those no file may hold.

/** What an image file says about itself; its pixels are not decoded. */
export const imageHeader = z
  .object({
    /** `slide` = a scanner's own format, read by OpenSlide; `zarr` = the folder of an OME-Zarr. */
    format: z.enum(['jpeg', 'png', 'bmp', 'tiff', 'webp', 'slide', 'zarr']),
    /** After the EXIF orientation was applied. */
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    /** In the file: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha, or CMYK. */
    channels: z.number().int().positive(),
    /** Bits of a channel as decoded. */
    bitDepth: z.union([z.literal(8), z.literal(16), z.literal(32)]),
    /** As the file truly states it, else null. Never from a JPEG's density: that is a print default. */
    micronsPerPixel: z.number().positive().nullable(),
    /** EXIF orientation, 1 = upright. */
    orientation: z.number().int(),
    alpha: z.boolean(),
    /** `cmyk` is turned into sRGB when read. */
    colour: z.enum(['grey', 'rgb', 'cmyk']),
    /** Bytes of the file. */
    bytes: z.number().int().positive(),
    /** Magnification of the objective, such as 20 or 40, where the file tells it. */
    objective: z.number().positive().nullable(),
    /** ISO 8601 date or instant of the scan, where the file tells it. */
    scannedAt: z.string().max(40).nullable(),
    /** The same for all files of one slide that consists of several (DICOM), else null. */
    slideKey: z.string().nullable(),
    /** How many slices and points in time it has where that is more than one plane, of which one is the image. */
    stack: zarrStack.optional(),
    /** What a person should know: more pages than the one that is read, a fourth channel left out. */
    notes: z.array(z.string()),
  })
  .readonly()
export type ImageHeader = z.infer<typeof imageHeader>

const path = z.string().min(1)
const pixels = z.number().int().positive().max(65_535)
const size = z.object({ width: pixels, height: pixels })

/** A thumbnail to make: where, and its longer side in pixels at most. */
export const thumbnailTarget = z.object({ target: path, side: pixels })

/** A synthetic smear: the same seed and size give the same picture and truth. */
export const smearRequest = size.extend({ seed: z.number().int().nonnegative(), target: path })
/** Objects of a smear; boxes in its pixels. */
export const smearObjects = z.array(
  z.object({
    className: z.enum(['RBC', 'WBC', 'Platelets']),
    box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  }),
)

/** A drawing (SVG), `scale` pixels for each of its units. */
export const drawingRequest = z.object({ svg: z.string(), scale: z.number().positive().max(16), target: path })

/** An image brought to `picture` pixels at the top left of a white canvas, with drawings (SVG, one pixel a unit) laid over it. */
export const overlayRequest = z.object({
  file: path,
  picture: size,
  canvas: size,
  drawings: z.array(z.object({ svg: z.string(), top: z.number().int().nonnegative() })),
  target: path,
})

/** One tile of an image, by the grid of `shared/geometry/tile-grid.ts`. */
export const tilePlace = z.object({
  level: z.number().int().min(0).max(31),
  column: z.number().int().nonnegative(),
  row: z.number().int().nonnegative(),
})

/** A tile to make: `target` is where it goes unless the cache's pyramid has it as it is. */
export const tileRequest = z.object({
  ...{ file: path, pyramids: path, place: tilePlace, target: path },
  /** How its channels are laid over each other; left out: as the image is read. */
  looks: channelLooks.optional(),
})

const nothing = z.object({})

/**
 * Main to the process that decodes pictures. Each throws AppError of `ImageFailure` (src/imaging/failure.ts) where an image cannot be read.
 * What goes into a project's cache is put there whole; its folder is made as needed. Drawings and overlays are written as `writeWhole` does.
 */
export const picturesContract = defineService({
  name: 'pictures',
  methods: {
    /** Answered as soon as the process can work. */
    hello: method(nothing, z.object({ pid: z.number().int() })),
    header: method(z.object({ file: path }), imageHeader),
    /** Writes WebP files of one image, decoded once; smaller images stay as they are. */
    thumbnails: method(z.object({ file: path, targets: z.array(thumbnailTarget).min(1) }), nothing),
    /** The file that Chromium shows with the very pixels that training sees: the image's own, else `target`, written as PNG. */
    display: method(z.object({ file: path, target: path }), z.object({ file: path })),
    /** Whether tiles can be read at once; false: the pyramid of this image has to be built first (src/imaging/slides/build-pyramid.ts). */
    tilesReady: method(z.object({ file: path, pyramids: path }), z.object({ ready: z.boolean() })),
    /** The file of a tile: of the image's pyramid in the folder `pyramids`, else `target`, written as JPEG. */
    tile: method(tileRequest, z.object({ file: path })),
    /**
     * An image as a few grey values, a byte each in base64, by which look-alikes are told (shared/look-alikes.ts), and its colours in a few
     * numbers (shared/color-domain.ts); of a large image its thumbnail's file.
     */
    look: method(z.object({ file: path }), z.object({ look: z.base64(), colors: z.array(z.number()) })),
    details: method(z.object({ file: path }), imageDetails),
    /** A picture that lies beside a slide in its file, as a person asked for it; nothing is written. */
    associated: method(z.object({ file: path, name: z.string() }), associatedPicture),
    /** Writes the numbers of one of the channels in an image's details as a PNG: red is their high byte, green their low one. */
    channel: method(z.object({ file: path, channel: z.number().int().nonnegative(), target: path }), nothing),
    /** Writes a PNG and gives its truth. */
    smear: method(smearRequest, z.object({ objects: smearObjects })),
    /** Writes a PNG. */
    drawing: method(drawingRequest, nothing),
    /** Writes a PNG, or a JPEG where the target's name ends in .jpg. */
    overlay: method(overlayRequest, nothing),
    /** What a picture of labels holds. */
    maskFacts: method(z.object({ file: path }), maskFacts),
    /** The objects of a picture of labels, as masks. */
    mask: method(maskRequest, maskObjects),
    /** Writes a label map into a folder that is there, not synced. */
    labelMap: method(labelMapRequest, nothing),
    /** Writes PNG files, not synced; folders are made as needed. */
    crops: method(cropsRequest, nothing),
    /** Writes the pictures of a TFRecord file into a folder that is there, not synced. */
    records: method(recordsRequest, recordsUnpacked),
  },
  events: {},
})
