import { expect, it, vi } from 'vitest'
import { duration, progressBar } from '../../src/cli/progress.ts'

/** A stream that keeps what is written. */
function stream(isTTY: boolean, columns = 80) {
  const written: string[] = []
  return { written, isTTY, columns, write: (text: string | Uint8Array) => written.push(String(text)) > 0 }
}

it('tells a log where a command is every ten seconds, in plain lines, and nothing of what ends before', () => {
  const log = stream(false)
  let now = 0
  const bar = progressBar(log, () => now)
  for (now = 0; now <= 25_000; now += 500) bar.update(now / 100_000, `epoch ${now / 1000}`)
  bar.end()
  expect(log.written).toEqual([' 10 %  epoch 10\n', ' 20 %  epoch 20\n'])
})

it('goes on telling what is under way while nothing is heard of it', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
  try {
    const log = stream(false)
    const bar = progressBar(log)
    bar.update(0, 'loading')
    vi.advanceTimersByTime(25_000)
    bar.update(0.5, 'epoch 1')
    bar.end()
    vi.advanceTimersByTime(25_000)
    expect(log.written).toEqual(['  0 %  loading\n', '  0 %  loading\n'])
  } finally {
    vi.useRealTimers()
  }
})

it('draws one line over itself on a terminal, never longer than that is wide, and takes it away', () => {
  const terminal = stream(true, 40)
  const bar = progressBar(terminal)
  bar.update(0.5, 'a text that goes on and on')
  bar.end()
  expect(terminal.written).toEqual([`\r\x1b[2K${'█'.repeat(12)}${'░'.repeat(12)} 50 %  a text t`, '\r\x1b[2K'])
})

it('tells a time as people do', () => {
  expect([4.4, 125, 3780].map(duration)).toEqual(['4 s', '2 min 5 s', '1 h 3 min'])
})
