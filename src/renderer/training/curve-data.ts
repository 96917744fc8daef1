import { shownNumber } from '#shared/i18n/formats.ts'
import { type CurvePoint } from '#shared/records/model.ts'

/** More points than this are not drawn: a chart is not wider. */
const MOST_POINTS = 1500

/** Columns as uPlot wants them: epochs rising, then the values of each name, null where a name has no point there. */
export type CurveColumns = [number[], ...(number | null)[][]]

function thinned(points: readonly CurvePoint[]): readonly CurvePoint[] {
  if (points.length <= MOST_POINTS) return points
  const step = (points.length - 1) / (MOST_POINTS - 1)
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round(i * step)]!)
}

/** Aligns the curves of some names on one axis of epochs. */
export function columnsOf(curves: readonly CurvePoint[], names: readonly string[]): CurveColumns {
  const ofName = names.map((name) => thinned(curves.filter((point) => point.name === name && Number.isFinite(point.value))))
  const epochs = [...new Set(ofName.flatMap((points) => points.map(({ epoch }) => epoch)))].sort((a, b) => a - b)
  const place = new Map(epochs.map((epoch, index) => [epoch, index]))
  const columns = ofName.map((points) => {
    const column: (number | null)[] = new Array<number | null>(epochs.length).fill(null)
    for (const { epoch, value } of points) column[place.get(epoch)!] = value
    return column
  })
  return [epochs, ...columns]
}

/** The names that have points, in the order given. */
export function namesPresent(curves: readonly CurvePoint[], names: readonly string[]): string[] {
  const present = new Set(curves.map(({ name }) => name))
  return names.filter((name) => present.has(name))
}

/** A value as a legend tells it, with the separators that numbers have elsewhere in the window. */
export const legendNumber = (value: number, digits: number): string =>
  shownNumber(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** The last value of a column at or before a place, null where there is none: curves have no point at every x. */
export function valueAt(column: readonly (number | null)[], place: number): number | null {
  for (let i = Math.min(place, column.length - 1); i >= 0; i--) {
    const value = column[i]
    if (value !== null && value !== undefined) return value
  }
  return null
}

/** The place in rising x of what a legend shows while nothing is pointed at: the end, or the value nearest to `restAt`. -1 = nothing. */
export function restingPlace(xs: readonly number[], restAt: number | 'end' | null): number {
  if (restAt === null) return -1
  if (restAt === 'end') return xs.length - 1
  return xs.reduce((best, x, i) => (best < 0 || Math.abs(x - restAt) < Math.abs(xs[best]! - restAt) ? i : best), -1)
}
