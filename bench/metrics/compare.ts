// Our metrics against scikit-learn, torchmetrics, MONAI, SciPy, pycocotools, StarDist and anomalib on the same cases: the largest
// difference of each figure. Ends with 1 if one is above the goal of 1e-6.
// Use: node bench/metrics/compare.ts <python with reference.py's packages> [folder of real data, none] [--golden <file for the tests>]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Cases, drawCases, drawSmallCases } from './cases.ts'
import { anomalyFigures, classificationFigures, type Figure, type Figures, segmentationFigures } from './ours.ts'
import { packArrays } from './packing.ts'

const GOAL = 1e-6

type Kind = keyof Cases
type References = Record<Kind, Record<string, Record<string, Figure>>[]>

interface Row {
  readonly kind: Kind
  readonly figure: string
  readonly library: string
  cases: number
  largest: number
  where: string
}

function askPython(python: string, cases: Cases): References {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-metrics-'))
  const [asked, answered] = [path.join(folder, 'cases.json'), path.join(folder, 'figures.json')]
  writeFileSync(asked, JSON.stringify(packArrays(cases)))
  execFileSync(python, [new URL('reference.py', import.meta.url).pathname, asked, answered], { stdio: ['ignore', 'ignore', 'inherit'] })
  const references = JSON.parse(readFileSync(answered, 'utf8')) as References
  rmSync(folder, { recursive: true })
  return references
}

/** Relative for what is above 1 (distances in pixels), which the libraries that count in float32 give with seven digits. */
function difference(a: Figure | undefined, b: Figure): number {
  if (a === undefined) return Infinity
  if (Array.isArray(a) || Array.isArray(b)) {
    const [left, right] = [a as readonly (number | null)[], b as readonly (number | null)[]]
    return left?.length === right?.length
      ? left.reduce<number>((most, value, i) => Math.max(most, difference(value, right[i]!)), 0)
      : Infinity
  }
  if (a === null || b === null) return a === b ? 0 : Infinity
  return Math.abs((a as number) - (b as number)) / Math.max(1, Math.abs(b as number))
}

function compareKind<C extends { readonly name: string }>(
  kind: Kind,
  cases: readonly C[],
  figures: (made: C) => Figures,
  references: References,
): Row[] {
  const rows = new Map<string, Row>()
  for (const [i, made] of cases.entries()) {
    const ours = figures(made)
    for (const [figure, byLibrary] of Object.entries(references[kind][i]!))
      for (const [library, value] of Object.entries(byLibrary)) {
        const key = `${figure}/${library}`
        const row = rows.get(key) ?? { kind, figure, library, cases: 0, largest: 0, where: '' }
        rows.set(key, row)
        row.cases++
        const far = difference(ours[figure], value)
        if (far > row.largest) Object.assign(row, { largest: far, where: made.name })
      }
  }
  return [...rows.values()]
}

const { values, positionals } = parseArgs({ options: { golden: { type: 'string' } }, allowPositionals: true })
const [python, data] = positionals
if (python === undefined) throw new Error('Which Python? node bench/metrics/compare.ts <python> [folder of real data]')
if (values.golden === undefined) {
  const cases = await drawCases(data ?? null)
  const references = askPython(python, cases)
  const rows = [
    ...compareKind('classification', cases.classification, classificationFigures, references),
    ...compareKind('segmentation', cases.segmentation, segmentationFigures, references),
    ...compareKind('anomaly', cases.anomaly, anomalyFigures, references),
  ]
  console.log('kind            figure                          library        cases  largest difference')
  for (const { kind, figure, library, cases: count, largest, where } of rows)
    console.log(
      `${kind.padEnd(15)} ${figure.padEnd(31)} ${library.padEnd(14)} ${String(count).padStart(5)}  ${largest.toExponential(1)} ${largest > GOAL ? `in ${where}` : ''}`,
    )
  const most = Math.max(...rows.map(({ largest }) => largest))
  console.log(`${rows.length} figures, largest difference ${most.toExponential(1)}, goal ${GOAL.toExponential(0)}`)
  process.exitCode = most > GOAL ? 1 : 0
} else {
  const cases = drawSmallCases()
  writeFileSync(values.golden, `${JSON.stringify({ cases: packArrays(cases), figures: askPython(python, cases) })}\n`)
}
