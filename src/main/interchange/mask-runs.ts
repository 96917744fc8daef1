import { AppError } from '#shared/errors.ts'
import type { Box } from '#shared/geometry/box.ts'
import { type BitMask, maskBounds, maskSpans } from '#shared/masks/bit-mask.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import type { MaskShape } from '#shared/records/shape.ts'

/** Lengths of runs that are off, on, off, ... row by row within a frame of whole pixels; the first is off and may be 0. */
export interface RowRuns {
  readonly frame: Box
  readonly runs: readonly number[]
}

/** A mask's runs in a frame, by default its bounds; null for a mask without a pixel. The runs fill the frame. */
export function rowRunsOf(mask: BitMask, frame: Box | null = maskBounds(mask)): RowRuns | null {
  if (frame === null) return null
  const runs: number[] = []
  let last = 0
  maskSpans(
    mask,
    frame,
  )((y, from, to) => {
    const start = (y - frame.y) * frame.width + from - frame.x
    if (start === last && runs.length > 0) runs[runs.length - 1]! += to - from
    else runs.push(start - last, to - from)
    last = start + to - from
  })
  const rest = frame.width * frame.height - last
  return { frame, runs: rest > 0 ? [...runs, rest] : runs }
}

/** More pixels than this are taken for damage. */
const MOST_PIXELS = 2 ** 31 - 1

/**
 * The mask of runs; null where they hold no pixel.
 *
 * @throws AppError `runs-damaged` where they do not fill the frame, or it has no size.
 */
export function maskOfRowRuns({ frame, runs }: RowRuns): MaskShape | null {
  const { x, y, width, height } = frame
  const sized = [x, y, width, height].every(Number.isInteger) && width > 0 && height > 0 && width * height <= MOST_PIXELS
  if (!sized) throw new AppError('runs-damaged', `its run lengths have a frame of ${width} x ${height} pixels`)
  if (!runs.every((run) => Number.isInteger(run) && run >= 0)) throw new AppError('runs-damaged', 'its run lengths are no whole numbers')
  const sum = runs.reduce((total, run) => total + run, 0)
  if (sum !== width * height) throw new AppError('runs-damaged', `its run lengths fill ${sum} of ${width * height} pixels`)
  const mask = maskOfSpans((sink) => {
    for (let k = 0, place = 0; k < runs.length; place += runs[k++]!) {
      const end = k % 2 === 0 ? place : place + runs[k]!
      for (let from = place; from < end;) {
        const row = Math.floor(from / width)
        const to = Math.min(end, (row + 1) * width)
        sink(y + row, x + from - row * width, x + to - row * width)
        from = to
      }
    }
  })
  return maskOf(mask)
}
