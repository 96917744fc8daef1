// Base64 of RFC 4648, section 4: the shared room has neither Node's Buffer nor the window's atob.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** By character code: six bits, or 255 for what is no base64 character. */
const SIX_BITS: Readonly<Uint8Array> = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = ALPHABET.indexOf(String.fromCharCode(code))
  return value < 0 ? 255 : value
})

/** Bytes as base64 with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const third = i + 1 < bytes.length ? ALPHABET[(bits >> 6) & 63]! : '='
    const fourth = i + 2 < bytes.length ? ALPHABET[bits & 63]! : '='
    parts.push(ALPHABET[bits >> 18]! + ALPHABET[(bits >> 12) & 63]! + third + fourth)
  }
  return parts.join('')
}

/**
 * The bytes of a base64 text, or null for anything that `encodeBase64` does not give: other characters or blanks, missing
 * padding, left-over bits that are not 0. So one text stands for one value.
 */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  for (let i = 0, o = 0; i < text.length; i += 4, o += 3) {
    const missing = i + 4 === text.length ? padding : 0
    let bits = 0
    for (let k = 0; k < 4; k++) {
      const six = k >= 4 - missing ? 0 : (SIX_BITS[text.charCodeAt(i + k)] ?? 255)
      if (six === 255) return null
      bits = (bits << 6) | six
    }
    if ((missing === 1 && (bits & 0xff) !== 0) || (missing === 2 && (bits & 0xffff) !== 0)) return null
    // Past the end of the array nothing is written.
    bytes[o] = bits >> 16
    bytes[o + 1] = bits >> 8
    bytes[o + 2] = bits
  }
  return bytes
}
