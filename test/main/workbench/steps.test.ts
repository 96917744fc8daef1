import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Step, type StepRecord, workflowFile } from '#shared/contracts/steps.ts'
import { exportRequest, importRequest } from '#shared/contracts/project.ts'
import { modelId, runId } from '#shared/records/ids.ts'
import { decideMeant, foresee, replay, saveWorkflow, setOrigin, setPixelSize, Workbench } from '../../../src/main/workbench/index.ts'
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
      // Told before anything is done.
      expect([other.images().length, other.runs().length]).toEqual([0, 0])
      await replay(other, { steps: log, only: ['import', 'split'] })
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

  const division = { groupBy: null, seed: 0, val: 0.2, test: 0.2 }
  const summary = (done: readonly { number: number; kind: string; outcome: string; said: string }[]): string[] =>
    done.map(({ number, kind, outcome, said }) => `${number} ${kind} ${outcome}: ${said}`)

  it('changes the given images alone, and leaves out what none of them is meant by', async () => {
    await bench.import({ paths: files, split: 'train' })
    bench.edit({ label: 'Done', put: { images: bench.images().map((image) => ({ ...image, state: 'done' as const })) }, remove: {} })
    await bench.split({ ...division, split: 'test', glob: 'image-0*' })
    await bench.split({ ...division, split: 'auto', glob: null, val: 0, test: 0 })
    await setPixelSize(bench, { microns: 0.25, of: 'all' })
    setOrigin(bench, { of: 'all', set: { patient: 'Then' } })
    await bench.export({ file: at('truth.csv'), what: 'counts', format: 'csv', source: { kind: 'truth' } })
    setOrigin(bench, { of: { glob: 'image-[01]*' }, set: { patient: 'Now' } })
    setOrigin(bench, { of: { glob: 'image-2*' }, set: { patient: 'Other' } })
    await setPixelSize(bench, { microns: null, of: 'all' })
    await bench.split({ ...division, split: 'test', glob: null })
    const log = bench.steps.all().slice(0, 6)
    expect(summary(await replay(bench, { steps: log, paths: [files[2]!], to: at('again') }))).toEqual([
      '1 import done: 0 new images, 1 known before',
      '2 split left-out: none of the given images is meant by it',
      '3 split done: 1 image changed',
      '4 pixel-size done: 1 image changed',
      '5 origin done: 1 image changed',
      `6 export done: ${at('again', 'truth.csv')}, 1 row`,
    ])
    const of = bench.images().map(({ name, split, patient, micronsPerPixel }) => [name, split, patient, micronsPerPixel])
    expect(of).toEqual([['image-0.png', 'test', 'Now', null], ['image-1.png', 'test', 'Now', null], ['image-2.png', 'train', 'Then', 0.25]]) // prettier-ignore
    expect((await readFile(at('again', 'truth.csv'), 'utf8')).match(/image-\d/g)).toEqual(['image-2'])
    // A log keeps single images by their contents.
    expect(steps().at(-1)).toMatchObject({ kind: 'export', request: { of: { sha256: [bench.images()[2]!.sha256] } } })
    setOrigin(bench, { of: 'all', slideBy: '-([01])' })
    expect(summary(await replay(bench, { steps: bench.steps.all().slice(-1), paths: [files[2]!] }))).toEqual([
      '1 origin left-out: The pattern -([01]) does not fit the image',
    ])
  })

  it('tells the missing model by its name, and that nothing was done', async () => {
    await work()
    await saveWorkflow(bench, at('log.json'))
    const log = workflowFile.parse(JSON.parse(await readFile(at('log.json'), 'utf8')))
    const name = bench.model(MODEL).name
    const other = await create('other')
    try {
      await expect(replay(other, log)).rejects.toMatchObject({
        code: 'no-such-model',
        message: `Step 3 (predict): It needs the model “${name}” (${MODEL}), which this project does not have.`,
        hint: expect.stringMatching(/^Nothing was done\. .*models import/) as string,
      })
      expect(other.images()).toEqual([])
      const foreseen = await foresee(other, log)
      expect(foreseen.map(({ kind, will, stops }) => [kind, will, stops])).toEqual([
        ['import', 'do', false],
        ['split', 'do', false],
        ['predict', 'fail', true],
        // Counts of predictions that are not made.
        ['export', 'fail', false],
      ])
    } finally {
      await other.close()
    }
  })

  it('goes on after an export that fails, and tells it', async () => {
    await bench.import({ paths: files.slice(0, 1) })
    const request = { file: at('agreement.csv'), what: 'agreement', format: 'csv', runId: runId.parse('gone') } as const
    bench.steps.note({ kind: 'export', request: exportRequest.parse(request) })
    bench.steps.note({ kind: 'evaluate', request: { modelId: MODEL, split: 'test', score: null, flips: false } })
    bench.steps.note({ kind: 'export', request: exportRequest.parse({ file: at('truth.json'), what: 'annotations', format: 'coco' }) })
    await bench.export({ file: at('truth.csv'), what: 'counts', format: 'csv', source: { kind: 'truth' } })
    expect(summary(await replay(bench, { steps: bench.steps.all(), to: at('again') }))).toEqual([
      '1 import done: 0 new images',
      '2 export failed: It is about predictions that were not made again. Replay the prediction too.',
      '3 evaluate left-out: No image is in the split test',
      '4 export left-out: Nobody labelled any of these images, so there are no annotations. Nothing was written',
      `5 export done: ${at('again', 'truth.csv')}, 0 rows`,
    ])
  })

  it('writes exports of one name beside each other', async () => {
    await bench.import({ paths: files.slice(0, 1) })
    for (const file of ['a', 'b', 'a']) {
      await mkdir(at(file), { recursive: true })
      await bench.export({ file: at(file, 'truth.csv'), what: 'counts', format: 'csv', source: { kind: 'truth' } })
    }
    const done = await replay(bench, { steps: bench.steps.all(), only: ['export'], to: at('again') })
    expect(done.map(({ said }) => said)).toEqual(['truth.csv', 'truth-3.csv', 'truth.csv'].map((name) => `${at('again', name)}, 0 rows`))
  })

  it('takes given images alone where they have no labels of the format that the log’s had', async () => {
    bench.steps.note({ kind: 'import', request: importRequest.parse({ paths: ['/elsewhere'], format: 'voc' }) })
    const [done] = await replay(bench, { steps: bench.steps.all(), paths: [files[0]!] })
    expect(done).toMatchObject({ outcome: 'done', said: expect.stringMatching(/^1 new images, without labels: .*Pascal VOC/) as string })
    await expect(replay(bench, { steps: bench.steps.all() })).rejects.toMatchObject({ code: 'not-found', hint: expect.stringContaining('--paths') as string }) // prettier-ignore
  })
})
