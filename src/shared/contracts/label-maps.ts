import { z } from 'zod'
import { maskShape, shape } from '../records/shape.ts'

// What main asks of the picture reader about pictures whose pixels are labels. Masks cross as runs, never as pixels.

const path = z.string().min(1)
const side = z.number().int().positive().max(65_535)
/** A grey value, an index of a palette, or a colour as 0xrrggbb. */
const value = z.number().int().nonnegative()
const color = z.number().int().min(0).max(0xffffff)

/** What a picture of labels holds, so that its meaning can be told before it is read. */
export const maskFacts = z.object({
  width: side,
  height: side,
  /** `palette`: values are the indices of a palette of colours; `colour`: values are 0xrrggbb. Colour files whose pixels are all grey are grey. */
  kind: z.enum(['grey', 'palette', 'colour']),
  bitDepth: z.union([z.literal(8), z.literal(16), z.literal(32)]),
  /** The most frequent first; at most 4096. */
  values: z.array(
    z.object({
      value,
      pixels: z.number().int().positive(),
      /** Connected areas (8 neighbours); null for colours, of which none are counted. */
      parts: z.number().int().positive().nullable(),
      /** The colour of a palette's index. */
      color: color.nullable(),
    }),
  ),
  /** How many values there are beyond those listed. */
  more: z.number().int().nonnegative(),
})
export type MaskFacts = z.infer<typeof maskFacts>

/** How a picture of labels is to be read. `label` is any number of the asker's; 0 is the background. */
export const maskReading = z.discriminatedUnion('kind', [
  /** A label for each value; each connected area is an object. Values that are not listed are left out and counted. */
  z.object({ kind: z.literal('values'), values: z.array(z.object({ value, label: z.number().int().nonnegative() })).max(70_000) }),
  /** Each value but 0 is an object, in one piece or not; its label is 1. */
  z.object({ kind: z.literal('instances') }),
  /**
   * The nearest colour, at most `tolerance` away (distance in RGB, 0 to 441) or, at soft edges, on the way between two colours. What is
   * neither is left out and counted. Each connected area is an object.
   */
  z.object({
    kind: z.literal('colors'),
    colors: z
      .array(z.object({ color, label: z.number().int().nonnegative() }))
      .min(1)
      .max(256),
    tolerance: z.number().min(0).max(442),
  }),
])
export type MaskReading = z.infer<typeof maskReading>

export const maskRequest = z.object({ file: path, reading: maskReading })

export const maskObjects = z.object({
  width: side,
  height: side,
  objects: z.array(z.object({ label: z.number().int().positive(), shape: maskShape })),
  /** Pixels that no rule took: left out. */
  unknown: z.number().int().nonnegative(),
  /** Values that no rule took, the most frequent first; at most 8. */
  unknownValues: z.array(z.object({ value, pixels: z.number().int().positive() })),
  /** Pixels of soft edges that went to the nearer of two colours. */
  soft: z.number().int().nonnegative(),
})
export type MaskObjects = z.infer<typeof maskObjects>

/** A label map to write: shapes in drawing order, the later over the earlier; what no shape covers is 0. Boxes, polygons and masks. */
export const labelMapRequest = z.object({
  target: path,
  width: side,
  height: side,
  bits: z.union([z.literal(8), z.literal(16)]),
  format: z.enum(['png', 'tiff']),
  shapes: z.array(z.object({ value: z.number().int().min(1).max(65_535), shape })),
})

/** How the part of a crop that lies beyond the image is filled. */
export const cropBorder = z.enum(['reflect', 'black', 'white'])

/** Pieces of one image, `size` pixels a side round a centre, written as PNG. */
export const cropsRequest = z.object({
  file: path,
  size: z.number().int().min(8).max(4096),
  border: cropBorder,
  crops: z.array(z.object({ x: z.number(), y: z.number(), target: path })).min(1),
})

/** Records of a TFRecord file, unpacked into pictures `<prefix>-<number>.png` (or as they were stored) in a folder that is there. */
export const recordsRequest = z.object({ file: path, folder: path, prefix: z.string().min(1).max(200) })
export const recordsUnpacked = z.object({
  records: z.array(z.object({ image: path, mask: path.nullable() })),
  /** What was left out, record by record. */
  problems: z.array(z.string()),
})
export type RecordsUnpacked = z.infer<typeof recordsUnpacked>
