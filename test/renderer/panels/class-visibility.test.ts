import { expect, test } from 'vitest'
import { createClients } from '../../../src/renderer/state/clients.ts'
import { createStores } from '../../../src/renderer/state/stores.ts'
import { showWhatIsDrawn } from '../../../src/renderer/panels/class-visibility.ts'
import { fakeProject } from '../fake-project.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, RBC, WBC } from '../records.ts'
import { shownObjects } from '../scenes.ts'

test('objects of a hidden class leave the canvas, and come back when one is drawn', async () => {
  const annotations = [annotationOf('r', box(0, 0, 9, 9), RBC), annotationOf('w', box(20, 0, 9, 9), WBC)]
  const project = fakeProject({ classes: CLASSES, images: [imageOf()], annotations })
  const stores = createStores(createClients(project.transport))
  const stop = showWhatIsDrawn(stores)
  stores.actions.showProject(project.snapshot())
  await stores.actions.openImage(IMAGE)
  const shown = (): string[] => [...shownObjects(stores.scene.getState().scene)].map(({ id }) => String(id))
  stores.selection.select([annotations[0]!.id])
  stores.display.toggleClass(RBC)
  expect(shown()).toEqual(['w'])
  expect(stores.selection.getState().selected.size).toBe(0)
  await stores.actions.commit({ label: 'Draw', put: { annotations: [annotationOf('n', box(50, 0, 9, 9), WBC)] }, remove: {} })
  expect(shown()).toEqual(['w', 'n'])
  await stores.actions.commit({ label: 'Draw', put: { annotations: [annotationOf('m', box(50, 50, 9, 9), RBC)] }, remove: {} })
  expect(shown().sort()).toEqual(['m', 'n', 'r', 'w'])
  stop()
  stores.dispose()
  project.stop()
})

test('a class is hidden with all that are a kind of it, and shown again with them', () => {
  const { display } = createStores(createClients(fakeProject({ classes: CLASSES, images: [], annotations: [] }).transport))
  const hidden = () => [...display.getState().hiddenClasses]
  display.toggleClass(WBC)
  display.toggleClass(RBC, [WBC])
  expect(hidden().sort()).toEqual([RBC, WBC].sort())
  display.toggleClass(WBC)
  expect(hidden()).toEqual([RBC])
  display.toggleClass(RBC, [WBC])
  expect(hidden()).toEqual([])
})
