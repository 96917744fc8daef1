import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JobView } from '../../src/shared/contracts/work.ts'
import { jobText } from '../../src/cli/commands/train.ts'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { createProject } from '../../src/main/project/create.ts'
import { type CrossValidation, type TrainOutcome, Workbench } from '../../src/main/workbench/index.ts'
import { aModel } from '../main/workbench/records.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
const project = path.join(folder, 'p.slidewright')

beforeAll(async () => {
  const db = await createProject(project, { task: 'classification', classes: ['a', 'b'] })
  for (const name of ['first', 'second']) db.putModel({ ...aModel(`id-of-${name}`, db.classes()), name })
  await db.close()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})
afterEach(() => vi.restoreAllMocks())

const ready: TrainOutcome = {
  ...{ model: 'm' as TrainOutcome['model'], name: 'net', epochs: 1, best: null, seconds: 1, secondsPerStep: 1, waitingShare: 0, backend: 'wasm' },
  ...{ onnxDifference: 0, stopped: 'finished', notes: [], assigned: { train: 0, val: 0, test: 0 } },
} // prettier-ignore

function heard() {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const progress = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const text = (spy: typeof out): string => spy.mock.calls.map(([said]) => String(said)).join('')
  return { out: () => text(out), progress: () => text(progress) }
}

const train = (...options: string[]) =>
  program(makeOutput(false)).parseAsync(['train', project, '--preset', 'classifier-lite0', ...options], { from: 'user' })

const view = (part: Partial<JobView>): JobView =>
  ({ kind: 'train', status: 'running', title: '', curves: [], progress: null, ...part }) as JobView
const at = (state: 'preparing' | 'running' | 'validating' | 'saving', fraction: number) =>
  view({ progress: { id: 'j' as NonNullable<JobView['progress']>['id'], state, fraction, secondsLeft: null, epoch: 2, epochs: 4 } })

describe('slidewright train', () => {
  it('goes on from a model by its name, its id, or the newest', async () => {
    const asked = vi.spyOn(Workbench.prototype, 'train').mockResolvedValue(ready)
    heard()
    for (const from of ['first', 'id-of-first', 'latest']) await train('--from', from)
    expect(asked.mock.calls.map(([{ from }]) => from)).toEqual(['id-of-first', 'id-of-first', 'id-of-second'])
    await expect(train('--from', 'third')).rejects.toMatchObject({ code: 'no-such-model' })
  })

  it('says what it does before its first step and after its last', () => {
    expect([view({}), at('preparing', 0), at('running', 0.5), at('validating', 0.5), at('saving', 1)].map(jobText)).toEqual([
      'starting',
      'loading the images and measuring them, epoch 3 of 4',
      'epoch 3 of 4',
      'validating, epoch 3 of 4',
      'choosing thresholds on the validation images, and saving, epoch 3 of 4',
    ])
  })

  it('names the fold in each line, and the figures as the field does', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
    const report = { images: 4, accuracy: 0.75, sensitivity: 1, specificity: 0.5, auc: 1, threshold: 0.5, perClass: {}, intervals: {} }
    const folds = [{ model: 'm', name: 'net, fold 1 of 2', run: 'r', best: 1, seconds: 1, images: 4, report }]
    const mean = { balancedAccuracy: { mean: 0.75, lowest: 0.7, highest: 0.8 }, ece: { mean: 0.1, lowest: 0, highest: 0.2 } }
    vi.spyOn(Workbench.prototype, 'crossValidate').mockImplementation((_request, _folds, hooks) => {
      hooks!.onJob!({ ...at('running', 0.5), folds: { folds: 2, done: 1, doing: 'train' } })
      vi.advanceTimersByTime(11_000)
      hooks!.onJob!(view({ folds: { folds: 2, done: 1, doing: 'predict' } }))
      vi.advanceTimersByTime(11_000)
      return Promise.resolve({
        folds,
        pooled: report,
        mean,
        labelErrors: [],
        learnedLittle: false,
        inPart: 2,
      } as unknown as CrossValidation)
    })
    const { out, progress } = heard()
    try {
      await train('--folds', '2')
    } finally {
      vi.useRealTimers()
    }
    expect(progress()).toMatch(/^ +50 % {2}fold 2 of 2, epoch 3 of 4\n +0 % {2}fold 2 of 2, predicting the images that it did not see\n$/)
    expect(out()).toMatch(/^Balanced accuracy +0\.750 +0\.700 to 0\.800$/m)
    expect(out()).toMatch(/^2 images are reviewed in part: they are left out until they are done\.$/m)
    expect(out()).toMatch(/^Calibration error \(0 is best\) +0\.100/m)
  })
})
