import { describe, expect, it } from 'vitest'
import { modelId } from '#shared/records/ids.ts'
import { testLooksText } from '#shared/test-looks.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { noteTestLook, testLooks } from '../../../src/main/workbench/test-looks.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { model, newProject } from '../project/fixtures.ts'

describe('looks at the test images', () => {
  it('are kept with the project, each model once, and said from the second on', async () => {
    const db = await newProject()
    const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    expect(testLooksText(noteTestLook(project, model('m')))).toBe('')
    expect(noteTestLook(project, model('m'))).toHaveLength(1)
    expect(testLooksText(noteTestLook(project, model('n')))).toMatch(/^2 models were looked at on the test images/)
    await db.close()
    const again = await openProject(db.folder)
    const looks = testLooks(new OpenProject(again, new WorkbenchEmitter(), 'Ben'))
    expect(looks.map(({ model: of, who }) => [of, who])).toEqual([
      [modelId.parse('m'), 'Ada'],
      [modelId.parse('n'), 'Ada'],
    ])
    await again.close()
  })

  it('are not kept where nothing can be changed', async () => {
    const db = await newProject()
    const reader = await openProject(db.folder)
    expect(reader.readOnly).not.toBe('')
    expect(noteTestLook(new OpenProject(reader, new WorkbenchEmitter(), 'Ben'), model('m'))).toEqual([])
    await reader.close()
  })
})
