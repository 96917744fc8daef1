import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { classId, type ImageId, imageId, modelId } from '#shared/records/ids.ts'
import { openProject } from '../../../src/main/project/open.ts'
import type { NewPrediction } from '../../../src/main/project/tables/predictions.ts'
import { edit, image, model, newProject, run } from './fixtures.ts'

const found = (onImage: string, kind: string, score: number, x = 0): NewPrediction => ({
  imageId: imageId.parse(onImage),
  classId: classId.parse(kind),
  score,
  shape: { type: 'box', x, y: 1, width: 2, height: 3 },
})
const ids = (...names: string[]): ImageId[] => names.map((name) => imageId.parse(name))

describe('models, runs and predictions', () => {
  it('keeps models and runs as they were given, over a restart, and replaces a model by its id', async () => {
    const project = await newProject()
    const [m1, m2] = [
      model('m1'),
      { ...model('m2'), curves: [], best: null, parent: modelId.parse('m1'), createdAt: '2026-11-22T00:00:00Z' },
    ]
    project.putModel(m2)
    project.putModel(m1)
    project.addRun(run('r1', m1.id), ids('a'))
    project.putModel({ ...m1, name: 'Renamed' })
    const finished = { ...run('r1', m1.id), objects: 7, seconds: 3.25 }
    project.extendRun(finished, ids('b'), [], [])
    await project.close()
    const again = await openProject(project.folder)
    expect(again.models()).toEqual([{ ...m1, name: 'Renamed' }, m2])
    expect(again.runs()).toEqual([finished])
    expect(again.snapshot()).toMatchObject({ models: [{ name: 'Renamed' }, {}], runs: [finished] })
    expect(() => again.extendRun(run('r9', m1.id), ids('a'), [], [])).toThrow(AppError)
    expect(() => again.addRun(run('r2', modelId.parse('m9')), [])).toThrow(/no model m9/)
    await again.close()
  })

  it('finds predictions by image, run and score, best first', async () => {
    const project = await newProject()
    project.putModel(model('m1'))
    const [r1, r2] = [run('r1', model('m1').id), run('r2', model('m1').id)]
    const given = [found('a', 'c', 0.5), found('a', 'd', 0.875, 9), found('b', 'c', 0.25)]
    const made = project.addRun(r1, ids('a', 'b', 'empty'), given)
    project.addRun(r2, ids('a'), [found('a', 'c', 1)])
    expect(project.predictionsOf(imageId.parse('a'), r1.id)).toEqual([
      { id: made[1], runId: r1.id, ...given[1] },
      { id: made[0], runId: r1.id, ...given[0] },
    ])
    expect(project.predictionsAbove({ runId: r1.id, score: 0.5 }).map(({ id }) => id)).toEqual([made[1], made[0]])
    expect(project.predictionCounts({ runId: r1.id, score: 0.25 })).toEqual(
      expect.arrayContaining([
        { imageId: 'a', classId: 'c', predictions: 1 },
        { imageId: 'a', classId: 'd', predictions: 1 },
        { imageId: 'b', classId: 'c', predictions: 1 },
      ]),
    )
    expect(project.predictionCounts({ runId: r1.id, score: 0.9 })).toEqual([])
    expect(project.imagesOfRun(r1.id)).toEqual(['a', 'b', 'empty'])
    project.extendRun(r1, ids('b', 'late'), [found('late', 'c', 0.75)], [])
    expect(project.imagesOfRun(r1.id)).toEqual(['a', 'b', 'empty', 'late'])
    expect(project.predictionsOf(imageId.parse('late'), r1.id)).toMatchObject([{ score: 0.75 }])
    expect(project.prediction(made[2]!)).toMatchObject(given[2]!)
    expect(project.totals()).toEqual({ predictions: 5, decisions: 0 })
  })

  it('adds all or none, and goes on after a bad one', async () => {
    const project = await newProject()
    project.putModel(model('m1'))
    const r1 = run('r1', model('m1').id)
    project.addRun(r1, [])
    for (const bad of [
      found('a', 'c', 1.5),
      found('a', 'c', Number.NaN),
      { ...found('a', 'c', 0.5), shape: { type: 'box', x: 0, y: 0, width: 0, height: 1 } } as const,
    ])
      expect(() => project.addPredictions(r1.id, [found('a', 'c', 0.5), found('new', 'new', 0.5), bad])).toThrow(/a box that is none/)
    expect(project.totals().predictions).toBe(0)
    project.addPredictions(r1.id, [found('a', 'c', 0.5), found('new', 'new', 0.5)])
    expect(project.predictionsOf(imageId.parse('new'), r1.id)).toMatchObject([{ classId: 'new' }])
  })

  it('keeps the predictions of an image that left, for when it comes back', async () => {
    const project = await newProject()
    project.commit(edit({ images: [image('a')] }))
    project.putModel(model('m1'))
    const r1 = run('r1', model('m1').id)
    project.addRun(r1, ids('a'), [found('a', 'c', 0.5)])
    project.commit(edit({}, { images: ids('a') }))
    project.undo()
    expect(project.predictionsOf(imageId.parse('a'), r1.id)).toHaveLength(1)
  })

  it('takes a hundred thousand at once', async () => {
    const project = await newProject()
    project.putModel(model('m1'))
    const r1 = run('r1', model('m1').id)
    const many = Array.from({ length: 100_000 }, (_, i) => found(`image-${i % 300}`, `class-${i % 3}`, (i % 1000) / 1000, i))
    const made = project.addRun(r1, [], many)
    expect(made).toHaveLength(100_000)
    expect(new Set(made).size).toBe(100_000)
    expect(project.predictionsAbove({ runId: r1.id, score: 0.999 })).toHaveLength(100)
    expect(project.predictionCounts({ runId: r1.id, score: 0 })).toHaveLength(300)
  })

  it('keeps settings of any shape, and the project’s own facts apart', async () => {
    const project = await newProject()
    const check = (value: unknown): unknown => value
    expect(project.setting('view', check)).toBeUndefined()
    project.setSetting('view', { place: 'label', zoom: 1.5, image: null })
    project.setSetting('view', { place: 'review' })
    expect(project.setting('view', check)).toEqual({ place: 'review' })
    const refuse = (): never => {
      throw new Error('no')
    }
    expect(() => project.setting('view', refuse)).toThrow(/value of settings "view"/)
  })
})
