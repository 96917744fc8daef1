import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { modelRecord } from '#shared/records/model.ts'
import { EngineSupervisor } from '../../../src/main/engine/supervisor.ts'
import { ImageFiles } from '../../../src/main/workbench/image-files.ts'
import { JobBook } from '../../../src/main/workbench/job-book.ts'
import { Training } from '../../../src/main/workbench/training.ts'
import { Workbench } from '../../../src/main/workbench/workbench.ts'
import { anAnnotation, anImage } from './records.ts'

const fakeEngine = new URL('../engine/fake-engine.ts', import.meta.url).pathname

describe('trainings that were broken off', () => {
  let folder: string
  let project: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'training-'))
    project = path.join(folder, 'p.slidewright')
    await (await Workbench.create({ folder: project, task: 'detection', classes: ['RBC'] })).close()
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const jobs = (): string => path.join(project, 'cache', 'jobs')

  /** Leaves what a training that is under way has on disk. */
  async function leave(id: string, model: string, elsewhere = '/nowhere'): Promise<void> {
    const job = {
      kind: 'train', id, preset: 'cells-lite0', folder: elsewhere, modelFolder: path.join(elsewhere, 'model'), from: null, seed: 0, backend: null, settings: {},
    } // prettier-ignore
    const about = { id: model, name: 'A', classes: [], parent: null, settings: {}, dataHash: '', trainImages: 1, valImages: 0 }
    await mkdir(path.join(jobs(), id), { recursive: true })
    await writeFile(path.join(jobs(), id, 'job.json'), JSON.stringify({ job, model: about }))
  }

  async function opened<T>(look: (bench: Workbench) => T | Promise<T>): Promise<T> {
    const bench = await Workbench.open(project)
    try {
      return await look(bench)
    } finally {
      await bench.close()
    }
  }

  it('are offered when the project is opened', async () => {
    await leave('job-1', 'model-1')
    expect(await opened((bench) => bench.jobs.list())).toMatchObject([{ id: 'job-1', status: 'interrupted', modelId: 'model-1' }])
  })

  it('are not offered where the model was stored, and their checkpoint is removed', async () => {
    await leave('job-1', 'model-1')
    const model = modelRecord.parse({
      id: 'model-1', name: 'A', task: 'detection', preset: 'cells-lite0', classes: [], parent: null, settings: {}, dataHash: '', trainImages: 1, valImages: 0,
      backend: '', epochs: 1, seconds: 1, secondsPerStep: 1, best: null, curves: [], metrics: {}, createdAt: '2026-01-01T00:00:00.000Z',
    }) // prettier-ignore
    await opened((bench) => bench.project.db.putModel(model))
    expect(await opened((bench) => bench.jobs.list())).toEqual([])
    expect(existsSync(path.join(jobs(), 'job-1'))).toBe(false)
  })

  it('leave no half-written model behind', async () => {
    const [half, whole] = ['.slidewright-model-AbC', 'model-1'].map((name) => path.join(project, 'models', name))
    for (const model of [half!, whole!]) await mkdir(model)
    await opened(() => undefined)
    expect([existsSync(half!), existsSync(whole!)]).toEqual([false, true])
  })

  it('go on in the project, wherever their file says that they lie', async () => {
    await leave('job-1', 'model-1', path.join(folder, 'outside'))
    const error = await opened((bench) => bench.training.goOn(bench.jobs.list()[0]!.id).catch((thrown: unknown) => thrown))
    expect(error).toMatchObject({ code: 'no-samples', message: expect.stringContaining(path.join(jobs(), 'job-1')) as string })
    expect(existsSync(path.join(folder, 'outside'))).toBe(false)
  })

  it('are taken up once, however often that is asked for', async () => {
    await leave('job-1', 'model-1')
    await opened(async (bench) => {
      const run = vi.spyOn(bench.jobs, 'run')
      const { id } = bench.jobs.list()[0]!
      const answers = await Promise.allSettled([bench.resume(id), bench.resume(id)])
      expect(answers).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'job-starts' } }])
      await vi.waitFor(() => expect(bench.jobs.list()).toMatchObject([{ status: 'failed', error: { code: 'no-samples' } }]), 20_000)
      expect(run).toHaveBeenCalledTimes(1)
    })
  })

  it('say that they cannot go on where their checkpoint is gone meanwhile', async () => {
    await leave('job-1', 'model-1')
    await opened(async (bench) => {
      await rm(path.join(jobs(), 'job-1'), { recursive: true })
      await bench.resume(bench.jobs.list()[0]!.id)
      await vi.waitFor(() => expect(bench.jobs.list()).toMatchObject([{ status: 'failed', error: { code: 'no-such-job' } }]))
    })
  })

  it('are not offered where the model would lie outside of the project', async () => {
    await leave('job-1', '..')
    await leave('job-2', '../../elsewhere')
    expect(await opened((bench) => bench.jobs.list())).toEqual([])
  })

  it('read each annotation once', async () => {
    await opened(async (bench) => {
      const files = ['a', 'b'].map((name) => path.join(folder, `${name}.png`))
      for (const file of files) await writeFile(file, file)
      const [cell] = bench.classes()
      const put = {
        images: files.map((absolutePath, i) => anImage(`image-${i}`, { absolutePath })),
        annotations: files.map((_, i) => anAnnotation(`${i}`, `image-${i}`, { classId: cell!.id })),
      }
      bench.edit({ label: 'Images', put, remove: {} })
      const one = vi.spyOn(bench.project.db, 'annotationsOf')
      const all = vi.spyOn(bench.project.db, 'annotations')
      const supervisor = new EngineSupervisor({ execPath: process.execPath, entry: fakeEngine })
      const { done } = await new Training(bench.project, new ImageFiles(bench.project), new JobBook(supervisor, bench.events)).start({
        preset: 'any',
      })
      await done.catch(() => undefined)
      expect([one.mock.calls.length, all.mock.calls.length]).toEqual([0, 1])
      await supervisor.stop()
    })
  })

  it('begin with one labelled image that is in no split: it is learned from', async () => {
    await opened(async (bench) => {
      const file = path.join(folder, 'a.png')
      await writeFile(file, 'a')
      const put = { images: [anImage('a', { absolutePath: file, split: null })], annotations: [anAnnotation('1', 'a', { classId: bench.classes()[0]!.id })] } // prettier-ignore
      bench.edit({ label: 'Image', put, remove: {} })
      const supervisor = new EngineSupervisor({ execPath: process.execPath, entry: fakeEngine })
      const training = new Training(bench.project, new ImageFiles(bench.project), new JobBook(supervisor, bench.events))
      const { done } = await training.start({ preset: 'any' })
      await done.catch(() => undefined)
      expect(bench.images().map(({ split }) => split)).toEqual(['train'])
      await supervisor.stop()
    })
  })

  /** A training of one labelled image by a scripted engine. */
  async function scripted(bench: Workbench, preset: string) {
    const file = path.join(folder, 'a.png')
    await writeFile(file, 'a')
    const put = { images: [anImage('a', { absolutePath: file, split: 'train' })], annotations: [anAnnotation('1', 'a', { classId: bench.classes()[0]!.id })] } // prettier-ignore
    bench.edit({ label: 'Image', put, remove: {} })
    const supervisor = new EngineSupervisor({ execPath: process.execPath, entry: fakeEngine }, { restarts: 0 })
    const book = new JobBook(supervisor, bench.events)
    const training = new Training(bench.project, new ImageFiles(bench.project), book)
    return { supervisor, book, training, ...(await training.start({ preset })) }
  }

  it('can go on at once after the engine crashed too often', async () => {
    await opened(async (bench) => {
      const { supervisor, book, id, done } = await scripted(bench, 'crash:99')
      await expect(done).rejects.toMatchObject({ code: 'engine-crashed' })
      expect(book.list()).toMatchObject([{ id, status: 'interrupted' }])
      expect(await readFile(path.join(jobs(), id, 'job.json'), 'utf8')).toContain('crash:99')
      await supervisor.stop()
    })
  })

  it('can go on at once after they were cancelled', async () => {
    await opened(async (bench) => {
      const { supervisor, book, training, id, done } = await scripted(bench, 'wait')
      await book.handle(id).cancel(false)
      await expect(done).rejects.toMatchObject({ code: 'cancelled' })
      expect(book.list()).toMatchObject([{ id, status: 'interrupted' }])
      const again = training.goOn(id)
      await vi.waitFor(() => {
        expect(book.list()).toMatchObject([{ id, status: 'running' }])
      })
      await book.handle(id).cancel(true)
      await expect(again).resolves.toMatchObject({ result: { stopped: 'by-user' } })
      expect(existsSync(path.join(jobs(), id))).toBe(false)
      await supervisor.stop()
    })
  })

  it('are not offered after they came apart, and say why', async () => {
    await opened(async (bench) => {
      const { supervisor, book, id, done } = await scripted(bench, 'diverge')
      await expect(done).rejects.toMatchObject({ code: 'diverged' })
      expect(book.list()).toMatchObject([{ id, status: 'failed', error: { code: 'diverged', message: 'It came apart.' } }])
      await supervisor.stop()
    })
    expect(await opened((bench) => bench.jobs.list())).toEqual([])
  })
})
