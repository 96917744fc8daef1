import { AppError } from '#shared/errors.ts'

/** How numbers lie in a weight file, little-endian. `I64` and its like occur (step counters) but are not weights. */
export type NumberFormat = 'F64' | 'F32' | 'F16' | 'BF16'

const BYTES: Readonly<Record<NumberFormat, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2 }

export function bytesPerNumber(format: NumberFormat): number {
  return BYTES[format]
}

/** The numbers in `bytes` (a whole number of them, at any alignment) as float32, a copy. */
export function toFloat32(bytes: Uint8Array, format: NumberFormat): Float32Array {
  const size = bytesPerNumber(format)
  if (bytes.byteLength % size !== 0) throw new RangeError(`${bytes.byteLength} bytes are no whole number of ${format}`)
  const own = bytes.slice().buffer
  if (format === 'F32') return new Float32Array(own)
  if (format === 'F64') return Float32Array.from(new Float64Array(own))
  const words = new Uint16Array(own)
  const out = new Float32Array(words.length)
  const bits = new Uint32Array(out.buffer)
  for (let i = 0; i < words.length; i++) bits[i] = format === 'F16' ? float32BitsOfHalf(words[i]!) : words[i]! << 16
  return out
}

/** Bits of the float32 equal to an IEEE 754 binary16: exact, subnormals and infinities included. */
function float32BitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13)
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  const shift = Math.clz32(fraction) - 21
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}

/** How many numbers a shape holds. Throws AppError `weights-unreadable` on a shape that no file of this machine could fill. */
export function countOf(shape: readonly number[], name: string): number {
  let count = 1
  for (const side of shape) {
    if (!Number.isInteger(side) || side < 0) throw unreadable(`"${name}" has the impossible shape [${shape.join(', ')}].`)
    count *= side
    if (count > 2 ** 31) throw unreadable(`"${name}" claims the absurd shape [${shape.join(', ')}].`)
  }
  return count
}

export function unreadable(
  message: string,
  hint = 'The file may be damaged or may not be what its name says; try to fetch it again.',
): AppError {
  return new AppError('weights-unreadable', message, hint)
}

/** A well-formed file that asks for more than weights need: what a hostile file looks like. */
export function refusedPickle(file: string, what: string): AppError {
  return new AppError(
    'weights-refused',
    `${file} was not opened: it contains ${what}, which plain weights never need and which could run a program.`,
    'Ask its source for the weights alone (a state dict, best as .safetensors).',
  )
}
