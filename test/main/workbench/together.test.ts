import { describe, expect, it } from 'vitest'
import { modelId, runId } from '#shared/records/ids.ts'
import { type ModelRecord, type RunRecord, usualRun } from '#shared/records/model.ts'
import { runCell } from '../../../src/main/workbench/model-cell.ts'
import { withMeanThreshold } from '../../../src/main/workbench/tasks/mean-threshold.ts'
import { workbenchTask } from '../../../src/main/workbench/tasks/registry.ts'
import { model } from '../project/fixtures.ts'

const fold = (index: number, threshold?: number): ModelRecord => ({
  ...model(`m${index}`),
  name: `cnn-70 2, fold ${index + 1} of 3`,
  fold: { of: 'cv', index, folds: 3 },
  metrics: { auc: 0.9, ...(threshold === undefined ? {} : { threshold }) },
})
const runOf = (settings: RunRecord['settings']): RunRecord => ({
  ...{ id: runId.parse('r'), modelId: modelId.parse('m0'), settings, images: 1, objects: 1, seconds: 1 },
  createdAt: '2026-11-22T00:00:00Z',
})

describe('several models that predict together', () => {
  it('are judged by the mean of their thresholds where classes of images are told, as they were predicted', () => {
    const folds = [fold(0, 0.6), fold(1, 0.5), fold(2)] as const
    expect(withMeanThreshold(folds).metrics).toEqual({ auc: 0.9, threshold: 0.55 })
    expect(withMeanThreshold([fold(2), fold(1, 0.5)]).metrics).toEqual({ auc: 0.9, threshold: 0.5 })
    expect(withMeanThreshold([fold(2)])).toEqual(fold(2))
    expect(workbenchTask('classification').together?.([...folds]).metrics).toMatchObject({ threshold: 0.55 })
    // Told scores of anomalies are scaled to the first one's threshold.
    expect(workbenchTask('anomaly').together).toBeUndefined()
  })

  it('are named together in tables, and one alone by its name', () => {
    expect(runCell(runOf({ ensemble: ['m0', 'm1', 'm2'] }), fold(0))).toBe('cnn-70 2, 3 folds together (cv)')
    expect(runCell(runOf({ ensemble: ['m0', 'm1'] }), fold(0))).toBe('cnn-70 2, 2 of 3 folds together (cv)')
    expect(runCell(runOf({}), fold(0))).toBe('cnn-70 2, fold 1 of 3 (m0)')
  })

  it('are another maker than the first of them alone: the usual run of one is never that of the other', () => {
    const together = { ...runOf({ ensemble: ['m0', 'm1', 'm2'] }), id: runId.parse('together'), createdAt: '2026-11-23T00:00:00Z' }
    const alone = { ...runOf({}), images: 9 }
    expect(usualRun([alone, together])?.id).toBe('together')
    expect(usualRun([together, { ...alone, createdAt: '2026-11-24T00:00:00Z', images: 1 }])?.id).toBe('r')
  })
})
