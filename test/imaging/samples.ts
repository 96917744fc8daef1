import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of the test's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Red, green, blue of a pixel. */
export type Rgb = readonly [number, number, number]

/** An RGB buffer from a rule. */
export function paint(width: number, height: number, rule: (x: number, y: number) => Rgb): Buffer {
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(rule(x, y), (y * width + x) * 3)
  return data
}

export interface TiffSpec {
  readonly width: number
  readonly height: number
  readonly bits: 8 | 16 | 32
  readonly samples: number
  readonly pixels: Uint8Array
  /** 1 = unsigned, 2 = signed, 3 = float. */
  readonly sampleFormat?: number
  readonly description?: string
  /** Pixels a unit. */
  readonly resolution?: readonly [number, number]
  readonly resolutionUnit?: number
  readonly extraSamples?: readonly number[]
  readonly compression?: number
}

type TiffEntry = readonly [tag: number, type: number, values: readonly number[] | Buffer]

/** A minimal little-endian TIFF of one strip, byte for byte as TIFF 6.0 says: independent of the library that reads it. */
export function tiffBytes(spec: TiffSpec): Buffer {
  const photometric = spec.samples >= 3 ? 2 : 1
  const entries: TiffEntry[] = [
    [256, 4, [spec.width]],
    [257, 4, [spec.height]],
    [258, 3, Array.from({ length: spec.samples }, () => spec.bits)],
    [259, 3, [spec.compression ?? 1]],
    [262, 3, [photometric]],
    [270, 2, Buffer.from((spec.description ?? '') + '\0')],
    [273, 4, [0]],
    [277, 3, [spec.samples]],
    [278, 4, [spec.height]],
    [279, 4, [spec.pixels.length]],
  ]
  if (spec.resolution) entries.push([282, 5, [spec.resolution[0] * 1000, 1000]], [283, 5, [spec.resolution[1] * 1000, 1000]])
  if (spec.resolutionUnit !== undefined) entries.push([296, 3, [spec.resolutionUnit]])
  if (spec.extraSamples) entries.push([338, 3, spec.extraSamples])
  entries.push([339, 3, Array.from({ length: spec.samples }, () => spec.sampleFormat ?? 1)])
  return assemble(entries, spec.pixels)
}

function assemble(entries: readonly TiffEntry[], pixels: Uint8Array): Buffer {
  const directoryBytes = 2 + entries.length * 12 + 4
  const values = entries.map(([, type, value]) => (Buffer.isBuffer(value) ? value : packed(type, value)))
  const outside = values.map((value) => (value.length > 4 ? value.length + (value.length % 2) : 0))
  const pixelsAt = 8 + directoryBytes + outside.reduce((sum, bytes) => sum + bytes, 0)
  const file = Buffer.alloc(pixelsAt + pixels.length)
  file.write('II*\0\x08\0\0\0', 'latin1')
  file.writeUInt16LE(entries.length, 8)
  let free = 8 + directoryBytes
  entries.forEach(([tag, type, given], i) => {
    const at = 10 + i * 12
    const value = tag === 273 ? packed(4, [pixelsAt]) : values[i]!
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(Buffer.isBuffer(given) ? given.length : type === 5 ? given.length / 2 : given.length, at + 4)
    if (value.length <= 4) value.copy(file, at + 8)
    else {
      file.writeUInt32LE(free, at + 8)
      value.copy(file, free)
      free += outside[i]!
    }
  })
  Buffer.from(pixels).copy(file, pixelsAt)
  return file
}

function packed(type: number, values: readonly number[]): Buffer {
  const size = type === 3 ? 2 : 4
  const bytes = Buffer.alloc(values.length * size)
  values.forEach((value, i) => (size === 2 ? bytes.writeUInt16LE(value, i * 2) : bytes.writeUInt32LE(value, i * 4)))
  return bytes
}

/** Writes a file into a folder and answers with its path. */
export function writeSample(folder: string, name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name)
  writeFileSync(file, bytes)
  return file
}
