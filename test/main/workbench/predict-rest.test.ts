import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tabulate } from '#shared/counts/tabulate.ts'
import { type ImageId, regionId } from '#shared/records/ids.ts'
import { outOfFold, usualRun } from '#shared/records/model.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { countColumnsOf } from '../../../src/main/workbench/counts/count-columns.ts'
import { Workbench } from '../../../src/main/workbench/index.ts'
import { HALF_RUN, unseenBy } from '../../../src/main/workbench/prediction.ts'
import { resultMapFile } from '../../../src/main/workbench/result-maps.ts'
import { detectorGraph, segmenterGraph } from './foreign-graphs.ts'
import { aRegion } from './records.ts'

describe('a prediction of the rest', () => {
  let folder: string
  let bench: Workbench
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'rest-'))
  })
  afterEach(async () => {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function begin(task: TaskKind, classes: string[], graph: Uint8Array): Promise<void> {
    bench = await Workbench.create({ folder: path.join(folder, 'p.slidewright'), task, classes }, 'Ada')
    const file = path.join(folder, 'net.onnx')
    await writeFile(file, graph)
    await bench.library.import({ file, foreign: {} })
  }
  /** Pictures of which no two are alike. */
  async function bring(...names: string[]): Promise<void> {
    for (const [i, name] of names.entries()) {
      const channels = { r: 200, g: bench.images().length * 10 + i, b: 0 }
      await sharp({ create: { width: 96, height: 48, channels: 3, background: channels } }).toFile(path.join(folder, name))
    }
    await bench.import({ paths: names.map((name) => path.join(folder, name)) })
  }
  const idOf = (name: string): ImageId => bench.images().find((image) => image.name === name)!.id
  const namesOf = (ids: readonly ImageId[]): string[] => bench.images().flatMap(({ id, name }) => (ids.includes(id) ? [name] : []))

  it('joins the run of the others: only what is new is looked at, and what was decided stays', async () => {
    await begin('detection', ['RBC'], detectorGraph())
    await bring('a.png', 'b.png')
    const first = await bench.predict({ modelId: 'latest', minScore: 0.001 })
    expect([first.images, first.imagesOfRun]).toEqual([2, 2])
    const [rejected] = bench.predictions(idOf('a.png'), first.run)
    bench.decide({ predictions: [rejected!.id], kind: 'reject', to: null })
    await bring('c.png', 'd.png')
    const run = () => usualRun(bench.runs())!
    expect(namesOf(unseenBy(bench.project, run().id))).toEqual(['c.png', 'd.png'])

    const second = await bench.predict({ modelId: 'latest', minScore: 0.001, rest: true })
    expect(second).toMatchObject({ run: first.run, images: 2, imagesOfRun: 4, objects: first.objects, counted: first.counted })
    expect(bench.runs()).toHaveLength(1)
    expect(run()).toMatchObject({ images: 4, objects: 2 * first.objects, settings: { added: [{ images: 2, objects: first.objects }] } })
    expect(run().seconds).toBeCloseTo(first.seconds + second.seconds, 9)
    expect(unseenBy(bench.project, first.run)).toEqual([])
    for (const name of ['a.png', 'c.png']) expect(bench.predictions(idOf(name), first.run)).toHaveLength(first.objects / 2)
    expect(bench.project.db.totals()).toEqual({ predictions: 2 * first.objects, decisions: 1 })
    expect(bench.predictions(idOf('a.png'), first.run).map(({ id }) => id)).toContain(rejected!.id)

    const third = await bench.predict({ modelId: 'latest', minScore: 0.001, rest: true })
    expect(third).toMatchObject({ run: first.run, images: 0, objects: 0, imagesOfRun: 4 })
    expect(bench.project.db.totals().predictions).toBe(2 * first.objects)
  }, 120_000)

  it('by other settings is a run of its own, and so is one of which there is none yet', async () => {
    await begin('detection', ['RBC'], detectorGraph())
    await bring('a.png')
    const first = await bench.predict({ modelId: 'latest', rest: true })
    expect(first).toMatchObject({ images: 1, imagesOfRun: 1 })
    await bring('b.png')
    const other = await bench.predict({ modelId: 'latest', minScore: 0.3, rest: true })
    expect(other).toMatchObject({ images: 2, imagesOfRun: 2 })
    expect(other.run).not.toBe(first.run)
    // What a window asks for: the very run, by its own settings.
    const { done } = await bench.prediction.start({ modelId: 'latest', rest: true, joins: first.run })
    const joined = await done
    expect(joined).toMatchObject({ run: { id: first.run, images: 2, settings: { minScore: 0.02 } }, looked: { images: 1 } })
    expect(bench.jobs.list().at(-1)).toMatchObject({ status: 'finished', runId: first.run })
  }, 120_000)

  it('of one that was made on the way to an evaluation is asked for from then on', async () => {
    await begin('detection', ['RBC'], detectorGraph())
    await bring('a.png')
    const aside = await (await bench.prediction.start({ modelId: 'latest' }, { aside: true })).done
    await bring('b.png')
    expect((await bench.predict({ modelId: 'latest', rest: true })).run).not.toBe(aside.run.id)
    const { done } = await bench.prediction.start({ modelId: 'latest', rest: true, joins: aside.run.id })
    expect((await done).run.settings).not.toHaveProperty('aside')
  }, 120_000)

  it('in regions keeps these, so that its counts stay on what it looked at whatever becomes of them', async () => {
    await begin('detection', ['RBC'], detectorGraph())
    await bring('a.png')
    const shape = (x: number) => ({ type: 'box' as const, x, y: 0, width: 40, height: 48 })
    const region = (id: string, name: string, x: number) => aRegion(id, idOf(name), { shape: shape(x), fullyLabelled: false })
    bench.edit({ label: 'Mark', put: { regions: [region('r', 'a.png', 0), region('s', 'a.png', 20)] }, remove: {} })
    const { run } = await bench.predict({ modelId: 'latest', minScore: 0.001, inRegions: true })
    await bring('b.png')
    bench.edit({
      label: 'Move',
      put: { regions: [region('t', 'b.png', 10)] },
      remove: { regions: [regionId.parse('r'), regionId.parse('s')] },
    })
    await bench.predict({ modelId: 'latest', minScore: 0.001, inRegions: true, rest: true })
    const columns = countColumnsOf(bench.project, run)
    expect(columns.parts.filter(({ kind }) => kind === 'predictions')).toEqual([
      { image: 0, kind: 'predictions', of: 'looked', pixels: 60 * 48, regions: 2, from: 'run' },
      { image: 1, kind: 'predictions', of: 'looked', pixels: 40 * 48, regions: 1, from: 'run' },
    ])
    const known = { images: bench.images(), classes: bench.project.db.classes() }
    const { rows } = tabulate(columns, known, { by: 'image', kind: 'corrected', score: 0 })
    expect(rows.map(({ pixels, areaOf }) => [pixels, areaOf])).toEqual([[60 * 48, 'looked'], [40 * 48, 'looked']]) // prettier-ignore
    expect(rows.map(({ total }) => total)).toEqual([idOf('a.png'), idOf('b.png')].map((id) => bench.predictions(id, run).length))
  }, 120_000)

  it('brings its maps into the folder of the run', async () => {
    await begin('segmentation', ['tissue'], segmenterGraph())
    await bring('a.png')
    const { run } = await bench.predict({ modelId: 'latest' })
    await bring('b.png')
    await bench.predict({ modelId: 'latest', rest: true })
    for (const name of ['a.png', 'b.png']) {
      const file = await resultMapFile(bench.project, { runId: run, imageId: idOf(name), place: 0 })
      expect(path.dirname(file)).toBe(await realpath(path.join(bench.project.paths.runs, run)))
    }
    expect(await readdir(bench.project.paths.runs)).toEqual([run])
    // What a kill left is gone when the project is opened again.
    await mkdir(path.join(bench.project.paths.runs, `${HALF_RUN}x`))
    await bench.close()
    bench = await Workbench.open(bench.folder)
    expect(await readdir(bench.project.paths.runs)).toEqual([run])
  }, 120_000)

  it('never joins a part of a cross-validation', async () => {
    await begin('detection', ['RBC'], detectorGraph())
    await bring('a.png')
    const { run } = await (await bench.prediction.start({ modelId: 'latest' }, { outOfFold: 'cv' })).done
    expect(outOfFold(run)).toBe('cv')
    await bring('b.png')
    expect(unseenBy(bench.project, run.id)).toEqual([])
    await expect(bench.prediction.start({ modelId: 'latest', rest: true, joins: run.id })).rejects.toMatchObject({ code: 'not-joined' })
    expect((await bench.predict({ modelId: 'latest', rest: true })).run).not.toBe(run.id)
  }, 120_000)
})
