import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ClassRecord } from '../../../../src/shared/records/class.ts'
import { imageId, runId } from '../../../../src/shared/records/ids.ts'
import type { ModelRecord } from '../../../../src/shared/records/model.ts'
import type { ImageResult, PredictionRecord } from '../../../../src/shared/records/prediction.ts'
import type { TaskKind } from '../../../../src/shared/records/task.ts'
import { workbenchTask } from '../../../../src/main/workbench/tasks/registry.ts'
import { anAnnotation, anImage, aPrediction, RBC, WBC } from '../records.ts'

const classes = [
  { id: RBC, name: 'RBC', position: 0 },
  { id: WBC, name: 'WBC', position: 1 },
] as unknown as readonly ClassRecord[]
const model = { id: 'm1', name: 'first', classes: [{ id: RBC, name: 'RBC' }, { id: WBC, name: 'WBC' }], metrics: { threshold: 1.5 } } as unknown as ModelRecord // prettier-ignore
const whole = { type: 'image' } as const

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slidewright-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function table(task: TaskKind, predictions: readonly PredictionRecord[], result: Partial<ImageResult> | null): Promise<string[]> {
  const file = path.join(folder, 'predictions.csv')
  const results = result === null ? [] : [{ imageId: imageId.parse('a'), scores: null, anomaly: null, maps: [], ...result }]
  await workbenchTask(task).writePredictions(file, {
    images: [anImage('a', { split: 'test', group: 'P1' }), anImage('b')],
    classes,
    run: runId.parse('r1'),
    model: () => model,
    madeBy: () => 'first (m1)',
    annotationsOf: ({ id }) => (id === 'a' ? [anAnnotation('1', 'a', { classId: RBC, shape: whole })] : []),
    predictionsOf: ({ id }) => predictions.filter((prediction) => prediction.imageId === id),
    results: () => new Map(results.map((one) => [one.imageId, one])),
  })
  return (await readFile(file, 'utf8')).trim().split(/\r?\n/)
}

describe('the table of predictions that each task writes', () => {
  it('detection: one row a box', async () => {
    expect(await table('detection', [aPrediction(1, 'a')], null)).toEqual([
      'image,class,score,x,y,width,height',
      'a.png,RBC,0.9,10,10,20,20',
    ])
  })

  it('segmentation: one row an area, with its pixels', async () => {
    const rings = [[0, 0, 4, 0, 4, 3, 0, 3]]
    const [head, row] = await table('segmentation', [aPrediction(1, 'a', { shape: { type: 'polygon', rings } })], null)
    expect(head).toMatch(/^image,class,score,.*area/)
    expect(row).toMatch(/^a\.png,RBC,0\.9,.*\b12\b/)
  })

  it('classification: one row an image, by the class that was said and not the most probable, then what is true and whose it is', async () => {
    const said = aPrediction(1, 'a', { classId: WBC, shape: whole })
    expect(await table('classification', [said], { scores: [0.6, 0.4] })).toEqual([
      'image,class,score_RBC,score_WBC,truth,split,group,model,run',
      'a.png,WBC,0.6,0.4,RBC,test,P1,first (m1),r1',
    ])
  })

  it('anomaly: one row an image of which the run says something', async () => {
    expect(await table('anomaly', [], { anomaly: 1.25 })).toEqual([
      'image,score,class,threshold,truth,split,group,model,run',
      'a.png,1.25,,1.5,RBC,test,P1,first (m1),r1',
    ])
  })
})
