import { z } from 'zod'
import type { ChannelFact } from '#shared/contracts/image-details.ts'
import { channelColor } from '#shared/channels/look.ts'
import { plausibleMicrons } from '../calibration.ts'

// The metadata of OME-Zarr (NGFF 0.4 and 0.5, and 0.3 as far as it is alike): ngff.openmicroscopy.org/0.4, "multiscales" and "omero".

const axis = z.union([
  z.string().transform((name) => ({ name, unit: undefined })),
  z.object({ name: z.string(), unit: z.string().nullish() }).transform(({ name, unit }) => ({ name, unit: unit ?? undefined })),
])
const transformations = z.array(z.object({ type: z.string(), scale: z.array(z.number().positive()).optional() })).nullish()
const multiscale = z.object({
  axes: z.array(axis).min(2).max(5).optional(),
  datasets: z
    .array(z.object({ path: z.string().min(1).max(500), coordinateTransformations: transformations }))
    .min(1)
    .max(40),
  coordinateTransformations: transformations,
})
const omero = z.object({
  channels: z
    .array(
      z.object({
        label: z.union([z.string(), z.number()]).nullish(),
        color: z.string().nullish(),
        active: z.boolean().nullish(),
        window: z.object({ start: z.number().nullish(), end: z.number().nullish() }).nullish(),
      }),
    )
    .max(10_000),
})
const attributes = z.object({ multiscales: z.array(multiscale).min(1), omero: omero.nullish().catch(null) })

/** Axes by their names, as a letter each. */
export type Axis = 't' | 'c' | 'z' | 'y' | 'x'

/** What the attributes of an image say. */
export interface OmeImage {
  /** Paths of the levels below the image, finest first. */
  readonly paths: readonly string[]
  readonly axes: readonly Axis[]
  /** As it states them for its finest level. */
  readonly micronsPerPixel: number | null
  /** What it says of its channels; fewer than there are where it says less. */
  readonly channels: readonly Partial<ChannelFact>[]
}

/** Why attributes are no image that can be read, in words that follow the file's name. */
export class NoOmeImage extends Error {}

/** Reads the attributes of a Zarr group. Throws `NoOmeImage`. */
export function omeImage(given: Readonly<Record<string, unknown>>): OmeImage {
  const found = (given['ome'] ?? given) as Readonly<Record<string, unknown>>
  if (found['plate'] !== undefined || found['well'] !== undefined) throw new NoOmeImage('is a plate of wells, not an image.')
  if (found['multiscales'] === undefined) throw new NoOmeImage('holds no OME-Zarr image.')
  const parsed = attributes.safeParse(found)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new NoOmeImage(`has metadata that make no sense (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}).`)
  }
  const [{ axes: named, datasets, coordinateTransformations }] = parsed.data.multiscales as [z.infer<typeof multiscale>]
  const axes = (named ?? ['t', 'c', 'z', 'y', 'x'].map((name) => ({ name, unit: undefined }))).map(({ name }) => letter(name))
  if (axes.at(-1) !== 'x' || axes.at(-2) !== 'y' || new Set(axes).size !== axes.length)
    throw new NoOmeImage(`has the axes ${axes.join(', ')}; only t, c, z before y, x are read.`)
  const scales = [datasets[0]?.coordinateTransformations, coordinateTransformations].map((all) => scaleOf(all ?? [], axes.length))
  const along = (back: 1 | 2): number | null => {
    const factor = UNITS[named?.at(-back)?.unit ?? ''] ?? null
    const [own] = scales
    return factor === null || own === null ? null : (own?.at(-back) ?? 1) * (scales[1]?.at(-back) ?? 1) * factor
  }
  return {
    paths: datasets.map(({ path }) => path),
    axes,
    micronsPerPixel: square(along(1), along(2)),
    channels: (parsed.data.omero?.channels ?? []).map(channelFact),
  }
}

function letter(name: string): Axis {
  const lower = name.toLowerCase()
  if (lower === 't' || lower === 'c' || lower === 'z' || lower === 'y' || lower === 'x') return lower
  throw new NoOmeImage(`has an axis called ${name.slice(0, 40)}; only t, c, z, y and x are read.`)
}

const UNITS: Readonly<Record<string, number>> = {
  micrometer: 1,
  micron: 1,
  um: 1,
  µm: 1,
  nanometer: 1e-3,
  nm: 1e-3,
  millimeter: 1e3,
  mm: 1e3,
}

/** Null where none is stated. */
function scaleOf(all: readonly { readonly type: string; readonly scale?: readonly number[] | undefined }[], axes: number) {
  const scale = all.find(({ type }) => type === 'scale')?.scale
  return scale?.length === axes ? scale : null
}

/** Pixels that are not square can't be measured with one number. */
function square(x: number | null, y: number | null): number | null {
  if (x === null || y === null) return null
  return Math.abs(x - y) <= 0.01 * Math.max(x, y) ? plausibleMicrons(x) : null
}

type Said = z.infer<typeof omero>['channels'][number]

function channelFact({ label, color, active, window }: Said, place: number): Partial<ChannelFact> {
  const name = String(label ?? '').slice(0, 60)
  const hex = /^#?([0-9a-f]{6})/i.exec(color ?? '')?.[1]?.toLowerCase()
  const [low, high] = [window?.start, window?.end].map((value) => Math.round(Math.min(Math.max(value ?? NaN, 0), 65_535))) as [
    number,
    number,
  ]
  return {
    ...(name === '' ? {} : { name }),
    color: hex === undefined ? channelColor(place) : `#${hex}`,
    ...(active === false ? { on: false } : {}),
    ...(low < high ? { range: { low, high } } : {}),
  }
}
