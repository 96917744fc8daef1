import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { decisionId, imageId, type PredictionId } from '#shared/records/ids.ts'
import type { BoxShape } from '#shared/records/shape.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { box, edit, image, model, newProject, type Owners, rowsOf, run } from './fixtures.ts'

const at = (x: number, y = 50): BoxShape => ({ type: 'box', x, y, width: 40, height: 40 })

interface Setting {
  readonly project: ProjectDatabase
  readonly rbc: Owners
  readonly wbc: Owners
  readonly ids: PredictionId[]
}

/** An image with a run of three predictions of RBC at x = 50, 150, 250, scores 0.9, 0.6, 0.3. */
async function setting(): Promise<Setting> {
  const project = await newProject()
  project.commit(edit({ images: [image('a'), image('b')] }))
  const owners = (i: number): Owners => ({ imageId: imageId.parse('a'), classId: project.classes()[i]!.id })
  const made = model('m1')
  project.putModel(made)
  const found = [0.9, 0.6, 0.3].map((score, i) => ({ ...owners(0), score, shape: at(50 + 100 * i) }))
  const ids = project.addRun(run('r1', made.id), [imageId.parse('a'), imageId.parse('b')], found)
  return { project, rbc: owners(0), wbc: owners(1), ids }
}

const one = (ids: readonly PredictionId[], kind: 'accept' | 'reject') => ({ predictions: ids, kind, to: null }) as const
const corrected = (id: PredictionId, to: { classId: Owners['classId']; shape: BoxShape }) =>
  ({ predictions: [id], kind: 'correct', to }) as const

describe('decisions on predictions', () => {
  it('makes an annotation of an accepted prediction, and undo takes both away', async () => {
    const { project, rbc, ids } = await setting()
    const before = rowsOf(project)
    const change = project.decide(one([ids[0]!], 'accept'), 'Ada')
    expect(change.label).toBe('Accept prediction')
    const [annotation] = project.annotationsOf(rbc.imageId)
    expect(annotation).toMatchObject({ ...rbc, shape: at(50), origin: 'accepted', predictionId: ids[0], author: 'Ada' })
    const [decision] = project.decisionsOf(rbc.imageId)
    expect(decision).toMatchObject({
      predictionId: ids[0],
      kind: 'accept',
      annotationId: annotation!.id,
      who: 'Ada',
      from: { classId: rbc.classId, shape: at(50), score: 0.9 },
      to: { classId: rbc.classId, shape: at(50) },
    })
    expect(project.decisionsOfRun(run('r1', model('m1').id).id)).toEqual([decision])
    project.undo()
    expect(rowsOf(project)).toEqual(before)
    project.redo()
    expect(project.decisionsOf(rbc.imageId)).toEqual([decision])
  })

  it('leaves what is locked as it is: neither rejected nor corrected, and named', async () => {
    const { project, rbc, wbc, ids } = await setting()
    project.decide(one([ids[0]!, ids[1]!], 'accept'), 'Ada')
    const made = (id: PredictionId) => project.annotationsOf(rbc.imageId).find(({ predictionId }) => predictionId === id)
    const [first, second] = [made(ids[0]!), made(ids[1]!)]
    project.commit(edit({ annotations: [{ ...first!, locked: true }] }))
    const before = rowsOf(project)
    const refused = project.decide(one([ids[0]!], 'reject'), 'Bo')
    expect(refused.locked).toEqual([ids[0]])
    expect(rowsOf(project)).toEqual(before)
    expect(project.decide(corrected(ids[0]!, { classId: wbc.classId, shape: at(50) }), 'Bo').locked).toEqual([ids[0]])
    expect(project.decide(corrected(ids[0]!, { classId: rbc.classId, shape: at(60) }), 'Bo').locked).toEqual([ids[0]])
    expect(rowsOf(project)).toEqual(before)
    const mixed = project.decide(one([ids[0]!, ids[1]!], 'reject'), 'Bo')
    expect(mixed.locked).toEqual([ids[0]])
    expect(mixed.diff.annotations.removed).toEqual([second])
    expect(project.annotationsOf(rbc.imageId)).toEqual([{ ...first!, locked: true }])
    project.commit(edit({ annotations: [first!] }))
    expect(project.decide(one([ids[0]!], 'reject'), 'Bo').locked).toEqual([])
    expect(project.annotationsOf(rbc.imageId)).toEqual([])
  })

  it('rejects where the locked object is a drawn one that was only linked: it stays', async () => {
    const { project, rbc, ids } = await setting()
    const drawn = box('near', rbc, { shape: at(54), locked: true })
    project.commit(edit({ annotations: [drawn] }))
    expect(project.decide(one([ids[0]!], 'accept'), 'Ada').locked).toEqual([])
    expect(project.decide(one([ids[0]!], 'reject'), 'Ada').locked).toEqual([])
    expect(project.annotationsOf(rbc.imageId)).toEqual([drawn])
  })

  it('links a drawn annotation of the same object instead of making a second one', async () => {
    const { project, rbc, wbc, ids } = await setting()
    const drawn = [box('near', rbc, { shape: at(54) }), box('other-class', wbc, { shape: at(50) }), box('far', rbc, { shape: at(80) })]
    project.commit(edit({ annotations: drawn }))
    project.decide(one([ids[0]!], 'accept'), 'Ada')
    expect(project.annotationsOf(rbc.imageId)).toHaveLength(3)
    expect(project.decisionsOf(rbc.imageId)[0]).toMatchObject({ annotationId: 'near', kind: 'accept' })
    expect(project.annotationsOf(rbc.imageId).find(({ id }) => id === 'near')).toEqual(drawn[0])
    // Rejected after all: the person's own annotation stays.
    project.decide(one([ids[0]!], 'reject'), 'Ada')
    expect(project.annotationsOf(rbc.imageId)).toHaveLength(3)
    expect(project.decisionsOf(rbc.imageId)).toMatchObject([{ kind: 'reject', annotationId: null, to: null }])
  })

  it('links one annotation to one prediction of a run only, and again to one of the next run', async () => {
    const { project, rbc, ids } = await setting()
    const twin = project.addPredictions(run('r1', model('m1').id).id, [{ ...rbc, score: 0.5, shape: at(52) }])
    project.commit(edit({ annotations: [box('drawn', rbc, { shape: at(50) })] }))
    project.decide(one([ids[0]!], 'accept'), 'Ada')
    project.decide(one(twin, 'accept'), 'Ada')
    expect(project.annotationsOf(rbc.imageId)).toHaveLength(2)
    const next = project.addRun(run('r2', model('m1').id), [rbc.imageId], [{ ...rbc, score: 0.5, shape: at(50) }])
    project.decide(one(next, 'accept'), 'Ada')
    expect(project.annotationsOf(rbc.imageId)).toHaveLength(2)
    expect(project.decisionsOfRun(run('r2', model('m1').id).id)).toMatchObject([{ annotationId: 'drawn' }])
  })

  it('makes what the person said of a corrected prediction', async () => {
    const { project, wbc, ids } = await setting()
    project.decide(corrected(ids[1]!, { classId: wbc.classId, shape: at(155) }), 'Ada')
    expect(project.annotationsOf(wbc.imageId)).toMatchObject([{ ...wbc, shape: at(155), origin: 'corrected', predictionId: ids[1] }])
    expect(project.decisionsOf(wbc.imageId)).toMatchObject([{ kind: 'correct', to: { classId: wbc.classId, shape: at(155) } }])
  })

  it('replaces a decision by the next one on the same prediction', async () => {
    const { project, rbc, wbc, ids } = await setting()
    const [id] = ids as [PredictionId]
    const truth = () =>
      project.annotationsOf(rbc.imageId).map(({ classId, shape, origin }) => ({ classId, x: 'x' in shape ? shape.x : null, origin }))
    project.decide(one([id], 'accept'), 'Ada')
    const first = project.decisionsOf(rbc.imageId)[0]!
    const madeFirst = project.annotationsOf(rbc.imageId)[0]!.id
    project.decide(corrected(id, { classId: wbc.classId, shape: at(60) }), 'Bo')
    expect(truth()).toEqual([{ classId: wbc.classId, x: 60, origin: 'corrected' }])
    expect(project.annotationsOf(rbc.imageId)[0]!.id).toBe(madeFirst)
    project.decide(one([id], 'accept'), 'Ada')
    expect(truth()).toEqual([{ classId: rbc.classId, x: 50, origin: 'accepted' }])
    project.decide(one([id], 'reject'), 'Ada')
    expect(truth()).toEqual([])
    project.decide(one([id], 'accept'), 'Ada')
    expect(truth()).toEqual([{ classId: rbc.classId, x: 50, origin: 'accepted' }])
    expect(project.decisionsOf(rbc.imageId)).toMatchObject([{ id: first.id, kind: 'accept' }])
    for (let i = 0; i < 4; i++) project.undo()
    expect(project.decisionsOf(rbc.imageId)).toEqual([first])
  })

  it('does nothing where an accepted prediction is accepted again, so a later change of the box stays', async () => {
    const { project, rbc, ids } = await setting()
    project.decide(one([ids[0]!], 'accept'), 'Ada')
    const [made] = project.annotationsOf(rbc.imageId)
    project.commit(edit({ annotations: [{ ...made!, shape: at(57) }] }))
    project.decide(one([ids[0]!], 'accept'), 'Ada')
    expect(project.annotationsOf(rbc.imageId)).toMatchObject([{ shape: at(57) }])
  })

  it('keeps the decision when its annotation is deleted later, without it', async () => {
    const { project, rbc, ids } = await setting()
    project.decide(one([ids[0]!], 'accept'), 'Ada')
    const before = rowsOf(project)
    project.commit(edit({}, { annotations: [project.annotationsOf(rbc.imageId)[0]!.id] }))
    expect(project.decisionsOf(rbc.imageId)).toMatchObject([{ kind: 'accept', annotationId: null }])
    project.undo()
    expect(rowsOf(project)).toEqual(before)
    project.commit(edit({}, { classes: [rbc.classId] }))
    expect(project.decisionsOf(rbc.imageId)).toMatchObject([{ kind: 'accept', annotationId: null }])
    project.undo()
    project.commit(edit({}, { images: [rbc.imageId] }))
    expect(project.decisionsOf(rbc.imageId)).toEqual([])
    project.undo()
    expect(rowsOf(project)).toEqual(before)
  })

  it('says what can’t be decided', async () => {
    const { project, rbc, wbc, ids } = await setting()
    const code = (task: () => unknown): string => {
      try {
        task()
      } catch (thrown) {
        return thrown instanceof AppError ? thrown.code : String(thrown)
      }
      return 'nothing thrown'
    }
    expect(code(() => project.decide(one([99_999 as PredictionId], 'accept'), 'Ada'))).toBe('unknown-prediction')
    expect(code(() => project.decide({ predictions: ids, kind: 'correct', to: { classId: wbc.classId, shape: at(1) } }, 'Ada'))).toBe(
      'decision-incomplete',
    )
    expect(code(() => project.decide({ predictions: [ids[0]!], kind: 'correct', to: null }, 'Ada'))).toBe('decision-incomplete')
    expect(code(() => project.decide(corrected(ids[0]!, { classId: wbc.classId, shape: at(5000) }), 'Ada'))).toBe('annotation-outside')
    project.commit(edit({}, { classes: [rbc.classId] }))
    expect(code(() => project.decide(one([ids[0]!], 'accept'), 'Ada'))).toBe('unknown-class')
    project.decide(corrected(ids[0]!, { classId: wbc.classId, shape: at(50) }), 'Ada')
    expect(project.annotationsOf(wbc.imageId)).toHaveLength(1)
  })

  it('never lets two decisions stand on one prediction', async () => {
    const { project, rbc, ids } = await setting()
    project.decide(one([ids[0]!], 'reject'), 'Ada')
    const [decision] = project.decisionsOf(rbc.imageId)
    const second = { ...decision!, id: decisionId.parse('x') }
    expect(() => project.commit(edit({ decisions: [second] }))).toThrow(/decided on already/)
  })
})
