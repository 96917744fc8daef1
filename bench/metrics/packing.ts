// Typed arrays inside JSON, as base64 with numpy's name of their type, and back.
type Packed = { readonly dtype: string; readonly base64: string }

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array, float32: Float32Array, float64: Float64Array } as const

export function packArrays(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const dtype = Object.entries(ARRAYS).find(([, type]) => value instanceof type)?.[0]
    if (dtype === undefined) throw new Error(`Cannot pack a ${value.constructor.name}`)
    return { dtype, base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  }
  if (Array.isArray(value)) return value.map(packArrays)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packArrays(inner)]))
  return value
}

export function unpackArrays(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpackArrays)
  if (typeof value !== 'object' || value === null) return value
  if ('base64' in value && 'dtype' in value) {
    const { dtype, base64 } = value as Packed
    const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
    return new ARRAYS[dtype as keyof typeof ARRAYS](bytes.buffer)
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpackArrays(inner)]))
}
