import { describe, expect, it } from 'vitest'
import { imageId, runId } from '#shared/records/ids.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { imagesSeenBy } from '../../../src/main/workbench/evaluation.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { edit, image, model, newProject, run } from '../project/fixtures.ts'

const RUN = runId.parse('r')

describe('the images that are evaluated', () => {
  it('are those that the run has seen, though it found nothing there: what could not be read counts for nothing', async () => {
    const db = await newProject()
    db.commit(edit({ images: [image('read'), image('broken')] }))
    db.putModel(model('m'))
    db.addRun(run(RUN, model('m').id), [imageId.parse('read')], [])
    const project = new OpenProject(db, new WorkbenchEmitter(), () => 'Ada')
    expect(imagesSeenBy(project, RUN, db.images()).map(({ id }) => id)).toEqual(['read'])
    const broken = db.images().filter(({ id }) => id === 'broken')
    expect(() => imagesSeenBy(project, RUN, broken)).toThrow('None of 1 image could be read')
  })
})
