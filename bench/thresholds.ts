// How good a classifier's threshold is on other patients than it was picked on, by how many validation cells there were: as a training picks it
// (smoothThreshold), by the highest peak of Youden's J, and 0.5. Of few cells many draws; again with one positive in ten, the scores moved to
// what a net would say that had learned from so few.
//
//   node bench/train-classification.ts [...] --scores FILE, then node bench/thresholds.ts FILE...
import { readFile } from 'node:fs/promises'
import { logOdds, sigmoid } from '#shared/log-odds.ts'
import { createRanking, pickThreshold } from '#shared/metrics/classification-curves.ts'
import { smoothThreshold } from '#shared/metrics/smooth-threshold.ts'
import { createRandom } from '#shared/random.ts'
import type { TruthAndScore } from './malaria-cells.ts'

interface Fold {
  readonly val: readonly TruthAndScore[]
  readonly held: readonly TruthAndScore[]
}

const DRAWS = 40
/** Positives to negatives, where they are rare. */
const RARE = 1 / 9
const random = createRandom('thresholds')

function youden(cells: readonly TruthAndScore[], threshold: number): number {
  const above = (truth: number): number => {
    const own = cells.filter(([is]) => is === truth)
    return own.filter(([, score]) => score >= threshold).length / own.length
  }
  return above(1) - above(0)
}

function asRare({ val, held }: Fold): Fold {
  const moved = (cells: readonly TruthAndScore[]) =>
    cells.map(([truth, score]): TruthAndScore => [truth, sigmoid(logOdds(score) + Math.log(RARE))])
  const negatives = val.filter(([truth]) => truth === 0)
  const positives = random.shuffle(val.filter(([truth]) => truth === 1)).slice(0, Math.floor(RARE * negatives.length))
  return { val: moved([...negatives, ...positives]), held: moved(held) }
}

function compare(folds: readonly Fold[], count: number, rare: boolean) {
  const sums = { smooth: 0, peak: 0, half: 0 }
  let draws = 0
  for (const given of folds)
    for (let draw = 0; draw < (count === Infinity && !rare ? 1 : DRAWS); draw++) {
      const { val, held } = rare ? asRare(given) : given
      const cells = random.shuffle(val).slice(0, count)
      const [truth, scores] = [cells.map(([is]) => is), cells.map(([, score]) => score)]
      const [smooth, peak] = [smoothThreshold(scores, truth), pickThreshold(createRanking(scores, truth)(), 'youden')]
      if (smooth === null || peak === null) continue
      draws++
      sums.smooth += youden(held, smooth)
      sums.peak += youden(held, peak.threshold)
      sums.half += youden(held, 0.5)
    }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Number((sum / draws).toFixed(4))]))
}

const files = await Promise.all(process.argv.slice(2).map((file) => readFile(file, 'utf8')))
const folds = files.flatMap((text) => JSON.parse(text) as Fold[])
for (const rare of [false, true])
  for (const count of [100, 300, Infinity]) console.log(JSON.stringify({ rare, cells: String(count), ...compare(folds, count, rare) }))
