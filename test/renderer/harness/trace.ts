/** One event of Chromium's trace (times in microseconds; `tdur` is the processor time of the thread). */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: { readonly name?: string }
}

/** Processor milliseconds that one thread took a frame: median, 95th percentile, largest. */
export interface ThreadTimes {
  readonly thread: string
  readonly p50: number
  readonly p95: number
  readonly max: number
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10
}

/**
 * Processor time a frame and thread out of a trace of the categories toplevel and devtools.timeline: unlike the time between
 * frames it says the same on a machine that others use too. Threads that take less than half a millisecond are left out.
 */
export function threadTimes(trace: string): ThreadTimes[] {
  const events = (JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] }).traceEvents
  const names = new Map<string, string>()
  for (const { name, pid, tid, args } of events)
    if (name === 'thread_name' && args?.name !== undefined) names.set(`${String(pid)} ${String(tid)}`, args.name)
  const frames = events.filter(({ name, ph }) => name === 'FireAnimationFrame' && ph === 'X').map(({ ts }) => ts)
  frames.sort((a, b) => a - b)
  const threads = new Map<string, number[]>()
  for (const { name, ph, ts, dur, tdur, pid, tid } of events) {
    if (name !== 'ThreadControllerImpl::RunTask' || ph !== 'X') continue
    const frame = frames.findIndex((start) => start > ts) - 1
    if (frame < 0) continue
    const thread = names.get(`${String(pid)} ${String(tid)}`) ?? String(tid)
    const times = threads.get(thread) ?? new Array<number>(frames.length - 1).fill(0)
    times[frame]! += (tdur ?? dur ?? 0) / 1000
    threads.set(thread, times)
  }
  return [...threads]
    .map(([thread, times]) => ({ thread, p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: percentile(times, 1) }))
    .filter(({ p95 }) => p95 >= 0.5)
    .sort((a, b) => b.p95 - a.p95)
}
