/**
 * Every length-delimited field in a protobuf message, at any depth, that reads as text: enough to see what a file says without its
 * schema, and independent of the writer.
 */
export function stringsOf(message: Uint8Array): string[] {
  const found: string[] = []
  collect(Buffer.from(message), found)
  return found
}

function collect(bytes: Buffer, found: string[]): boolean {
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; at < bytes.length; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    return -1
  }
  const inner: Buffer[] = []
  while (at < bytes.length) {
    const tag = varint()
    const wire = tag & 7
    if (tag < 8) return false
    if (wire === 0) varint()
    else if (wire === 5) at += 4
    else if (wire === 1) at += 8
    else if (wire === 2) {
      const length = varint()
      if (length < 0 || at + length > bytes.length) return false
      inner.push(bytes.subarray(at, (at += length)))
    } else return false
  }
  if (at !== bytes.length) return false
  for (const field of inner) {
    if (/^[\x20-\x7e]+$/.test(field.toString('latin1'))) found.push(field.toString('latin1'))
    collect(field, found)
  }
  return true
}
