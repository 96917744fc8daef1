import { describe, expect, it } from 'vitest'
import { type PredictionId, runId } from '#shared/records/ids.ts'
import type { BoxShape } from '#shared/records/shape.ts'
import { type Meant, openPredictions, verdictOn } from '../../../src/main/workbench/deciding.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { box, edit, image, model, newProject, run } from '../project/fixtures.ts'

const RUN = runId.parse('r1')
const ALL: Meant = { runId: RUN, from: 0, below: null, ofClass: null, glob: null }
const at = (x: number): BoxShape => ({ type: 'box', x, y: 50, width: 40, height: 40 })

/** On image a predictions of RBC, RBC, WBC, RBC at scores 0.9, 0.6, 0.5, 0.3, on image b one of RBC at 0.8. */
async function setting() {
  const db = await newProject()
  db.commit(edit({ images: [image('a'), image('b')] }))
  const images = db.images().map(({ id }) => id)
  const [rbc, wbc] = db.classes().map(({ id }) => id)
  db.putModel(model('m1'))
  const found = [
    ...[0.9, 0.6, 0.5, 0.3].map((score, i) => ({ imageId: images[0]!, classId: i === 2 ? wbc! : rbc!, score, shape: at(50 + 100 * i) })),
    { imageId: images[1]!, classId: rbc!, score: 0.8, shape: at(50) },
  ]
  const ids = db.addRun(run('r1', model('m1').id), images, found)
  const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  const decide = (predictions: readonly PredictionId[], kind: 'accept' | 'reject', to: string | null = null, doneFrom?: number) =>
    db.decide({ ...verdictOn(project, predictions, { kind, to }), ...(doneFrom === undefined ? {} : { doneFrom }) }, 'Ada')
  return { db, project, ids, images, rbc: rbc!, wbc: wbc!, decide, names: db.images().map(({ name }) => name) }
}

describe('deciding on many predictions at once', () => {
  it('means what fits by score, class and name', async () => {
    const { project, ids, names } = await setting()
    const which = (meant: Partial<Meant>) => openPredictions(project, { ...ALL, ...meant }).map((id) => ids.indexOf(id))
    expect(which({})).toEqual([0, 1, 2, 3, 4])
    expect(which({ from: 0.6 })).toEqual([0, 1, 4])
    expect(which({ from: 0.3, below: 0.6 })).toEqual([2, 3])
    expect(which({ ofClass: 'WBC' })).toEqual([2])
    expect(which({ glob: names[1]! })).toEqual([4])
    expect(which({ from: 0.95 })).toEqual([])
    expect(() => which({ glob: 'no*' })).toThrowError(expect.objectContaining({ code: 'no-images' }))
    expect(() => which({ ofClass: 'Cat' })).toThrowError(expect.objectContaining({ code: 'no-such-class' }))
  })

  it('accepts them in one step that one undo takes back, and asks about none twice', async () => {
    const { db, project, ids, images, decide } = await setting()
    decide([ids[0]!], 'reject')
    const state = db.historyState()
    const change = decide(openPredictions(project, { ...ALL, from: 0.5 }), 'accept')
    expect(change).toMatchObject({
      label: 'Accept 3 predictions',
      diff: { annotations: { added: [{}, {}, {}] }, decisions: { added: [{}, {}, {}] } },
    })
    expect(new Set(db.annotationsOf(images[0]!).map(({ predictionId }) => predictionId))).toEqual(new Set([ids[1], ids[2]]))
    expect(db.historyState().sequence).toBe(state.sequence + 1)
    expect(openPredictions(project, ALL)).toEqual([ids[3]])
    db.undo()
    expect(db.annotations()).toEqual([])
    expect(openPredictions(project, ALL)).toEqual(ids.slice(1))
  })

  it('leaves alone what a label shows, images that are done, and classes that are gone', async () => {
    const { db, project, ids, images, rbc, wbc } = await setting()
    db.commit(edit({ annotations: [box('mine', { imageId: images[0]!, classId: rbc }, { shape: at(51) })] }))
    expect(openPredictions(project, ALL)).toEqual(ids.slice(1))
    db.commit(edit({ images: [image('b', { state: 'done' })] }))
    expect(openPredictions(project, ALL)).toEqual(ids.slice(1, 4))
    db.commit(edit({}, { classes: [wbc] }))
    expect(openPredictions(project, ALL)).toEqual([ids[1], ids[3]])
  })

  it('gives another class where one is named, and says when images are done', async () => {
    const { db, project, ids, images, rbc, wbc, decide } = await setting()
    decide([ids[4]!], 'accept', 'WBC', 0.5)
    expect(db.annotationsOf(images[1]!)).toMatchObject([{ classId: wbc, shape: at(50) }])
    expect(db.decisionsOf(images[1]!)).toMatchObject([{ kind: 'correct', from: { classId: rbc }, to: { classId: wbc } }])
    expect(db.images().map(({ state }) => state === 'done')).toEqual([false, true])
    decide(openPredictions(project, { ...ALL, below: 0.7 }), 'reject', null, 0.5)
    expect(db.annotationsOf(images[0]!)).toEqual([])
    expect(db.images().map(({ state }) => state === 'done')).toEqual([false, true])
    decide(openPredictions(project, ALL), 'accept', null, 0.5)
    expect(db.images().map(({ state }) => state)).toEqual(['done', 'done'])
    expect(() => decide([], 'accept', 'Cat')).toThrowError(expect.objectContaining({ code: 'no-such-class' }))
  })
})

describe('predictions that show the same object', () => {
  it('are accepted as one: the others are left, shown by its label, and asked about no more', async () => {
    const { db, project, images, rbc, decide } = await setting()
    const found = [0, 5, 200].map((x, i) => ({ imageId: images[1]!, classId: rbc, score: 0.7 - i / 10, shape: at(200 + x) }))
    const more = db.addRun(run('r2', model('m1').id), images, found)
    const meant = { ...ALL, runId: runId.parse('r2') }
    expect(openPredictions(project, meant)).toEqual(more)
    const { diff } = decide(openPredictions(project, meant), 'accept')
    expect(diff.decisions.added.map(({ predictionId }) => predictionId).sort()).toEqual([more[0], more[2]])
    expect(db.annotationsOf(images[1]!)).toHaveLength(2)
    expect(openPredictions(project, meant)).toEqual([])
    db.undo()
    // One that is meant by itself is taken, and rejections are of each.
    decide([more[1]!], 'accept')
    expect(db.annotationsOf(images[1]!)).toMatchObject([{ predictionId: more[1] }])
    db.undo()
    decide(more, 'reject')
    expect(db.decisionsOf(images[1]!)).toHaveLength(3)
  })
})
