import { say } from '#shared/i18n/say.ts'

/** A feature of a tf.train.Example: one of its three lists. */
export interface Feature {
  readonly bytes: readonly Uint8Array[]
  readonly ints: readonly number[]
  readonly floats: number
}

export class ExampleError extends Error {}

const MAX_FEATURES = 4096
const MAX_NUMBERS = 4096
const text = new TextDecoder('utf-8')

/**
 * The features of a serialised tf.train.Example (protobuf: Example.features.feature, a map of name to bytes_list, float_list or
 * int64_list). Of long lists of integers the first 4096 are kept, of floats only how many there are. Throws ExampleError for what is none.
 */
export function parseExample(bytes: Uint8Array): Map<string, Feature> {
  const features = new Map<string, Feature>()
  for (const [field, whole] of fieldsOf(bytes)) {
    if (field !== 1) continue
    for (const [inner, entry] of fieldsOf(bytesIn(whole))) {
      if (inner !== 1) continue
      const [name, feature] = entryOf(bytesIn(entry))
      if (features.size >= MAX_FEATURES) throw new ExampleError(say('it has more than {{most}} features', { most: String(MAX_FEATURES) }))
      features.set(name, feature)
    }
  }
  return features
}

function entryOf(bytes: Uint8Array): [string, Feature] {
  let name = ''
  let feature: Feature = { bytes: [], ints: [], floats: 0 }
  for (const [field, value] of fieldsOf(bytes)) {
    if (field === 1) name = text.decode(bytesIn(value))
    else if (field === 2) feature = featureOf(bytesIn(value))
  }
  return [name, feature]
}

function featureOf(bytes: Uint8Array): Feature {
  const found: { bytes: Uint8Array[]; ints: number[]; floats: number } = { bytes: [], ints: [], floats: 0 }
  for (const [kind, list] of fieldsOf(bytes))
    for (const [field, value] of fieldsOf(bytesIn(list))) {
      if (field !== 1) continue
      if (kind === 1) found.bytes.push(bytesIn(value))
      else if (kind === 2) found.floats += typeof value === 'number' ? 1 : value.length / 4
      else if (kind === 3) pushInts(found.ints, value)
    }
  return found
}

function pushInts(ints: number[], value: Uint8Array | number): void {
  if (typeof value === 'number') {
    ints.push(value)
    return
  }
  for (let at = 0; at < value.length && ints.length < MAX_NUMBERS;) {
    const [number, next] = varint(value, at)
    ints.push(number)
    at = next
  }
}

function bytesIn(value: Uint8Array | number): Uint8Array {
  if (typeof value === 'number') throw new ExampleError(say('a field is of the wrong kind'))
  return value
}

/** Fields of a message: number, and its bytes or, for varints, its value. Four- and eight-byte fields come as bytes. */
function* fieldsOf(bytes: Uint8Array): Generator<[number, Uint8Array | number]> {
  for (let at = 0; at < bytes.length;) {
    const [tag, start] = varint(bytes, at)
    const [field, wire] = [Math.floor(tag / 8), tag % 8]
    if (wire === 0) {
      const [value, next] = varint(bytes, start)
      yield [field, value]
      at = next
      continue
    }
    const [length, from] = wire === 2 ? varint(bytes, start) : [wire === 1 ? 8 : wire === 5 ? 4 : -1, start]
    if (length < 0) throw new ExampleError(say('it is no tf.train.Example'))
    if (from + length > bytes.length) throw new ExampleError(say('a field reaches beyond its end'))
    yield [field, bytes.subarray(from, from + length)]
    at = from + length
  }
}

/** A number of seven bits a byte, lowest first, and where the bytes go on. Exact up to 2^53, which sizes and lengths never reach. */
function varint(bytes: Uint8Array, at: number): [number, number] {
  let value = 0
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) throw new ExampleError(say('it ends in the middle of a number'))
    value += (byte & 127) * 2 ** (7 * i)
    if (byte < 128) return [value, at + i + 1]
  }
  throw new ExampleError(say('it is no tf.train.Example'))
}
