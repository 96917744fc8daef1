/** A progress line on stderr, drawn only on a terminal so that logs stay clean. */
export interface ProgressBar {
  update(fraction: number, text: string): void
  end(): void
}

const silent: ProgressBar = {
  update() {
    // Not a terminal: nothing is drawn.
  },
  end() {
    // Nothing was drawn.
  },
}

const WIDTH = 24

export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  if (!stream.isTTY) return silent
  let drawn = false
  return {
    update(fraction, text) {
      const full = Math.round(Math.max(0, Math.min(1, fraction)) * WIDTH)
      const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full)
      stream.write(`\r\x1b[2K${bar} ${Math.floor(fraction * 100)} %  ${text}`.slice(0, (stream.columns || 120) + 5))
      drawn = true
    },
    end() {
      if (drawn) stream.write('\r\x1b[2K')
      drawn = false
    },
  }
}

/** `2 min 5 s`, `41 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
}
