import { expect, it } from 'vitest'
import { readMemory, type Remembered, restore } from '../../../src/renderer/app/view-memory.ts'
import { predictionOf, box, IMAGE, OTHER_IMAGE, RUN } from '../records.ts'
import { openSession } from '../session.ts'

const others = {
  shell: { getState: () => ({ place: 'label' }), setState: () => undefined },
  library: { set: () => undefined },
  labels: { setState: () => undefined },
} as unknown as Omit<Remembered, 'stores'>

it('brings back run, image and selection, and gives way to what was opened meanwhile', async () => {
  const { stores, project } = await openSession({ predictions: [predictionOf(1, box(200, 300, 30, 30), 0.9)] })
  const memory = readMemory({ imageId: IMAGE, runId: RUN, selected: ['a'] })
  stores.actions.hideProject()
  stores.actions.showProject(project.snapshot())
  await restore({ stores, ...others }, memory)
  expect(stores.document.getState().imageId).toBe(IMAGE)
  expect([...stores.selection.getState().selected]).toEqual(['a'])
  stores.actions.hideProject()
  stores.actions.showProject(project.snapshot())
  const restored = restore({ stores, ...others }, memory)
  await stores.actions.openImage(OTHER_IMAGE)
  await restored
  await project.idle()
  expect(stores.document.getState().imageId).toBe(OTHER_IMAGE)
  expect(stores.selection.getState().selected.size).toBe(0)
})
