import { describe, expect, it } from 'vitest'
import { modelId } from '#shared/records/ids.ts'
import { testLooksLog, testLooksText } from '#shared/test-looks.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { noteTestLook, testLooks } from '../../../src/main/workbench/test-looks.ts'
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
