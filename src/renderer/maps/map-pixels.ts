import { type Size } from '#shared/geometry/point.ts'
import { applyTable, type ColorTable } from './lookup.ts'

/** The 8-bit values of a map as its file has them. */
export interface MapPixels extends Size {
  readonly values: Uint8Array
}

/** Reads a grey PNG. Values pass as they are: no colour profile and no transparency is applied. Rejects where it can't be had. */
export async function readMap(url: string, signal: AbortSignal): Promise<MapPixels> {
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(await response.text())
  const bitmap = await createImageBitmap(await response.blob(), { colorSpaceConversion: 'none', premultiplyAlpha: 'none' })
  try {
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (!context) throw new Error('There is no memory for this map.')
    context.drawImage(bitmap, 0, 0)
    return { width, height, values: firstChannel(context.getImageData(0, 0, width, height).data) }
  } finally {
    bitmap.close()
  }
}

function firstChannel(data: Readonly<Uint8ClampedArray>): Uint8Array {
  const values = new Uint8Array(data.length / 4)
  for (let i = 0; i < values.length; i++) values[i] = data[4 * i]!
  return values
}

/** A map in colour, made by a function that fills its pixels. */
export async function paintedMap({ width, height }: Size, paint: (pixels: Uint32Array) => void): Promise<ImageBitmap> {
  const image = new ImageData(width, height)
  paint(new Uint32Array(image.data.buffer))
  return createImageBitmap(image)
}

/** A map coloured by a table. */
export function coloredMap(map: MapPixels, table: ColorTable): Promise<ImageBitmap> {
  return paintedMap(map, (pixels) => {
    applyTable(map.values, table, pixels)
  })
}
