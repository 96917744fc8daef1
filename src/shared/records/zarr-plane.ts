import { z } from 'zod'

/** A plane of an OME-Zarr by its place in depth and time, both from 0. */
export interface ZarrPlane {
  readonly slice: number
  readonly time: number
}

/** How many slices and points in time an OME-Zarr has. */
export const zarrStack = z.object({ slices: z.number().int().positive(), times: z.number().int().positive() }).readonly()
export type ZarrStack = z.infer<typeof zarrStack>

export interface ZarrPlace {
  /** The folder of the Zarr. */
  readonly folder: string
  readonly plane: ZarrPlane
}

export const FIRST_PLANE: ZarrPlane = { slice: 0, time: 0 }
const NAME = /^(.*?)(?:#(?=[zt])(?:z([1-9]\d{0,5}))?(?:t([1-9]\d{0,5}))?)?((?:\.ome)?\.zarr)$/is

/**
 * Where the image of a path lies whose name is that of an OME-Zarr: `a.ome.zarr` is the first plane of that folder, `a#z3t2.ome.zarr` its slice 3
 * at time 2, counted from 1 as people do. Null for any other name.
 */
export function zarrPlace(file: string): ZarrPlace | null {
  const [, stem, slice, time, ending] = NAME.exec(file) ?? []
  if (stem === undefined || ending === undefined) return null
  return { folder: stem + ending, plane: { slice: Number(slice ?? 1) - 1, time: Number(time ?? 1) - 1 } }
}

/** The path of a plane of the OME-Zarr at a folder; that of its first plane is the folder's own. */
export function planePath(folder: string, plane: ZarrPlane): string {
  const [, stem = folder, , , ending = ''] = NAME.exec(folder) ?? []
  return `${stem}${planeMark(plane)}${ending}`
}

function planeMark({ slice, time }: ZarrPlane): string {
  if (slice === 0 && time === 0) return ''
  return `#${slice === 0 ? '' : `z${slice + 1}`}${time === 0 ? '' : `t${time + 1}`}`
}

export const isFirstPlane = ({ slice, time }: ZarrPlane): boolean => slice === 0 && time === 0

/** The file or folder that lies on the disk for the path of an image. */
export const onDisk = (file: string): string => zarrPlace(file)?.folder ?? file

/** Which planes of a stack are meant by `first`, `middle` (of the first time), `all`, or one as `z3`, `t2`, `z3t2`, counted from 1. */
export function chosenPlanes(choice: string, { slices, times }: ZarrStack): ZarrPlane[] {
  if (choice === 'first') return [FIRST_PLANE]
  if (choice === 'middle') return [{ slice: slices >> 1, time: 0 }]
  if (choice === 'all')
    return Array.from({ length: times }, (_, time) => Array.from({ length: slices }, (_, slice) => ({ slice, time }))).flat()
  const [, slice, time] = /^(?:z([1-9]\d{0,5}))?(?:t([1-9]\d{0,5}))?$/.exec(choice) ?? []
  return [{ slice: Number(slice ?? 1) - 1, time: Number(time ?? 1) - 1 }]
}
