import { describe, expect, it, onTestFinished } from 'vitest'
import { modelId } from '#shared/records/ids.ts'
import { singleLooks, testLooksLog, testLooksText } from '#shared/test-looks.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { cardTests, testsOf } from '../../../src/main/workbench/export-model.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { noteTestLook, noteTestScores, testLooks } from '../../../src/main/workbench/test-looks.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { model, newProject } from '../project/fixtures.ts'

describe('looks at the test images', () => {
  it('are kept with the project, each model once, and said from the first on', async () => {
    const db = await newProject()
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    expect(testLooksText(testLooks(project))).toBe('')
    expect(testLooksText(noteTestLook(project, [model('m')]))).toMatch(/^One model was looked at on the test images so far/)
    expect(noteTestLook(project, [model('m')])).toHaveLength(1)
    expect(testLooksText(noteTestLook(project, [model('n')]))).toMatch(/^2 models were looked at on the test images/)
    await db.close()
    const again = await openProject(db.folder)
    const looks = testLooks(new OpenProject(again, new WorkbenchEmitter(), 'Ben'))
    expect(looks.map(({ model: of, who }) => [of, who])).toEqual([
      [modelId.parse('m'), 'Ada'],
      [modelId.parse('n'), 'Ada'],
    ])
    await again.close()
  })

  it('tell models that predict together as such, by all of them, and as another than the first alone', async () => {
    const db = await newProject()
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    const folds = [0, 1, 2].map((index) => ({ ...model(`f${index}`), name: `cells, fold ${index + 1} of 3`, fold: { of: 'cv', index, folds: 3 } })) // prettier-ignore
    const [first, ...rest] = folds
    noteTestLook(project, [first!])
    const looks = noteTestLook(project, [first!, ...rest])
    expect(looks).toMatchObject([
      { name: 'cells, fold 1 of 3', models: ['f0'] },
      { name: 'cells, 3 folds together', model: 'f0', models: ['f0', 'f1', 'f2'] },
    ])
    expect(noteTestLook(project, [first!, ...rest])).toEqual(looks)
    expect(testLooksText(looks)).toMatch(/^2 models were looked at/)
    expect(testLooksLog(looks, (at) => at.slice(0, 2))).toEqual(['cells, fold 1 of 3, Ada, 20', 'cells, 3 folds together, Ada, 20'])
    await db.close()
  })

  it('of older versions are of the model that they name', async () => {
    const db = await newProject()
    const { models: _, ...old } = { model: 'm', models: [], name: 'm', who: 'Ada', at: '2026-01-01T00:00:00.000Z' }
    db.setSetting('testLooks', [old])
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    expect(noteTestLook(project, [model('m')])).toHaveLength(1)
    expect(noteTestLook(project, [model('m'), model('n')])).toHaveLength(2)
    await db.close()
  })

  it('keep what was scored until other figures are found, and of which models together', async () => {
    const db = await newProject()
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    const scored = (ap50: number) => ({ report: { images: 3, ap50, intervals: { ap50: { lower: 0.5, upper: 1 } } }, score: 0.5, flips: false }) // prettier-ignore
    const two = [model('m'), model('n')] as const
    noteTestLook(project, [model('m')])
    noteTestScores(project, two, scored(0.75))
    const [alone, together] = testLooks(project)
    expect(alone!.last).toBeNull()
    expect(together!.last).toMatchObject({ who: 'Ada', images: 3, score: null, figures: [{ name: 'ap50', of: '', value: 0.75, lower: 0.5, upper: 1 }] }) // prettier-ignore
    const later = new OpenProject(db, new WorkbenchEmitter(), 'Ben')
    // The same figures are no news of the model, but a look of Ben's.
    expect(noteTestScores(later, two, scored(0.75))[1]).toMatchObject({ last: together!.last, seen: [{ who: 'Ada' }, { who: 'Ben' }] })
    expect(noteTestScores(later, two, scored(0.75))[1]!.seen).toHaveLength(2)
    expect(noteTestScores(later, two, scored(0.5))[1]!.last).toMatchObject({ who: 'Ben', figures: [{ value: 0.5 }] })
    expect(testLooks(later)).toHaveLength(2)
    expect(testsOf(later, model('m'))).toEqual([])
    expect(cardTests(later, two)).toMatchObject([{ of: 'tests/1', project: '', measure: { who: 'Ben' } }])
    await db.close()
  })

  it('are told one by one, and a score that somebody tried takes the place of none by the usual one', async () => {
    const db = await newProject()
    onTestFinished(() => db.close())
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    const scored = (ap50: number, score: number | null) => ({ report: { images: 3, ap50 }, score, flips: false })
    noteTestScores(project, [model('m')], scored(0.5, 0.9))
    expect(testsOf(project, model('m'))).toMatchObject([{ measure: { score: 0.9, figures: [{ value: 0.5 }] } }])
    noteTestScores(project, [model('m')], scored(0.75, null))
    noteTestScores(project, [model('m')], scored(0.25, 0.1))
    noteTestLook(project, [model('n')])
    expect(testsOf(project, model('m'))).toMatchObject([{ measure: { score: null, figures: [{ value: 0.75 }] } }])
    expect(testLooksLog(testLooks(project), () => 'now')).toEqual([
      'm, Ada, now, AP50 0.500, objects from a score of 0.90',
      'm, Ada, now, AP50 0.750',
      'm, Ada, now, AP50 0.250, objects from a score of 0.10',
      'n, Ada, now',
    ])
  })

  it('of versions that kept the last alone are that one, and those since', async () => {
    const db = await newProject()
    onTestFinished(() => db.close())
    const last = { at: '2026-02-01T00:00:00.000Z', who: 'Ben', images: 3, figures: [{ name: 'ap50', value: 0.5 }, { name: 'ap', value: 0.25 }] } // prettier-ignore
    db.setSetting('testLooks', [{ model: 'm', models: ['m'], name: 'm', who: 'Ada', at: '2026-01-01T00:00:00.000Z', last }])
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    expect(singleLooks(testLooks(project)).map(({ measure }) => [measure.who, measure.figures.length])).toEqual([['Ben', 1]])
    noteTestLook(project, [model('m')])
    expect(singleLooks(testLooks(project)).map(({ measure }) => measure.who)).toEqual(['Ben', 'Ada'])
  })

  it('are told, but not kept, where nothing can be changed', async () => {
    const db = await newProject()
    const reader = await openProject(db.folder)
    expect(reader.readOnly).not.toBe('')
    const project = new OpenProject(reader, new WorkbenchEmitter(), 'Ben')
    expect(noteTestLook(project, [model('m')], [model('n')]).map(({ name }) => name)).toEqual(['m', 'n'])
    expect(testLooks(project)).toEqual([])
    await reader.close()
  })
})
