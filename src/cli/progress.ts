/** How far a command is, told on stderr: a bar on a terminal, elsewhere a plain line now and then, so that a log is not silent for minutes. */
export interface ProgressBar {
  update(fraction: number, text: string): void
  end(): void
}

/** Milliseconds between two lines of a log, whether anything is told meanwhile or not. What takes less says nothing on the way. */
const LINE_EVERY = 10_000
/** How often is looked whether a line is due. */
const LOOK_EVERY = 1000
const WIDTH = 24

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>

export function progressBar(stream: Stream = process.stderr, now: () => number = () => performance.now()): ProgressBar {
  return stream.isTTY ? bar(stream) : lines(stream, now)
}

function bar(stream: Stream): ProgressBar {
  let drawn = false
  return {
    update(fraction, text) {
      const full = Math.round(Math.max(0, Math.min(1, fraction)) * WIDTH)
      const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent(fraction)}  ${text}`
      // A line that wraps could not be drawn over.
      stream.write(`\r\x1b[2K${line.slice(0, (stream.columns || 120) - 1)}`)
      drawn = true
    },
    end() {
      if (drawn) stream.write('\r\x1b[2K')
      drawn = false
    },
  }
}

function lines(stream: Stream, now: () => number): ProgressBar {
  let told = now()
  let line = ''
  const tell = (): void => {
    if (line === '' || now() - told < LINE_EVERY) return
    told = now()
    stream.write(line)
  }
  // What is loaded, measured or validated for long tells nothing by itself.
  const timer = setInterval(tell, LOOK_EVERY)
  timer.unref()
  return {
    update(fraction, text) {
      line = `${percent(fraction).padStart(5)}  ${text}\n`
      tell()
    },
    end() {
      clearInterval(timer)
    },
  }
}

const percent = (fraction: number): string => `${Math.floor(fraction * 100)} %`

/** `2 min 5 s`, `41 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`
}
