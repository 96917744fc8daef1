import { expect, it } from 'vitest'
import { memoryOf, readMemory, type Remembered, restore } from '../../../src/renderer/app/view-memory.ts'
import { createCountStore } from '../../../src/renderer/count/count-store.ts'
import { runId } from '../../../src/shared/records/ids.ts'
import { predictionOf, box, IMAGE, OTHER_IMAGE, RUN, RUNS } from '../records.ts'
import { openSession } from '../session.ts'

const OTHER_RUN = runId.parse('run-2')

const others = {
  shell: { getState: () => ({ place: 'label' }), setState: () => undefined },
  library: { getState: () => ({}), set: () => undefined },
  labels: { getState: () => ({}), setState: () => undefined },
  count: createCountStore(),
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

it('remembers the run on show, not one that is looked at for a moment, and what was counted from which score', async () => {
  const { stores } = await openSession({ runs: [...RUNS, { ...RUNS[0]!, id: OTHER_RUN }] })
  const remembered = { stores, ...others }
  await stores.actions.chooseRun(RUN)
  await stores.actions.visitRun(OTHER_RUN)
  others.count.setState({ kind: 'predictions', score: 0.7 })
  const memory = readMemory(memoryOf(remembered))
  others.count.setState(others.count.getInitialState())
  await stores.actions.chooseRun(OTHER_RUN)
  await restore(remembered, memory)
  expect(stores.predictions.getState()).toMatchObject({ onShow: RUN, runId: RUN })
  expect(others.count.getState()).toMatchObject({ kind: 'predictions', score: 0.7 })
})
