import { describe, expect, it } from 'vitest'
import type { SecondLook } from '#shared/contracts/review.ts'
import { type AppError } from '#shared/errors.ts'
import { imageId, runId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { secondLooksOf, settleLook } from '../../../src/main/workbench/second-looks.ts'
import { box, edit, image, model, newProject, region, rowsOf, run } from '../project/fixtures.ts'

const RUN = runId.parse('r')
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
  const looks = (): SecondLook[] => secondLooksOf(project, RUN)
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
})
