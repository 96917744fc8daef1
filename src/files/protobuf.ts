/**
 * Writes and reads the wire format of Protocol Buffers (protobuf.dev, "Encoding"): enough for TensorFlow's GraphDef and for ONNX. A message is the
 * concatenation of its fields; nothing is checked against a schema, the callers name the field numbers of the .proto files they follow.
 */
export type Field = Buffer

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** An integer (int32, int64, enum, bool). Negative numbers take their 64-bit two's complement. Whole numbers up to 2^53. */
export function intField(field: number, value: number): Field {
  return Buffer.concat([tag(field, VARINT), varint(value)])
}

/** A float. */
export function floatField(field: number, value: number): Field {
  return Buffer.concat([tag(field, FIXED32), float32(value)])
}

/** A string (UTF-8) or bytes. */
export function bytesField(field: number, value: string | Uint8Array): Field {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([tag(field, BYTES), varint(bytes.length), bytes])
}

/** An embedded message. */
export function messageField(field: number, ...parts: readonly Field[]): Field {
  return bytesField(field, Buffer.concat(parts))
}

/** Repeated integers, packed. */
export function packedInts(field: number, values: readonly number[]): Field {
  return bytesField(field, Buffer.concat(values.map(varint)))
}

/** Repeated floats, packed. */
export function packedFloats(field: number, values: readonly number[]): Field {
  return bytesField(field, Buffer.concat(values.map(float32)))
}

/** One entry of a map from strings to messages. */
export function mapEntry(field: number, key: string, ...value: readonly Field[]): Field {
  return messageField(field, bytesField(1, key), messageField(2, ...value))
}

/** The bytes of a typed array, without a copy. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

function tag(field: number, wire: number): Buffer {
  return varint(field * 8 + wire)
}

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return Buffer.from([...bytes, Number(rest)])
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

/** A field of a message of Protocol Buffers: an integer as a number, of what has a length its bytes; `from`..`to` is where all of it stands. */
export interface ReadField {
  readonly number: number
  readonly value: number | Uint8Array
  readonly from: number
  readonly to: number
}

/** The fields of a message, without those of 4 or 8 bytes; ends where the message is broken. */
export function* fieldsOf(bytes: Uint8Array): Generator<ReadField> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; at < bytes.length && shift < 70; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    return NaN
  }
  while (at < bytes.length) {
    const from = at
    const tag = varint()
    const [number, wire] = [Math.floor(tag / 8), tag % 8]
    if (wire === VARINT) {
      const value = varint()
      yield { number, value, from, to: at }
    } else if (wire === FIXED64) at += 8
    else if (wire === FIXED32) at += 4
    else if (wire === BYTES) {
      const length = varint()
      if (!(at + length <= bytes.length)) return
      const value = bytes.subarray(at, (at += length))
      yield { number, value, from, to: at }
    } else return
  }
}
