import { describe, expect, test, vi } from 'vitest'
import { createLabelStore } from '../../../src/renderer/labels/label-store.ts'
import { labelEdit } from '../../../src/renderer/labels/label-edits.ts'
import { openSession } from '../session.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, RBC, RUN, WBC } from '../records.ts'

const LABEL = annotationOf('label', { type: 'image' }, WBC, OTHER_IMAGE)
const results = [{ imageId: IMAGE, scores: [0.2, 0.8], anomaly: null, maps: [] }]

async function labelSession(task: 'classification' | 'detection') {
  const session = await openSession({ task, annotations: [LABEL, annotationOf('cell', box(1, 1, 9, 9))], results })
  const { stores } = session
  const labels = createLabelStore(stores.clients.project, stores)
  return { ...session, labels }
}

describe('labels of all images', () => {
  test('are read with the project and follow every change, also of images that are not open; undo gives them back', async () => {
    const { stores, project, labels, settled } = await labelSession('classification')
    await labels.readLabels()
    expect([...labels.getState().labels.keys()]).toEqual([OTHER_IMAGE])
    const edit = labelEdit([imageOf(), imageOf(OTHER_IMAGE)], labels.getState().labels, CLASSES[0]!, { author: '', now: LABEL.createdAt })
    await stores.actions.commit(edit!)
    await settled()
    const classes = () => [...labels.getState().labels].map(([of, { classId }]) => [of, classId])
    expect(classes()).toEqual([
      [OTHER_IMAGE, RBC],
      [IMAGE, RBC],
    ])
    await project.undo()
    await vi.waitFor(() => {
      expect(classes()).toEqual([[OTHER_IMAGE, WBC]])
    })
    labels.dispose()
  })

  test('are read when such a project opens, with what its run says', async () => {
    const { stores, labels } = await labelSession('classification')
    stores.actions.hideProject()
    stores.actions.showProject(await stores.clients.project.open({ folder: '' }))
    await vi.waitFor(() => {
      expect(labels.getState()).toMatchObject({ runId: RUN, results })
      expect(labels.getState().labels.size).toBe(1)
    })
    labels.dispose()
  })

  test('are not asked for where objects are labelled', async () => {
    const { stores, labels } = await labelSession('detection')
    stores.actions.hideProject()
    stores.actions.showProject(await stores.clients.project.open({ folder: '' }))
    await stores.actions.openImage(IMAGE)
    expect(labels.getState()).toMatchObject({ results: [] })
    expect(labels.getState().labels.size).toBe(0)
    labels.dispose()
  })

  test('seen before main answered are read again where it refused', async () => {
    const { labels } = await labelSession('classification')
    labels.foresee({ put: { annotations: [annotationOf('new', { type: 'image' })] }, remove: {} })
    expect(labels.getState().labels.has(IMAGE)).toBe(true)
    await labels.readLabels()
    expect(labels.getState().labels.has(IMAGE)).toBe(false)
    labels.dispose()
  })
})
