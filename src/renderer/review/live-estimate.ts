import { type FinalCount, finalCount } from '#shared/counts/final.ts'
import { poissonInterval } from '#shared/metrics/intervals.ts'
import { type CountEstimate, type ReviewItems } from '#shared/review/estimate.ts'
import { type ReviewColumns } from '#shared/contracts/review.ts'
import { t } from '#shared/i18n/translate.ts'
import { densityText } from '#shared/counts/format.ts'
import { shownNumber, shownSignificant } from '#shared/i18n/formats.ts'
import { silentTwins, twinsOf } from '#shared/review/twins.ts'
import { isDecidedRow, openByRow, rowsOf } from './queue.ts'
import { type ReviewState } from './review-store.ts'

/**
 * What the review so far says of the final count, from the queue's lowest score up; null before anything was read. What was accepted below that
 * score is labelled, and counts as labels do. What is asked no more (a label shows it, or its image was finished) is no part of it, as it is none
 * when the run is read anew; nor are twins (`silentTwins`).
 */
export function estimateOf(
  state: Pick<ReviewState, 'columns' | 'items' | 'answers' | 'finished' | 'shown' | 'draws' | 'ranks' | 'low'>,
): FinalCount | null {
  const { columns, items, answers, draws, low } = state
  if (columns === null || draws.length !== items.length) return null
  const { rows, ...fixed } = fixedColumns({ ...state, columns })
  const isOpenRow = openByRow(columns, state)
  const silent = silentTwins(twinsOf(columns), (row) => columns.scores[row]! >= low && isOpenRow(row), draws)
  const counted = [...rows.keys()].filter((at) => isDecidedRow(answers, rows[at]!) || (isOpenRow(rows[at]!) && silent[rows[at]!] === 0))
  const pick = (column: Float64Array): Float64Array =>
    counted.length === rows.length ? column : Float64Array.from(counted, (at) => column[at]!)
  return finalCount({
    classes: columns.classIds.length,
    classIds: columns.classIds,
    labels: labelsBelow(columns, answers, low),
    from: low,
    ...{ predicted: pick(fixed.predicted), score: pick(fixed.score), draw: pick(fixed.draw), rank: pick(fixed.rank) },
    outcome: Float64Array.from(counted, (at) => answers[rows[at]!]!),
  })
}

/** Labels by class that no decision from a score up made or is linked to. */
function labelsBelow({ labels, scores }: ReviewColumns, answers: Int16Array, low: number): number[] {
  const counts = [...labels]
  for (const [row, answer] of answers.entries()) if (answer >= 0 && scores[row]! < low) counts[answer]! += 1
  return counts
}

type Columns = Record<Exclude<keyof ReviewItems, 'classes' | 'outcome'>, Float64Array>

interface Fixed extends Columns {
  /** Rows of the items, by which outcomes are told. */
  readonly rows: Uint32Array
}

type FixedBy = Pick<ReviewState, 'items' | 'draws' | 'ranks' | 'low'> & { readonly columns: ReviewColumns }

/** What answers do not change: with a hundred thousand items it is most of the work. Made once for an order of the queue. */
function fixedColumns(of: FixedBy): Fixed {
  const known = latest.get(of.ranks)
  if (known?.items === of.items && known.low === of.low && known.draws === of.draws) return known.made
  const rows = rowsOf(of.items.filter(({ score }) => score >= of.low))
  const pick = (column: ArrayLike<number>): Float64Array => Float64Array.from(rows, (row) => column[row]!)
  const { classes, scores } = of.columns
  const made = { rows, predicted: pick(classes), score: pick(scores), draw: pick(of.draws), rank: pick(of.ranks) }
  latest.set(of.ranks, { items: of.items, draws: of.draws, low: of.low, made })
  return made
}

const latest = new WeakMap<ReviewState['ranks'], Pick<FixedBy, 'items' | 'draws' | 'low'> & { readonly made: Fixed }>()

/** A count with its range, as it is shown: "312 (304 to 320)", or just the number where nothing is left open. `labels`: counted beside it. */
export function rangeText({ estimate, interval }: CountEstimate, labels: number): string {
  const whole = (value: number): string => shownNumber(Math.round(value) + labels)
  const [low, high] = [Math.ceil(interval.lower), Math.floor(interval.upper)]
  return low >= high
    ? whole(estimate)
    : t('{{estimate}} ({{lower}} to {{upper}})', { estimate: whole(estimate), lower: whole(low), upper: whole(high) })
}

/** The same a square millimetre of `area` mm²: "312 (304 to 320)/mm²". */
export function densityRangeText({ estimate, interval }: CountEstimate, labels: number, area: number): string {
  const per = (count: number): number => (count + labels) / area
  if (interval.lower >= interval.upper) return `${shownSignificant(per(estimate))}/mm²`
  return `${densityText({ perMm2: per(estimate), interval: { lower: per(interval.lower), upper: per(interval.upper) } })}/mm²`
}

/** Half the range over the count, from which on going on changes little. */
const CLOSE = 0.05

/** Whether going on would change little, while not all is decided. */
export interface Stop {
  /** The ranges of all classes, and of all together, are narrow. */
  readonly may: boolean
  /** Place of the class whose range is the widest for its count; null where all classes are known well enough. */
  readonly least: number | null
}

/**
 * A count is known well enough where half its range is at most 5 % of it, or at most what chance alone gives a count of that size (half its Poisson
 * interval, and the half object by which a range is wider for being of whole ones): that much it would differ on the next slide anyway.
 */
export function stopOf({ estimate: { perClass, total, decided, items }, labels }: Pick<FinalCount, 'estimate' | 'labels'>): Stop {
  const all = labels.reduce((sum, value) => sum + value, 0)
  const widths = perClass.map((count, at) => widthOf(count, labels[at]!))
  const least = Math.max(0, ...widths)
  return {
    may: decided < items && least <= 1 && widthOf(total, all) <= 1,
    least: least > 1 ? widths.indexOf(least) : null,
  }
}

/** How many times the range is as wide as the one that one may stop at. */
function widthOf({ estimate, interval }: CountEstimate, labels: number): number {
  const [half, count] = [(interval.upper - interval.lower) / 2, estimate + labels]
  const chance = poissonInterval(Math.round(count))
  return half / Math.max(CLOSE * count, (chance.upper - chance.lower) / 2 + 0.5)
}
