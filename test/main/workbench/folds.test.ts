import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JobView } from '#shared/contracts/work.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { EngineSupervisor } from '../../../src/main/engine/supervisor.ts'
import { reportFolds } from '../../../src/main/workbench/folds/cross-validation.ts'
import { FoldTrainings } from '../../../src/main/workbench/folds/fold-trainings.ts'
import { ImageFiles } from '../../../src/main/workbench/image-files.ts'
import { JobBook } from '../../../src/main/workbench/job-book.ts'
import { Prediction } from '../../../src/main/workbench/prediction.ts'
import { Training } from '../../../src/main/workbench/training.ts'
import { Workbench } from '../../../src/main/workbench/workbench.ts'
import { model } from '../project/fixtures.ts'
import { anAnnotation, anImage } from './records.ts'

const fakeEngine = new URL('../engine/fake-engine.ts', import.meta.url).pathname

const WAIT = { timeout: 10_000 }
const UNDER_WAY: ReadonlySet<JobView['status']> = new Set(['waiting', 'running', 'paused'])

/** Six images of three patients with a label each, and an engine whose trainings do what the preset's name says. */
describe('trainings in folds', () => {
  let folder: string
  let project: string

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'folds-'))
    project = path.join(folder, 'p.slidewright')
    const bench = await Workbench.create({ folder: project, task: 'detection', classes: ['RBC'] })
    const files = Array.from({ length: 6 }, (_, i) => path.join(folder, `${i}.png`))
    for (const file of files) await writeFile(file, file)
    const images = files.map((absolutePath, i) => anImage(`image-${i}`, { absolutePath, sha256: `${i}`.repeat(64), group: `patient ${i % 3}`, split: i < 3 ? 'train' : 'val', state: 'done' })) // prettier-ignore
    const annotations = images.map(({ id }, i) => anAnnotation(`${i}`, id, { classId: bench.classes()[0]!.id }))
    bench.edit({ label: 'Images', put: { images, annotations }, remove: {} })
    await bench.close()
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** The project in a session of its own, with the scripted engine. */
  async function session<T>(
    look: (means: { bench: Workbench; folds: FoldTrainings; book: JobBook; view: () => JobView; stop: () => Promise<void> }) => Promise<T>,
  ): Promise<T> {
    const bench = await Workbench.open(project)
    const supervisor = new EngineSupervisor({ execPath: process.execPath, entry: fakeEngine }, { restarts: 0 })
    const book = new JobBook(supervisor, bench.events)
    const files = new ImageFiles(bench.project)
    const means = { training: new Training(bench.project, files, book), prediction: new Prediction(bench.project, files, book) }
    const folds = new FoldTrainings({ ...means, project: bench.project, jobs: book, steps: bench.steps, onStored: () => undefined })
    await means.training.findInterrupted(await folds.findInterrupted())
    try {
      return await look({ bench, folds, book, view: () => book.list()[0]!, stop: () => supervisor.stop() })
    } finally {
      await supervisor.stop()
      // What the next training was just writing is written before the folder goes.
      await vi.waitFor(() => expect(book.list().filter(({ status }) => UNDER_WAY.has(status))).toEqual([]), WAIT)
      await bench.close()
    }
  }

  const models = (bench: Workbench): string[] => bench.project.db.models().map(({ name }) => name)
  const until = (view: () => JobView, status: JobView['status']) => vi.waitFor(() => expect(view().status).toBe(status), WAIT)
  const checkpoints = (): string[] => readdirSync(path.join(project, 'cache', 'jobs'))
  /** Lets one training after the other end, until so many models are there. */
  async function endOne(book: JobBook, view: () => JobView, done: number): Promise<void> {
    await vi.waitFor(() => expect(view()).toMatchObject({ status: 'running', folds: { done, doing: 'train' } }), WAIT)
    await book.handle(view().id).cancel(true)
    await vi.waitFor(() => expect(view().folds?.done).toBe(done + 1), WAIT)
  }

  it('keep the images of a patient together, ask each model about the patient that it did not see, and are seen as one job', async () => {
    await session(async ({ bench, folds, book, view }) => {
      const fractions: number[] = []
      bench.events.on('job', ({ progress }) => progress && fractions.push(progress.fraction))
      const { id, done } = await folds.start({ preset: 'any' }, 3)
      await done
      const { folds: reports, pooled, mean } = await reportFolds(bench.project, id)
      expect(models(bench)).toEqual(['any 1, fold 1 of 3', 'any 1, fold 2 of 3', 'any 1, fold 3 of 3'])
      const patients = bench.runs().map(({ id }) => bench.project.db.imagesOfRun(id).map((of) => bench.image(of).group))
      expect(patients.map(([first, second]) => first === second)).toEqual([true, true, true])
      expect(new Set(patients.flat()).size).toBe(3)
      expect(bench.runs().every(({ settings }) => settings['aside'] === true)).toBe(true)
      expect(reports.map(({ images }) => images)).toEqual([2, 2, 2])
      expect(pooled.images).toBe(6)
      expect(mean).toHaveProperty('ap50')
      expect(book.list()).toHaveLength(1)
      expect(view()).toMatchObject({ kind: 'train', status: 'finished', folds: { folds: 3, done: 3 } })
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
      const told = [0, 0.95, 1, 1.95, 2, 2.95].map((done) => expect.closeTo(done / 3, 9) as number)
      expect([...new Set(fractions)]).toEqual(told)
      expect(checkpoints()).toEqual([])
      expect(bench.steps.all().map(({ step }) => step.kind)).toEqual(['folds'])
    })
  })

  it('go on after a break with the fold that was under way, and lose none that is done', async () => {
    const before = await session(async ({ bench, folds, book, view, stop }) => {
      const { done } = await folds.start({ preset: 'wait' }, 3)
      const broken = done.catch((thrown: unknown) => thrown)
      await endOne(book, view, 0)
      await until(view, 'running')
      await stop()
      expect(await broken).toMatchObject({ code: 'engine-stopped' })
      return { models: bench.project.db.models(), runs: bench.runs() }
    })
    expect(before.models).toHaveLength(1)
    await session(async ({ bench, folds, book, view }) => {
      expect(book.list()).toMatchObject([{ status: 'interrupted', folds: { folds: 3, done: 1 } }])
      const waiting = checkpoints()
      expect(waiting).toHaveLength(2)
      const done = folds.goOn(view().id)
      await endOne(book, view, 1)
      // The checkpoint of the fold that was under way was used: nothing of it is left but the plan and the third fold.
      expect(checkpoints().filter((name) => waiting.includes(name))).toEqual([view().id])
      await endOne(book, view, 2)
      await done
      expect((await reportFolds(bench.project, view().id)).folds).toHaveLength(3)
      expect(bench.project.db.models().slice(0, 1)).toEqual(before.models)
      expect(bench.runs().slice(0, 1)).toEqual(before.runs)
      expect(new Set(bench.project.db.models().map(({ fold }) => fold?.of)).size).toBe(1)
      expect(new Set(bench.runs().flatMap(({ id }) => bench.project.db.imagesOfRun(id))).size).toBe(6)
    })
  })

  it('are gone on with by the same request while the labels are the same, and begun anew when they are not', async () => {
    await session(async ({ bench, folds, book, view }) => {
      const first = await folds.start({ preset: 'wait', seed: 4 }, 3)
      const broken = first.done.catch((thrown: unknown) => thrown)
      await endOne(book, view, 0)
      await book.handle(first.id).cancel(false)
      expect(await broken).toMatchObject({ code: 'cancelled' })
      const again = await folds.start({ preset: 'wait', seed: 4 }, 3)
      again.done.catch(() => undefined)
      expect(again).toMatchObject({ id: first.id, before: 1 })
      await until(view, 'running')
      await book.handle(again.id).cancel(false)
      await until(view, 'interrupted')
      const [label] = bench.project.db.annotations()
      bench.edit({ label: 'Move', put: { annotations: [{ ...label!, updatedAt: '2026-02-02T00:00:00.000Z' }] }, remove: {} })
      const other = await folds.start({ preset: 'wait', seed: 4 }, 3)
      other.done.catch(() => undefined)
      expect(other).toMatchObject({ before: 0 })
      expect(other.id).not.toBe(first.id)
    })
  })

  it('are cancelled at once and for all folds; given up, they leave the models of the folds that are done', async () => {
    await session(async ({ bench, folds, book, view }) => {
      const { id, done } = await folds.start({ preset: 'wait' }, 3)
      const ended = done.catch((thrown: unknown) => thrown)
      await endOne(book, view, 0)
      await book.handle(id).cancel(false)
      expect(await ended).toMatchObject({ code: 'cancelled' })
      expect(book.list()).toMatchObject([{ id, status: 'interrupted', folds: { folds: 3, done: 1 } }])
      await folds.discard(id)
      expect(book.list()).toEqual([])
      expect(checkpoints()).toEqual([])
      expect(models(bench)).toEqual(['wait 1, fold 1 of 3'])
    })
    await session(({ book }) => Promise.resolve(expect(book.list()).toEqual([])))
  })

  it('pause and resume whichever part is under way', async () => {
    await session(async ({ folds, book, view }) => {
      const { id, done } = await folds.start({ preset: 'wait' }, 3)
      done.catch(() => undefined)
      await until(view, 'running')
      await book.handle(id).pause()
      await until(view, 'paused')
      await book.handle(id).resume()
      await until(view, 'running')
    })
  })

  it('are refused before anything of them is kept where the model that they start from cannot be trained', async () => {
    await session(async ({ bench, folds, book }) => {
      const foreign = { ...model('net'), preset: FOREIGN_PRESET }
      bench.project.db.putModel(foreign)
      await expect(folds.start({ preset: 'any', from: foreign.id }, 3)).rejects.toMatchObject({ code: 'graph-alone' })
      expect(book.list()).toEqual([])
      expect(existsSync(path.join(project, 'cache', 'jobs'))).toBe(false)
    })
  })

  it('need as many patients as folds', async () => {
    await session(async ({ folds }) => {
      await expect(folds.start({ preset: 'any' }, 5)).rejects.toMatchObject({ code: 'too-few-groups' })
      expect(existsSync(path.join(project, 'cache', 'jobs'))).toBe(false)
    })
  })
})
