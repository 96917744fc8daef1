/** A file's name as an address: what means something in a URL (`#`, `?`, `%`, blanks) does not in it. */
export const addressOf = (name: string): string => encodeURIComponent(name)

/** A part of an address as it was before it was encoded; one that was never encoded stays. */
export function decodedAddress(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
