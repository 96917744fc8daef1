import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

export interface ZarrOptions {
  readonly width: number
  readonly height: number
  /** Default 1. */
  readonly channels?: number
  readonly times?: number
  readonly slices?: number
  /** 1 = uint8, 2 = uint16 (big-endian, so that nothing is right by chance). Default 1. */
  readonly bytes?: 1 | 2
  /** Levels that halve. Default 1. */
  readonly levels?: number
  /** Side of chunks. Default 64. */
  readonly chunk?: number
  /** 2 = NGFF 0.4 on Zarr 2, 3 = NGFF 0.5 on Zarr 3. Default 2. */
  readonly format?: 2 | 3
  readonly gzip?: boolean
  /** Micrometres a pixel of the finest level. */
  readonly microns?: number
  readonly omero?: object
  /** The number at a place of the finest level. */
  readonly value: (x: number, y: number, channel: number, time: number, slice: number) => number
}

/** Writes an OME-Zarr of five axes (t, c, z, y, x), a plane a chunk, as NGFF says; coarser levels take every second pixel. */
export function writeZarr(folder: string, options: ZarrOptions): void {
  const { levels = 1, format = 2, microns } = options
  const scale = (level: number): number[] => [1, 1, 1, ...Array<number>(2).fill((microns ?? 1) * 2 ** level)]
  const unit = microns === undefined ? {} : { unit: 'micrometer' }
  const multiscales = [
    {
      ...(format === 2 ? { version: '0.4' } : {}),
      axes: [
        { name: 't', type: 'time' },
        { name: 'c', type: 'channel' },
        { name: 'z', type: 'space' },
        { name: 'y', type: 'space', ...unit },
        { name: 'x', type: 'space', ...unit },
      ],
      datasets: Array.from({ length: levels }, (_, level) => ({
        path: String(level),
        coordinateTransformations: [{ type: 'scale', scale: scale(level) }],
      })),
    },
  ]
  const image = { multiscales, ...(options.omero === undefined ? {} : { omero: options.omero }) }
  if (format === 2) {
    json(path.join(folder, '.zgroup'), { zarr_format: 2 })
    json(path.join(folder, '.zattrs'), image)
  } else {
    json(path.join(folder, 'zarr.json'), { zarr_format: 3, node_type: 'group', attributes: { ome: { version: '0.5', ...image } } })
  }
  for (let level = 0; level < levels; level++) writeLevel(path.join(folder, String(level)), options, level)
}

function writeLevel(folder: string, options: ZarrOptions, level: number): void {
  const { channels = 1, times = 1, slices = 1, chunk = 64, bytes = 1, format = 2, gzip = false } = options
  const [width, height] = [options.width, options.height].map((side) => Math.ceil(side / 2 ** level)) as [number, number]
  const shape = [times, channels, slices, height, width]
  const chunks = [1, 1, 1, chunk, chunk]
  if (format === 2)
    json(path.join(folder, '.zarray'), {
      ...{ zarr_format: 2, shape, chunks, dtype: bytes === 1 ? '|u1' : '>u2', fill_value: 0, order: 'C', filters: null },
      ...{ compressor: gzip ? { id: 'gzip', level: 1 } : null, dimension_separator: '/' },
    })
  else
    json(path.join(folder, 'zarr.json'), {
      ...{ zarr_format: 3, node_type: 'array', shape, data_type: bytes === 1 ? 'uint8' : 'uint16', fill_value: 0, attributes: {} },
      chunk_grid: { name: 'regular', configuration: { chunk_shape: chunks } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      codecs: [{ name: 'bytes', configuration: { endian: 'big' } }, ...(gzip ? [{ name: 'gzip', configuration: { level: 1 } }] : [])],
    })
  const step = 2 ** level
  for (let t = 0; t < times; t++)
    for (let c = 0; c < channels; c++)
      for (let z = 0; z < slices; z++)
        for (let row = 0; row * chunk < height; row++)
          for (let column = 0; column * chunk < width; column++) {
            const data = Buffer.alloc(chunk * chunk * bytes)
            for (let y = 0, at = 0; y < chunk; y++)
              for (let x = 0; x < chunk; x++, at += bytes) {
                const [px, py] = [column * chunk + x, row * chunk + y]
                const value = px < width && py < height ? options.value(px * step, py * step, c, t, z) : 0
                if (bytes === 1) data.writeUInt8(value, at)
                else data.writeUInt16BE(value, at)
              }
            const file = path.join(folder, ...(format === 3 ? ['c'] : []), ...[t, c, z, row, column].map(String))
            mkdirSync(path.dirname(file), { recursive: true })
            writeFileSync(file, gzip ? gzipSync(data) : data)
          }
}

function json(file: string, value: object): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(value))
}
