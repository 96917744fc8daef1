/** The one raw channel between window and main, both ways; what crosses it are the envelopes of transport.ts. */
export const CHANNEL = 'slidewright:message'

/** What the preload lays into the window. */
export interface Bridge {
  post(message: unknown): void
  listen(listener: (message: unknown) => void): () => void
  /** Path of a file that was dropped on the window. */
  pathOf(file: unknown): string
}
