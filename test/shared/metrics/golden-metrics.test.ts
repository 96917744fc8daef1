import { describe, expect, it } from 'vitest'
import { type Cases } from '../../../bench/metrics/cases.ts'
import { anomalyFigures, classificationFigures, type Figure, type Figures, segmentationFigures } from '../../../bench/metrics/ours.ts'
import { unpackArrays } from '../../../bench/metrics/packing.ts'
import golden from '../../golden/metrics.json' with { type: 'json' }

/** Libraries that count in float32; the others are met to nine digits. */
const FLOAT32 = ['torchmetrics', 'monai', 'stardist', 'anomalib']

type References = Readonly<Record<string, Readonly<Record<string, Figure>>>>

function differences(ours: Figures, references: References): string[] {
  return Object.entries(references).flatMap(([figure, byLibrary]) =>
    Object.entries(byLibrary).flatMap(([library, value]) => {
      const tolerance = FLOAT32.includes(library) ? 1e-6 : 1e-9
      return same(ours[figure], value, tolerance)
        ? []
        : [`${figure}: ${JSON.stringify(ours[figure])}, ${library} has ${JSON.stringify(value)}`]
    }),
  )
}

function same(a: Figure | undefined, b: Figure, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null)
    return a.length === b.length && a.every((value, i) => same(value, b[i]!, tolerance))
  return a === b
}

const cases = unpackArrays(golden.cases) as Cases
const references = golden.figures as unknown as Readonly<Record<keyof Cases, readonly References[]>>

// The file is written by `node bench/metrics/compare.ts <python> --golden test/golden/metrics.json`.
describe('figures equal those of the reference libraries', () => {
  it.each(cases.classification.map((made, i) => ({ name: made.name, made, i })))('classification: $name', ({ made, i }) => {
    expect(differences(classificationFigures(made), references.classification[i]!)).toEqual([])
  })

  it.each(cases.segmentation.map((made, i) => ({ name: made.name, made, i })))('segmentation: $name', ({ made, i }) => {
    expect(differences(segmentationFigures(made), references.segmentation[i]!)).toEqual([])
  })

  it.each(cases.anomaly.map((made, i) => ({ name: made.name, made, i })))('anomaly: $name', ({ made, i }) => {
    expect(differences(anomalyFigures(made), references.anomaly[i]!)).toEqual([])
  })

  it('knows a wrong figure', () => {
    const ours = classificationFigures(cases.classification[0]!)
    expect(differences({ ...ours, mcc: 0.5 }, references.classification[0]!)).toHaveLength(2)
  })
})
