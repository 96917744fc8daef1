import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Step, StepRecord } from '#shared/contracts/steps.ts'
import { modelId, runId } from '#shared/records/ids.ts'
import { decideMeant, replay, Workbench } from '../../../src/main/workbench/index.ts'
import { giveModel, MODEL, writeImages } from './untrained.ts'

describe('the workflow of a project', () => {
  let folder: string
  let bench: Workbench
  let files: string[]
  const at = (...names: string[]): string => path.join(folder, ...names)
  const create = (name: string): Promise<Workbench> =>
    Workbench.create({ folder: at(`${name}.slidewright`), task: 'detection', classes: ['RBC', 'WBC'] }, 'Ada')
  const steps = (): Step[] => bench.steps.all().map(({ step }) => step)

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'steps-'))
    files = await writeImages(folder, 3)
    bench = await create('p')
    await giveModel(bench)
  })
  afterEach(async () => {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Imports two images, predicts them and writes the counts. */
  async function work(): Promise<string> {
    await bench.import({ paths: files.slice(0, 2) })
    await bench.split({ split: 'val', glob: null, groupBy: null, seed: 0, val: 0.2, test: 0.2 })
    const { run } = await bench.predict({ modelId: 'latest', minScore: 0.0001, split: 'val' })
    const source = { kind: 'predictions' as const, runId: runId.parse(run), score: 0 }
    await bench.export({ file: at('counts.csv'), what: 'counts', format: 'csv', source })
    return run
  }

  it('is noted step by step, as it was asked for, and kept', async () => {
    const run = await work()
    expect(steps()).toMatchObject([
      { kind: 'import', request: { paths: files.slice(0, 2), format: 'auto' } },
      { kind: 'split', request: { split: 'val' } },
      { kind: 'predict', request: { modelId: MODEL, minScore: 0.0001, flips: false }, made: run },
      { kind: 'export', request: { what: 'counts', file: at('counts.csv'), source: { runId: run } } },
    ])
    await bench.close()
    bench = await Workbench.open(at('p.slidewright'), 'Ada')
    expect(steps()).toHaveLength(4)
    expect(bench.steps.all()[0]).toMatchObject({ who: 'Ada', at: expect.stringMatching(/^\d{4}-/) as string })
  })

  it('notes nothing that failed, and an evaluation asked for again and again once', async () => {
    await expect(bench.predict({ modelId: 'latest' })).rejects.toMatchObject({ code: 'no-images' })
    const evaluate: Step = { kind: 'evaluate', request: { modelId: MODEL, split: 'val', score: 0.5, flips: false } }
    bench.steps.note(evaluate)
    bench.steps.note({ ...evaluate, request: { ...evaluate.request, score: 0.6 } })
    bench.steps.note({ ...evaluate, request: { ...evaluate.request, split: 'test' } })
    expect(steps().map(({ kind, request }) => [kind, (request as { split?: string }).split])).toEqual([['evaluate', 'val'], ['evaluate', 'test']]) // prettier-ignore
  })

  it('is done again with another image, on it alone, and writes elsewhere', async () => {
    await work()
    const log = bench.steps.all()
    const wish = { steps: log, paths: [files[2]!], only: ['import', 'predict', 'export'] as const, to: at('again') }
    const done = await replay(bench, wish)
    expect(done.map(({ number, kind }) => `${number} ${kind}`)).toEqual(['1 import', '3 predict', '4 export'])
    const newest = bench.runs().at(-1)!
    expect(bench.project.db.imagesOfRun(newest.id)).toEqual(bench.images().flatMap(({ id, name }) => (name === 'image-2.png' ? [id] : [])))
    const rows = (await readFile(at('again', 'counts.csv'), 'utf8')).trim().split('\n')
    expect(rows.filter((row) => row.includes('image-'))).toEqual([expect.stringContaining('image-2.png')])
    expect(bench.images().map(({ split }) => split)).toEqual(['val', 'val', null])
    await expect(replay(bench, wish)).rejects.toMatchObject({ code: 'exists' })
    expect(bench.runs()).toHaveLength(2)
    // Started again, it takes the image that is there by now.
    const again = await replay(bench, { ...wish, to: at('third') })
    expect(again.map(({ said }) => said)[0]).toBe('0 new images, 1 known before')
    expect(bench.project.db.imagesOfRun(bench.runs().at(-1)!.id)).toHaveLength(1)
    // The very same picture in another place is that image, too.
    await copyFile(files[2]!, at('moved.png'))
    const moved = await replay(bench, { ...wish, paths: [at('moved.png')], to: at('fourth') })
    expect(moved.map(({ said }) => said)[0]).toBe('0 new images, 1 known before')
  })

  it('notes decisions by score, and makes them again on what the replayed prediction found', async () => {
    const run = await work()
    const request = {
      kind: 'accept' as const,
      to: null,
      runId: runId.parse(run),
      from: 0.001,
      below: null,
      ofClass: null,
      glob: null,
      doneFrom: null,
    }
    const { decided } = decideMeant(bench, request)
    expect(decided).toBeGreaterThan(0)
    expect(steps().at(-1)).toEqual({ kind: 'decide', request })
    expect(decideMeant(bench, request)).toMatchObject({ decided: 0 })
    expect(steps()).toHaveLength(5)
    const log = bench.steps.all()
    const done = await replay(bench, { steps: log, paths: [files[2]!], only: ['import', 'predict', 'decide'] })
    const newest = bench.runs().at(-1)!
    const open = bench.project.db.decisionsOfRun(newest.id)
    expect(open.length).toBeGreaterThan(0)
    expect(done.at(-1)).toMatchObject({ kind: 'decide', said: `${open.length} predictions accepted` })
    expect(new Set(open.map(({ imageId }) => bench.image(imageId).name))).toEqual(new Set(['image-2.png']))
  })

  it('puts the models that a replay trains in the place of those of the log, and stops where one is missing', async () => {
    await work()
    const log = bench.steps.all()
    const theirs = modelId.parse('trained-elsewhere')
    const elsewhere: StepRecord[] = log.map((record) =>
      record.step.kind === 'predict'
        ? { ...record, step: { ...record.step, request: { ...record.step.request, modelId: theirs } } }
        : record,
    )
    const other = await create('other')
    try {
      await giveModel(other)
      const only = ['import', 'split', 'train', 'predict'] as const
      await expect(replay(other, { steps: elsewhere, only })).rejects.toMatchObject({
        code: 'no-such-model',
        message: expect.stringContaining('Step 3 (predict)') as string,
      })
      expect([other.images().length, other.runs().length]).toEqual([2, 0])
      const train: Step = {
        kind: 'train',
        request: { preset: 'cells-lite0', from: null, seed: 4, backend: null, settings: {} },
        made: theirs,
      }
      const trained = { model: MODEL, name: 'A', epochs: 1, best: null, seconds: 1, secondsPerStep: 1, waitingShare: 0, backend: 'test' }
      const spy = vi.spyOn(other, 'train').mockResolvedValue({ ...trained, onnxDifference: null, stopped: '', notes: [], assigned: { train: 0, val: 0, test: 0 } } as never) // prettier-ignore
      await replay(other, { steps: [{ ...log[0]!, step: train }, elsewhere[2]!] })
      expect(spy).toHaveBeenCalledWith(expect.objectContaining({ seed: 4, preset: 'cells-lite0' }), expect.anything())
      expect(other.runs().map((run) => run.modelId)).toEqual([MODEL])
      // An imported one stands for what it was where it comes from, whatever it is called here.
      const origin = { file: 'a.zip', sha256: '0'.repeat(64), project: 'p', model: theirs, ancestors: [], importedBy: '', importedAt: other.model(MODEL).createdAt } // prettier-ignore
      other.project.db.putModel({ ...other.model(MODEL), origin })
      await replay(other, { steps: [elsewhere[2]!] })
      expect(other.runs().map((run) => run.modelId)).toEqual([MODEL, MODEL])
    } finally {
      await other.close()
    }
  })
})
