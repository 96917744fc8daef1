import { ANSWER } from '#shared/contracts/review.ts'
import { type CountEstimate, estimateReview, type ReviewEstimate, type ReviewItems } from '#shared/review/estimate.ts'
import { t } from '#shared/i18n/translate.ts'
import { densityText } from '#shared/counts/format.ts'
import { shownNumber, shownSignificant } from '#shared/i18n/formats.ts'
import { type ReviewItem } from './items.ts'
import { type ReviewState } from './review-store.ts'

/** What the review so far says of the final count; null before anything was read. Items below the queue's lowest score are left out. */
export function estimateOf(
  state: Pick<ReviewState, 'columns' | 'items' | 'answers' | 'finished' | 'draws' | 'ranks' | 'low'>,
): ReviewEstimate | null {
  const { columns, items, answers, finished, draws } = state
  if (columns === null || draws.length !== items.length) return null
  const { wanted, ...fixed } = fixedColumns({ ...state, columns })
  return estimateReview({
    classes: columns.classIds.length,
    ...fixed,
    // What is undecided on a finished image counts as nothing.
    outcome: Float64Array.from(wanted, ({ row, imageId }) =>
      answers[row] === ANSWER.open && finished.has(imageId) ? ANSWER.nothing : answers[row]!,
    ),
  })
}

interface Fixed extends Omit<ReviewItems, 'classes' | 'outcome'> {
  /** The items themselves, by which outcomes are told. */
  readonly wanted: readonly ReviewItem[]
}

type FixedBy = Pick<ReviewState, 'items' | 'draws' | 'ranks' | 'low'> & { readonly columns: NonNullable<ReviewState['columns']> }

/** What answers do not change: with a hundred thousand items it is most of the work. Made once for an order of the queue. */
function fixedColumns(of: FixedBy): Fixed {
  const known = latest.get(of.ranks)
  if (known?.items === of.items && known.low === of.low && known.draws === of.draws) return known.made
  const wanted = of.items.filter(({ score }) => score >= of.low)
  const pick = (column: ArrayLike<number>): Float64Array => Float64Array.from(wanted, ({ row }) => column[row]!)
  const { classes, scores } = of.columns
  const made = { wanted, predicted: pick(classes), score: pick(scores), draw: pick(of.draws), rank: pick(of.ranks) }
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

/** Whether the range of all that is counted is narrow though not all is decided. `labels`: counted beside it. */
export function mayStop({ total, decided, items }: ReviewEstimate, labels: number): boolean {
  const { estimate, interval } = total
  return decided < items && interval.upper - interval.lower <= 2 * CLOSE * (estimate + labels)
}
