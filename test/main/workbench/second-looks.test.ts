import { describe, expect, it, vi } from 'vitest'
import type { SecondLook } from '#shared/contracts/review.ts'
import { type AppError } from '#shared/errors.ts'
import { annotationId, imageId, type ImageId, runId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { atOnce } from '#shared/steps.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { doubtedLabels, labelErrorsOf, newestFolds } from '../../../src/main/workbench/label-errors.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { secondLooksOf, settleLook } from '../../../src/main/workbench/second-looks.ts'
import { box, edit, image, model, newProject, region, rowsOf, run } from '../project/fixtures.ts'

const RUN = runId.parse('r')
const placedId = annotationId.parse('beside')
const at = (x: number): Shape => ({ type: 'box', x, y: 10, width: 20, height: 20 })

/** On image a (finished): a label of another class at 0, one that nothing shows at 100, a sure prediction at 200; on b, in work, the same prediction. */
async function setting(locked = false) {
  const db = await newProject()
  const [a, b] = [imageId.parse('a'), imageId.parse('b')]
  db.commit(edit({ images: [image('a', { state: 'done' }), image('b', { state: 'in-work' })] }))
  db.putModel(model('m'))
  const [rbc, wbc] = db.classes().map(({ id }) => id)
  const said = { classId: wbc!, score: 0.9 }
  db.addRun(run(RUN, model('m').id), [a, b], [
    { imageId: a, ...said, shape: at(2) },
    { imageId: a, ...said, score: 0.95, shape: at(200) },
    { imageId: b, ...said, shape: at(200) },
  ]) // prettier-ignore
  const on = { imageId: a, classId: rbc! }
  db.commit(edit({ annotations: [box('swapped', on, { shape: at(0), locked }), box('missed', on, { shape: at(100), locked })] }))
  const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  const looks = (of = RUN): SecondLook[] => atOnce(secondLooksOf(project, of))
  const look = (kind: SecondLook['kind']): SecondLook => looks().find((one) => one.kind === kind)!
  const shown = (): string[] => db.annotationsOf(a).map(({ id, classId }) => `${id.slice(0, 7)} ${classId === rbc ? 'RBC' : 'WBC'}`)
  return { db, project, looks, look, shown, a, rbc: rbc!, wbc: wbc! }
}

describe('second looks', () => {
  it('are the differences of labels and run, the surest first', async () => {
    const { looks, rbc, wbc } = await setting()
    expect(looks()).toMatchObject([
      { kind: 'missed', annotationId: 'missed', predictionId: null, labelled: rbc, predicted: null, strength: 1, score: 0 },
      { kind: 'extra', annotationId: null, labelled: null, predicted: wbc, score: 0.95 },
      { kind: 'class', annotationId: 'swapped', labelled: rbc, predicted: wbc, score: 0.9, box: { x: 0 } },
    ])
  })

  it('keep the label and are not asked again; undo asks again', async () => {
    const { db, project, look, looks, shown } = await setting()
    const before = rowsOf(db)
    for (const kind of ['class', 'missed', 'extra'] as const) settleLook(project, { look: look(kind), right: 'label' })
    expect(looks()).toEqual([])
    expect(shown()).toEqual(['missed RBC', 'swapped RBC'])
    for (let i = 0; i < 3; i++) db.undo()
    expect(rowsOf(db)).toEqual(before)
    expect(looks()).toHaveLength(3)
  })

  it('take what the model says, one step each', async () => {
    const { db, project, look, looks, shown } = await setting()
    const before = rowsOf(db)
    settleLook(project, { look: look('class'), right: 'model' })
    expect(shown()).toEqual(['missed RBC', 'swapped WBC'])
    expect(db.decisionsOf(imageId.parse('a'))).toMatchObject([{ kind: 'accept', annotationId: 'swapped', who: 'Ada' }])
    settleLook(project, { look: look('missed'), right: 'model' })
    expect(shown()).toEqual(['swapped WBC'])
    settleLook(project, { look: look('extra'), right: 'model' })
    expect(shown()).toHaveLength(2)
    expect(looks()).toEqual([])
    for (let i = 0; i < 3; i++) db.undo()
    expect(rowsOf(db)).toEqual(before)
  })

  it('leave what is locked, and refuse what is settled', async () => {
    const { db, project, look } = await setting(true)
    const before = rowsOf(db)
    const code = (kind: SecondLook['kind'], given = look(kind)): string => {
      try {
        settleLook(project, { look: given, right: 'model' })
      } catch (thrown) {
        return (thrown as AppError).code
      }
      return 'done'
    }
    expect([code('class'), code('missed')]).toEqual(['object-locked', 'object-locked'])
    expect(rowsOf(db)).toEqual(before)
    const extra = look('extra')
    expect([code('extra', extra), code('extra', extra)]).toEqual(['done', 'look-settled'])
  })

  it('ask of a region alone where one is fully labelled', async () => {
    const { db, looks, a } = await setting()
    const far: Shape = { type: 'box', x: 400, y: 0, width: 50, height: 50 }
    db.commit(edit({ regions: [region('r', a, { shape: far, fullyLabelled: true })] }))
    expect(looks().map(({ kind }) => kind)).toEqual(['missed', 'class'])
  })

  it('give a label the place that the model says, and leave it where that is wrong', async () => {
    const { db, project, look, looks, a, wbc } = await setting()
    const shape: Shape = { type: 'box', x: 300, y: 10, width: 20, height: 20 }
    db.commit(edit({ annotations: [box('beside', { imageId: a, classId: wbc }, { shape })] }))
    db.addRun(run('s', model('m').id), [a], [{ imageId: a, classId: wbc, score: 0.9, shape: at(310) }])
    const [before, other] = [rowsOf(db), runId.parse('s')]
    const placed = (): SecondLook => looks(other).find(({ kind }) => kind === 'place')!
    expect(placed()).toMatchObject({ annotationId: 'beside', labelled: wbc, predicted: wbc, box: { x: 300 }, runId: 's' })
    settleLook(project, { look: placed(), right: 'model' })
    expect(db.annotation(placedId)).toMatchObject({ classId: wbc, shape: at(310), origin: 'drawn' })
    expect(looks(other).some(({ annotationId }) => annotationId === placedId)).toBe(false)
    db.undo()
    expect(rowsOf(db)).toEqual(before)
    settleLook(project, { look: placed(), right: 'label' })
    expect(db.annotation(placedId)).toMatchObject({ shape })
    expect(looks(other).some(({ annotationId }) => annotationId === placedId)).toBe(false)
    expect(look('missed').annotationId).toBe('missed')
  })
})

it('second looks are made image by image, so that others have turns between', async () => {
  const { db, project, looks } = await setting()
  const read = vi.spyOn(db, 'placedPredictions')
  const steps = secondLooksOf(project, RUN)
  let most = 0
  for (let before = 0; steps.next().done !== true; before = read.mock.calls.length) most = Math.max(most, read.mock.calls.length - before)
  // Each of the two images twice: first for how sure the model usually is.
  expect([read.mock.calls.length, most]).toEqual([4, 1])
  expect(await doubtedLabels(project, RUN)).toMatchObject({ looks: looks() })
})

describe('second looks at what folds say', () => {
  /** Two folds with an image of twelve labels each, all found at 0.9 by the model that did not see them, but for what is said here. */
  async function folds() {
    const db = await newProject()
    const [rbc, wbc] = db.classes().map(({ id }) => id)
    const images = [imageId.parse('a'), imageId.parse('b')]
    db.commit(edit({ images: images.map((id) => image(id, { state: 'done' })) }))
    db.putModel(model('m'))
    const xs = Array.from({ length: 12 }, (_, i) => 30 * i)
    const put = images.flatMap((imageId) => xs.map((x, i) => box(`${imageId}${i}`, { imageId, classId: rbc! }, { shape: at(x) })))
    db.commit(edit({ annotations: put }))
    const found = (imageId: ImageId, x: number, classId = rbc!, score = 0.9) => ({ imageId, classId, score, shape: at(x) })
    const guesses = [
      [...xs.slice(1).map((x) => found(images[0]!, x)), found(images[0]!, 0, wbc, 0.7)],
      [...xs.slice(1).map((x) => found(images[1]!, x)), found(images[1]!, 400, rbc, 0.82), found(images[1]!, 500, rbc, 0.83)],
    ]
    for (const [i, id] of images.entries()) db.addRun({ ...run(`f${i}`, model('m').id), settings: { outOfFold: 'cv' } }, [id], guesses[i]!)
    db.addRun(run('other', model('m').id), images, [])
    return new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  }

  it('are those of all folds together, sure as the models usually are', async () => {
    const project = await folds()
    const [first, second] = ['f0', 'f1'].map((id) => atOnce(secondLooksOf(project, runId.parse(id))))
    expect(second).toEqual(first)
    // 22 of 24 labels at 0.9: 0.825 is usual.
    const said = first!.map(({ kind, runId: of, annotationId, score }) => `${kind} ${of} ${annotationId ?? '-'} ${score}`)
    expect(said.sort()).toEqual(['class f0 a0 0.7', 'extra f1 - 0.83', 'missed f1 b0 0'])
    // One of 24 labels is of another class, one is not found; one of 23 guesses as sure is not labelled. A hundredth is expected.
    const strength = (kind: string) => first!.find((one) => one.kind === kind)!.strength
    expect(strength('class')).toBeCloseTo(0.01 / (0.01 + 1 / 24), 12)
    expect(strength('missed')).toBeCloseTo(0.01 / (0.01 + 1 / 24), 12)
    expect(strength('extra')).toBeCloseTo(0.01 / (0.01 + 1 / 23), 12)
    expect(first!.map((one) => one.strength)).toEqual(first!.map((one) => one.strength).sort((a, b) => b - a))
    expect(newestFolds(project)).toBe('f1')
    expect(atOnce(labelErrorsOf(project, newestFolds(project))).find(({ kind }) => kind === 'class')).toEqual({
      ...{ kind: 'class', imageId: 'a', image: 'a.png', label: 'RBC', said: 'WBC', saidScore: 0.7, strength: strength('class') },
      box: { x: 0, y: 10, width: 20, height: 20 },
    })
  })

  it('need a cross-validation', async () => {
    const { project } = await setting()
    expect(() => newestFolds(project)).toThrow('No model has looked at labels that it did not learn from.')
  })

  it('say of whole images what confident learning finds', async () => {
    const db = await newProject()
    const [rbc, wbc] = db.classes().map(({ id }) => id)
    const names = ['a', 'b', 'c', 'd', 'e'].map((id) => imageId.parse(id))
    const whole: Shape = { type: 'image' }
    db.commit(edit({ images: names.map((id) => image(id)) }))
    db.putModel({ ...model('m'), classes: [{ id: wbc!, name: 'WBC' }, { id: rbc!, name: 'RBC' }] }) // prettier-ignore
    // All labelled RBC but the fourth. Usual: 0.65 for RBC, 0.8 for WBC. The first is WBC by 0.9, the second by 0.6, too little to say so.
    const white = [0.9, 0.6, 0, 0.8, -0.1]
    const labelled = (i: number) => (i === 3 ? wbc! : rbc!)
    db.commit(edit({ annotations: names.map((id, i) => box(`l${id}`, { imageId: id, classId: labelled(i) }, { shape: whole })) }))
    const said = names.map((id, i) => ({ imageId: id, classId: white[i]! > 0.5 ? wbc! : rbc!, score: Math.abs(white[i]!), shape: whole }))
    const results = names.map((id, i) => ({
      imageId: id,
      scores: [Math.max(0, white[i]!), 1 - Math.max(0, white[i]!)],
      anomaly: null,
      maps: [],
    }))
    db.addRun({ ...run('f', model('m').id), settings: { outOfFold: 'cv' } }, names, said, results)
    db.addRun(run('plain', model('m').id), names, said, results)
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    const looks = (id: string) =>
      atOnce(secondLooksOf(project, runId.parse(id))).map(({ imageId: of, strength }) => `${of} ${strength.toFixed(2)}`)
    expect(looks('f')).toEqual(['a 0.80'])
    expect(looks('plain')).toEqual(['a 0.90', 'b 0.60'])
  })
})
