import { describe, expect, it } from 'vitest'
import type { AppError } from '#shared/errors.ts'
import { imageId, runId, type ClassId, type PredictionId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { agreementRows } from '../../../src/main/interchange/agreement-out.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { readersOf, readOnceMore, settleReading } from '../../../src/main/workbench/readers.ts'
import { edit, image, model, newProject, rowsOf, run } from '../project/fixtures.ts'

const RUN = runId.parse('r')
const at = (x: number): Shape => ({ type: 'box', x, y: 10, width: 20, height: 20 })

/** Ada accepted the first as RBC, corrected the second to WBC and rejected the third; the fourth is open. Bo is at the desk. */
async function setting() {
  const db = await newProject()
  const a = imageId.parse('a')
  db.commit(edit({ images: [image('a')] }))
  db.putModel(model('m'))
  const [rbc, wbc] = db.classes().map(({ id }) => id) as [ClassId, ClassId]
  const found = [0.9, 0.8, 0.7, 0.6].map((score, i) => ({ imageId: a, classId: rbc, score, shape: at(100 * i) }))
  const ids = db.addRun(run(RUN, model('m').id), [a], found) as [PredictionId, PredictionId, PredictionId, PredictionId]
  db.decide({ predictions: [ids[0]], kind: 'accept', to: null }, 'Ada')
  db.decide({ predictions: [ids[1]], kind: 'correct', to: { classId: wbc } }, 'Ada')
  db.decide({ predictions: [ids[2]], kind: 'reject', to: null }, 'Ada')
  let person = 'Bo'
  const project = new OpenProject(db, new WorkbenchEmitter(), () => person)
  const shown = (): string[] => db.annotationsOf(a).map(({ classId }) => (classId === rbc ? 'RBC' : 'WBC')).sort() // prettier-ignore
  const sit = (who: string): void => { person = who } // prettier-ignore
  return { db, project, ids, rbc, wbc, shown, sit, view: () => readersOf(project, RUN) }
}

describe('second readers', () => {
  it('are asked about what others decided, and get nothing of the answer', async () => {
    const { view, ids, rbc, sit } = await setting()
    const { toRead, toSettle, agreement, person } = view()
    expect(person).toBe('Bo')
    expect(toRead.map(({ predictionId }) => predictionId)).toEqual(ids.slice(0, 3))
    expect(toRead.map(({ classId }) => classId)).toEqual([rbc, rbc, rbc])
    expect(Object.keys(toRead[0]!).sort()).toEqual(['box', 'classId', 'imageId', 'predictionId', 'score'])
    expect([toSettle, agreement]).toEqual([[], null])
    sit('Ada')
    expect(view().toRead).toEqual([])
  })

  it('change no annotation and no decision; where they differ it is to be settled, and undo takes a reading back', async () => {
    const { db, project, view, ids, rbc, wbc, shown } = await setting()
    const before = rowsOf(db)
    readOnceMore(project, { predictionId: ids[0], classId: rbc })
    readOnceMore(project, { predictionId: ids[1], classId: rbc })
    readOnceMore(project, { predictionId: ids[2], classId: null })
    const { readings: _readings, ...rest } = rowsOf(db)
    const { readings: _none, ...unchanged } = before
    expect(rest).toEqual(unchanged)
    expect(shown()).toEqual(['RBC', 'WBC'])
    expect(view().toRead).toEqual([])
    expect(view().toSettle).toMatchObject([{ predictionId: ids[1] }])
    expect(view().toSettle[0]!.said).toEqual(expect.arrayContaining([{ who: 'Ada', classId: wbc }, { who: 'Bo', classId: rbc }])) // prettier-ignore
    expect(view().agreement).toMatchObject({ readers: ['Ada', 'Bo'], kind: 'cohen', overall: { items: 3, observed: 2 / 3 } })
    for (let i = 0; i < 3; i++) db.undo()
    expect(rowsOf(db)).toEqual(before)
  })

  it('are settled by a decision, for either side; what each said stays, so the agreement does', async () => {
    const { project, view, ids, rbc, wbc, shown, sit } = await setting()
    readOnceMore(project, { predictionId: ids[1], classId: rbc })
    readOnceMore(project, { predictionId: ids[2], classId: wbc })
    const agreed = view().agreement
    sit('Cy')
    await new Promise((resolve) => setTimeout(resolve, 5))
    settleReading(project, { predictionId: ids[1], classId: rbc })
    expect(shown()).toEqual(['RBC', 'RBC'])
    settleReading(project, { predictionId: ids[2], classId: null })
    expect(shown()).toEqual(['RBC', 'RBC'])
    expect(view().toSettle).toEqual([])
    expect(view().agreement).toEqual(agreed)
    expect(project.db.decisionsOf(imageId.parse('a')).filter(({ who }) => who === 'Cy')).toHaveLength(2)
    project.db.undo()
    expect(view().toSettle).toHaveLength(1)
  })

  it('read a thing once, which may be changed, and only what somebody decided', async () => {
    const { db, project, ids, rbc, wbc } = await setting()
    readOnceMore(project, { predictionId: ids[0], classId: rbc })
    readOnceMore(project, { predictionId: ids[0], classId: wbc })
    expect(db.readings({ runId: RUN }).map(({ who, classId }) => [who, classId])).toEqual(
      expect.arrayContaining([
        ['Ada', rbc],
        ['Bo', wbc],
      ]),
    )
    expect(db.readings({ runId: RUN })).toHaveLength(2)
    const code = (task: () => unknown): string => {
      try {
        task()
      } catch (thrown) {
        return (thrown as AppError).code
      }
      return 'done'
    }
    expect(code(() => readOnceMore(project, { predictionId: ids[3], classId: rbc }))).toBe('nothing-to-read')
    expect(code(() => agreementRows({ images: [], agreement: null }))).toBe('one-reader')
  })

  it('are told as a table', async () => {
    const { project, view, ids, rbc, wbc } = await setting()
    for (const [i, classId] of [rbc, wbc, rbc].entries()) readOnceMore(project, { predictionId: ids[i]!, classId })
    const [head, all, ...rest] = agreementRows({ images: project.db.images(), agreement: view().agreement })
    expect(head).toHaveLength(all!.length)
    expect(all!.slice(0, 7)).toEqual(['all', '', 'cohen', 'Ada, Bo', 3, 0.666667, 0.333333])
    expect(rest.map((row) => row.slice(0, 2))).toEqual([
      ['class', 'RBC'],
      ['class', 'WBC'],
      ['class', 'Platelets'],
      ['class', 'nothing'],
      ['image', 'a.png'],
      ['pair', ''],
    ])
  })
})
