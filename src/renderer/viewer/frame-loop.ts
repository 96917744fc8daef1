/** Draws things at most once a frame, only those that were asked for, in their fixed order. */
export interface FrameLoop<Name extends string> {
  /** Draws them with the next frame. */
  readonly request: (...names: readonly Name[]) => void
  /** Draws them at once: before the browser shows a canvas that was just cleared. */
  readonly now: (...names: readonly Name[]) => void
  readonly stop: () => void
}

interface Frames {
  readonly request: (callback: () => void) => number
  readonly cancel: (handle: number) => void
}

const browserFrames: Frames = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => {
    cancelAnimationFrame(handle)
  },
}

export function createFrameLoop<Name extends string>(
  order: readonly Name[],
  draw: (name: Name) => void,
  frames: Frames = browserFrames,
): FrameLoop<Name> {
  const wanted = new Set<Name>()
  let handle: number | null = null
  const flush = (): void => {
    handle = null
    const now = order.filter((name) => wanted.has(name))
    // Cleared first: what a drawing asks for belongs to the next frame.
    wanted.clear()
    for (const name of now) draw(name)
  }
  return {
    request: (...names) => {
      for (const name of names) wanted.add(name)
      handle ??= frames.request(flush)
    },
    now: (...names) => {
      for (const name of names) wanted.delete(name)
      for (const name of order) if (names.includes(name)) draw(name)
    },
    stop: () => {
      if (handle !== null) frames.cancel(handle)
      handle = null
      wanted.clear()
    },
  }
}
