import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { joinCohort, planCohort, runPart, Workbench } from '../../../../src/main/workbench/index.ts'
import { giveModel, MODEL, writeImages } from '../untrained.ts'

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
    await giveModel(bench)
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
    await expect(joinCohort(bench, at('plan'))).rejects.toMatchObject({
      code: 'not-finished',
      message: expect.stringContaining('part-0002') as string,
    })
    expect(bench.runs()).toEqual([])
    // A part that was killed, or is still at work, has maps that are half written, and no result.
    await mkdir(`${result('part-0002')}.unfinished/maps-theirs`, { recursive: true })
    await writeFile(`${result('part-0002')}.unfinished/maps-theirs/half`, 'x')
    expect(await runPart(job('part-0002'), result('part-0002'))).toMatchObject({ images: 1, before: false })
    expect((await readdir(at('plan', 'results'))).sort()).toEqual(['part-0001', 'part-0002'])
    expect(await readdir(result('part-0002'), { recursive: true })).toEqual(['result.json'])
    expect(await runPart(job('part-0002'), result('part-0002'))).toMatchObject({ images: 1, before: true })

    const joined = await joinCohort(bench, at('plan'))
    const { run: whole } = await bench.predict(request)
    const foundBy = (run: string) =>
      bench.images().map(({ id }) => bench.predictions(id, run).map(({ shape, score, classId }) => ({ shape, score, classId })))
    expect(foundBy(joined.run.id).flat().length).toBeGreaterThan(10)
    expect(foundBy(joined.run.id)).toEqual(foundBy(whole))
    const { settings, images, objects, modelId: model } = bench.runs().find(({ id }) => id === whole)!
    expect(joined.run).toMatchObject({ settings, images, objects, modelId: model })

    expect(await joinCohort(bench, at('plan'))).toMatchObject({ before: true, run: { id: joined.run.id } })
    expect(bench.runs()).toHaveLength(2)
  }, 120_000)

  it('takes no result of another job, and leaves it as it is', async () => {
    await planCohort(bench.project, bench.prediction, request, { folder: at('other'), imagesPerPart: 2 })
    const theirs = await readFile(path.join(result('part-0001'), 'result.json'), 'utf8')
    await expect(runPart(at('other', 'jobs', 'part-0001.json'), result('part-0001'))).rejects.toMatchObject({ code: 'other-job' })
    await expect(joinCohort(bench, at('other'), at('plan', 'results'))).rejects.toMatchObject({ code: 'other-job' })
    expect(await readFile(path.join(result('part-0001'), 'result.json'), 'utf8')).toBe(theirs)
    expect(bench.runs()).toHaveLength(2)
  })

  it('says which file is none of its own', async () => {
    await writeFile(at('broken.json'), '{"format": 1')
    await expect(runPart(at('broken.json'), at('nothing'))).rejects.toMatchObject({ code: 'unreadable' })
    await expect(runPart(at('missing.json'), at('nothing'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(joinCohort(bench, folder)).rejects.toMatchObject({ code: 'not-found' })
  })
})
