import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelId } from '#shared/records/ids.ts'
import { modelRecord } from '#shared/records/model.ts'
import { modelFile } from '#shared/records/model-file.ts'
import { createRandom } from '#shared/random.ts'
import { writeModelFolder } from '../../../../src/engine/data/model-folder.ts'
import { exportOnnx } from '../../../../src/engine/inference/onnx-export.ts'
import { createCellsLite0Preset } from '../../../../src/engine/models/cells-lite0/preset.ts'
import { initialWeights } from '../../../../src/engine/nn/initialize.ts'
import { joinCohort, planCohort, runPart, Workbench } from '../../../../src/main/workbench/index.ts'

const MODEL = modelId.parse('model-1')
const SIDE = 96

/** A net that has learned nothing: what it finds means nothing, but it is the same every time. */
async function writeModel(folder: string, classes: readonly string[]): Promise<void> {
  const preset = createCellsLite0Preset()
  const network = preset.network(classes.length)
  const weights = initialWeights(network, 1)
  const facts = modelFile.omit({ format: true, weightsSha256: true, onnxSha256: true }).parse({
    ...{ task: 'detection', preset: preset.name, classes, normalization: network.normalization, inferenceSizes: [[SIDE, SIDE]] },
    ...{
      frame: { width: SIDE, height: SIDE },
      parameters: 1,
      onnxDifference: 0,
      best: null,
      metrics: {},
      backend: 'test',
      seed: 1,
      epochs: 0,
    },
    ...{ settings: {}, createdAt: '2026-01-01T00:00:00.000Z' },
  })
  await writeModelFolder(folder, weights, async (temporary) => {
    await writeFile(path.join(temporary, 'model.onnx'), exportOnnx(network, weights))
    return facts
  })
}

async function writeImages(folder: string, count: number): Promise<string[]> {
  const random = createRandom('cohort')
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const file = path.join(folder, `image-${i}.png`)
      const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.int(256))
      await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .png()
        .toFile(file)
      return file
    }),
  )
}

describe('a prediction in parts', () => {
  let folder: string
  let bench: Workbench
  const at = (...names: string[]): string => path.join(folder, ...names)
  const request = { modelId: MODEL, minScore: 0.0001 }
  const job = (part: string): string => at('plan', 'jobs', `${part}.json`)
  const result = (part: string): string => at('plan', 'results', part)

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'cohort-'))
    bench = await Workbench.create({ folder: at('p.slidewright'), task: 'detection', classes: ['RBC', 'WBC'] }, 'Test')
    await bench.import({ paths: await writeImages(folder, 3) })
    await mkdir(bench.project.paths.models, { recursive: true })
    await writeModel(path.join(bench.project.paths.models, MODEL), ['RBC', 'WBC'])
    const classes = bench.classes().map(({ id, name }) => ({ id, name }))
    bench.project.db.putModel(
      modelRecord.parse({
        ...{ id: MODEL, name: 'A', task: 'detection', preset: 'cells-lite0', classes, parent: null, settings: {}, dataHash: '' },
        ...{ trainImages: 1, valImages: 0, backend: '', epochs: 1, seconds: 1, secondsPerStep: 1, best: null, curves: [], metrics: {} },
        createdAt: '2026-01-01T00:00:00.000Z',
      }),
    )
    await planCohort(bench.project, bench.prediction, request, { folder: at('plan'), imagesPerPart: 2 })
  }, 60_000)
  afterAll(async () => {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('is cut into jobs that need nothing of the database', async () => {
    expect((await readdir(at('plan', 'jobs'))).sort()).toEqual(['part-0001.json', 'part-0002.json'])
    expect(JSON.parse(await readFile(job('part-0002'), 'utf8'))).toMatchObject({
      job: { images: [{ path: at('image-2.png') }], minScore: 0.0001 },
    })
    const again = planCohort(bench.project, bench.prediction, request, { folder: at('plan'), imagesPerPart: 1 })
    await expect(again).rejects.toMatchObject({ code: 'not-empty' })
  })

  it('is joined only when every part is there, as the one run that a single process gives, and once', async () => {
    await runPart(job('part-0001'), result('part-0001'))
    await expect(joinCohort(bench.project, at('plan'))).rejects.toMatchObject({
      code: 'not-finished',
      message: expect.stringContaining('part-0002') as string,
    })
    expect(bench.runs()).toEqual([])
    // A part that was killed leaves maps that are half written, and no result.
    await mkdir(`${result('part-0002')}.unfinished/maps`, { recursive: true })
    await writeFile(`${result('part-0002')}.unfinished/maps/half`, 'x')
    expect(await runPart(job('part-0002'), result('part-0002'))).toMatchObject({ images: 1, before: false })
    expect((await readdir(at('plan', 'results'))).sort()).toEqual(['part-0001', 'part-0002'])
    expect(await runPart(job('part-0002'), result('part-0002'))).toMatchObject({ images: 1, before: true })

    const joined = await joinCohort(bench.project, at('plan'))
    const { run: whole } = await bench.predict(request)
    const foundBy = (run: string) =>
      bench.images().map(({ id }) => bench.predictions(id, run).map(({ shape, score, classId }) => ({ shape, score, classId })))
    expect(foundBy(joined.run.id).flat().length).toBeGreaterThan(10)
    expect(foundBy(joined.run.id)).toEqual(foundBy(whole))
    const { settings, images, objects, modelId: model } = bench.runs().find(({ id }) => id === whole)!
    expect(joined.run).toMatchObject({ settings, images, objects, modelId: model })

    expect(await joinCohort(bench.project, at('plan'))).toMatchObject({ before: true, run: { id: joined.run.id } })
    expect(bench.runs()).toHaveLength(2)
  }, 120_000)

  it('takes no result of another job, and leaves it as it is', async () => {
    await planCohort(bench.project, bench.prediction, request, { folder: at('other'), imagesPerPart: 2 })
    const theirs = await readFile(path.join(result('part-0001'), 'result.json'), 'utf8')
    await expect(runPart(at('other', 'jobs', 'part-0001.json'), result('part-0001'))).rejects.toMatchObject({ code: 'other-job' })
    await expect(joinCohort(bench.project, at('other'), at('plan', 'results'))).rejects.toMatchObject({ code: 'other-job' })
    expect(await readFile(path.join(result('part-0001'), 'result.json'), 'utf8')).toBe(theirs)
    expect(bench.runs()).toHaveLength(2)
  })

  it('says which file is none of its own', async () => {
    await writeFile(at('broken.json'), '{"format": 1')
    await expect(runPart(at('broken.json'), at('nothing'))).rejects.toMatchObject({ code: 'unreadable' })
    await expect(runPart(at('missing.json'), at('nothing'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(joinCohort(bench.project, folder)).rejects.toMatchObject({ code: 'not-found' })
  })
})
