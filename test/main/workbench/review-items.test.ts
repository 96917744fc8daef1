import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANSWER } from '#shared/contracts/review.ts'
import { imageId, runId, type PredictionId } from '#shared/records/ids.ts'
import type { ImageState } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { newLabelsOf, reviewItemsOf } from '../../../src/main/workbench/review-items.ts'
import { reviewColumnsOf } from '../../review-columns.ts'
import { box, edit, image, model, newProject, run } from '../project/fixtures.ts'

const RUN = runId.parse('r')
const boxAt = (x: number, y = 0): Shape => ({ type: 'box', x, y, width: 20, height: 20 })
const read = (db: ProjectDatabase, id = RUN, finishedToo = false) =>
  reviewItemsOf(new OpenProject(db, new WorkbenchEmitter(), 'Ada'), { runId: id, finishedToo })

interface Found {
  readonly image: string
  readonly place: number
  readonly shape: Shape
}

async function projectWith(found: readonly Found[], states: readonly ImageState[] = ['in-work', 'in-work']) {
  const db = await newProject()
  const images = ['a', 'b'].map((id, at) => image(id, { state: states[at]!, micronsPerPixel: 0.5 }))
  db.commit(edit({ images }))
  db.putModel(model('m'))
  const classes = db.classes().map(({ id }) => id)
  const ids = db.addRun(
    run(RUN, model('m').id),
    images.map(({ id }) => id),
    found.map((one, i) => ({ imageId: imageId.parse(one.image), classId: classes[one.place]!, score: 0.9 - i / 100, shape: one.shape })),
  )
  return { db, classes, ids }
}

/** By the plain rule, over whole records. */
const expected = (db: ProjectDatabase, finishedToo = false) =>
  reviewColumnsOf({
    images: db.images(),
    classes: db.classes(),
    predictions: db.images().flatMap(({ id }) => db.predictionsOf(id, RUN)),
    annotations: db.annotations(),
    decisions: db.decisionsOfRun(RUN),
    finishedToo,
  })

describe('what a review goes through', () => {
  it('is every prediction that is open or decided, whatever was labelled, decided and finished', async () => {
    const placed = fc.record({ image: fc.constantFrom('a', 'b'), place: fc.nat(2), shape: fc.nat(30).map((x) => boxAt(4 * x)) })
    const state = fc.constantFrom<ImageState>('in-work', 'done')
    const kinds = fc.constantFrom('accept', 'reject', 'correct')
    await fc.assert(
      fc.asyncProperty(
        fc.array(placed, { minLength: 1, maxLength: 14 }),
        fc.array(placed, { maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(13), kinds), { maxLength: 5 }),
        fc.tuple(state, state, fc.boolean()),
        async (found, labels, decisions, [first, second, finishedToo]) => {
          const { db, classes, ids } = await projectWith(found, [first, second])
          const annotations = labels.map((one, i) =>
            box(`l${i}`, { imageId: imageId.parse(one.image), classId: classes[one.place]! }, { shape: one.shape }),
          )
          db.commit(edit({ annotations }))
          for (const [at, kind] of decisions) {
            const predictions: PredictionId[] = at < ids.length ? [ids[at]!] : []
            if (predictions.length > 0) db.decide({ predictions, kind, to: kind === 'correct' ? { classId: classes[1]! } : null }, 'Ada')
          }
          expect(read(db, RUN, finishedToo)).toEqual({
            ...expected(db, finishedToo),
            area: expect.closeTo((2 * 640 * 480 * 0.25) / 1e6, 9) as number,
          })
          await db.close()
        },
      ),
      { numRuns: 25 },
    )
  })

  it('knows what another model says of the same object, and says so where none was asked', async () => {
    const { db, classes } = await projectWith([
      { image: 'a', place: 0, shape: boxAt(0) },
      { image: 'a', place: 0, shape: boxAt(100) },
    ])
    expect([...read(db).rivals]).toEqual([Number.NaN, Number.NaN])
    db.putModel(model('n'))
    const other = runId.parse('s')
    db.addRun(run(other, model('n').id), db.images().map(({ id }) => id), [{ imageId: imageId.parse('a'), classId: classes[1]!, score: 0.25, shape: boxAt(3) }]) // prettier-ignore
    expect(read(db)).toMatchObject({ rival: other, rivals: new Float32Array([0.25, 0]) })
  })

  it('asks the other model that looked at most of the images, and of a cross-validation each fold of what it had not seen', async () => {
    const { db, classes } = await projectWith([
      { image: 'a', place: 0, shape: boxAt(0) },
      { image: 'b', place: 0, shape: boxAt(0) },
    ])
    let at = 0
    const looked = (id: string, by: string, images: readonly string[], score: number, settings: Record<string, string> = {}) => {
      db.putModel(model(by))
      const found = images.map((one) => ({ imageId: imageId.parse(one), classId: classes[0]!, score, shape: boxAt(2) }))
      const createdAt = `2026-07-01T00:00:0${String(++at)}.000Z`
      db.addRun({ ...run(runId.parse(id), model(by).id), images: images.length, settings, createdAt }, images.map((one) => imageId.parse(one)), found) // prettier-ignore
    }
    looked('one', 'n', ['b'], 0.3)
    expect([...read(db).rivals]).toEqual([Number.NaN, Math.fround(0.3)])
    looked('fold 1', 'f1', ['a'], 0.1, { outOfFold: 'folds' })
    looked('fold 2', 'f2', ['b'], 0.2, { outOfFold: 'folds' })
    expect([...read(db).rivals]).toEqual([0.1, 0.2].map(Math.fround))
    expect(read(db, runId.parse('fold 1')).rival).toBe(RUN)
    looked('later', 'n2', ['a'], 0.7)
    expect([...read(db).rivals]).toEqual([0.1, 0.2].map(Math.fround))
    looked('both', 'n3', ['a', 'b'], 0.8)
    expect([...read(db).rivals]).toEqual([0.8, 0.8].map(Math.fround))
  })

  it('corrects several at once to a class, each where it is, and rejects others in the same step', async () => {
    const { db, classes, ids } = await projectWith([0, 50, 100].map((x) => ({ image: 'a', place: 0, shape: boxAt(x) })))
    db.decide({ predictions: ids.slice(0, 2), rejects: [ids[2]!], kind: 'correct', to: { classId: classes[2]! } }, 'Ada')
    expect([...read(db).answers]).toEqual([2, 2, ANSWER.nothing])
    expect(new Set(db.annotations().map(({ shape }) => shape))).toEqual(new Set([boxAt(0), boxAt(50)]))
    db.undo()
    expect([...read(db).answers]).toEqual([ANSWER.open, ANSWER.open, ANSWER.open])
    expect(read(db).labels).toEqual([0, 0, 0])
  })

  it('says of a decided one what its annotation is now, and how many labels show it', async () => {
    const { db, classes, ids } = await projectWith([0, 4, 100, 200].map((x) => ({ image: 'a', place: 0, shape: boxAt(x) })))
    db.decide({ predictions: [ids[2]!, ids[3]!], rejects: [ids[0]!], kind: 'accept', to: null }, 'Ada')
    const [third, fourth] = [100, 200].map((x) => db.annotations().find(({ shape }) => shape.type === 'box' && shape.x === x)!)
    db.commit(edit({ annotations: [{ ...third!, classId: classes[1]! }, box('drawn', { imageId: imageId.parse('a'), classId: classes[0]! }, { shape: boxAt(2) })] })) // prettier-ignore
    db.commit({ ...edit({}), remove: { annotations: [fourth!.id] } })
    const { answers, shown, labels, ids: asked } = read(db)
    expect([...asked]).toEqual([ids[0], ids[2], ids[3]])
    expect([[...answers], [...shown], labels]).toEqual([
      [ANSWER.nothing, 1, ANSWER.nothing],
      [1, 1, 0],
      [1, 0, 0],
    ])
  })

  it('counts neither rulers nor crowds beside its items, and lets no line hide a prediction', async () => {
    const { db, classes } = await projectWith([{ image: 'a', place: 0, shape: boxAt(0) }])
    const owners = { imageId: imageId.parse('a'), classId: classes[0]! }
    const annotations = [
      box('ruler', owners, { shape: { type: 'ruler', points: [0, 0, 20, 20] } }),
      box('crowd', owners, { shape: boxAt(300), crowd: true }),
      box('one', owners, { shape: boxAt(400) }),
    ]
    db.commit(edit({ annotations }))
    expect(read(db).labels).toEqual([1, 0, 0])
    expect(read(db).ids).toHaveLength(1)
  })

  it('tells it of folds since the first of them began, where there are folds alone, and of a model from elsewhere since it came', async () => {
    const { db, ids } = await projectWith([{ image: 'a', place: 0, shape: boxAt(0) }])
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    const at = (seconds: number): string => new Date(Date.now() + 1000 * seconds).toISOString()
    const told = { file: 'm.zip', sha256: '0'.repeat(64), project: 'P', model: null, ancestors: [], importedBy: 'Ada' }
    db.putModel({ ...model('m'), origin: { ...told, importedAt: at(-60) } })
    expect(newLabelsOf(project)).toMatchObject({ modelId: model('m').id, corrections: 0 })
    db.decide({ predictions: ids, rejects: ids, kind: 'reject', to: null }, 'Ada')
    expect(newLabelsOf(project)).toMatchObject({ modelId: model('m').id, corrections: 1 })
    const fold = (index: number) => ({ of: 'f', index, folds: 2 })
    db.putModel({ ...model('n'), fold: fold(0), createdAt: at(-30), seconds: 3600 })
    db.putModel({ ...model('o'), fold: fold(1), createdAt: at(60), seconds: 1 })
    expect(newLabelsOf(project)).toMatchObject({ modelId: model('o').id, corrections: 1 })
    db.putModel({ ...model('p'), createdAt: at(61), seconds: 1 })
    expect(newLabelsOf(project)).toMatchObject({ modelId: model('p').id, corrections: 0 })
  })

  it('tells what was corrected and labelled since the newest model began to learn', async () => {
    const { db, ids } = await projectWith([0, 50].map((x) => ({ image: 'a', place: 0, shape: boxAt(x) })))
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    expect(newLabelsOf(project)).toEqual({ modelId: model('m').id, corrections: 0, annotations: 0, warnings: [] })
    db.decide({ predictions: [ids[0]!], rejects: [ids[1]!], kind: 'accept', to: null }, 'Ada')
    // The model of the fixtures was made later than now, or earlier: what counts is when it began.
    const later = new Date(Date.now() + 60_000).toISOString()
    db.putModel({ ...model('n'), createdAt: later, seconds: 1 })
    expect(newLabelsOf(project)).toMatchObject({ modelId: model('n').id, corrections: 0, annotations: 0 })
    db.putModel({ ...model('o'), createdAt: new Date(Date.now() + 61_000).toISOString(), seconds: 3600 })
    expect(newLabelsOf(project)).toMatchObject({ corrections: 1, annotations: 1 })
  })

  it('is refused of a run that is not there', async () => {
    const { db } = await projectWith([])
    expect(() => read(db, runId.parse('gone'))).toThrow(expect.objectContaining({ code: 'no-such-run' }) as Error)
  })
})
