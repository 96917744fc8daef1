import { expect, it, vi } from 'vitest'
import { openInLabel, openObjects } from '../../../src/renderer/count/open-in-label.ts'
import { backToShown } from '../../../src/renderer/review/look-actions.ts'
import { createShellStore } from '../../../src/renderer/app/shell-store.ts'
import { predictionId, runId } from '../../../src/shared/records/ids.ts'
import { box, IMAGE, OTHER_IMAGE, predictionOf, RUN, RUNS } from '../records.ts'
import { openSession } from '../session.ts'

const OTHER_RUN = runId.parse('run-2')

/** A window in Review: as it is left, a moment after the place is another, it brings back what Label showed. */
async function inReview() {
  const predictions = [RUN, OTHER_RUN].map((run, at) => ({
    ...predictionOf(at + 1, box(5 * at, 5, 9, 9)),
    imageId: OTHER_IMAGE,
    runId: run,
  }))
  const { stores } = await openSession({ runs: [...RUNS, { ...RUNS[0]!, id: OTHER_RUN }], predictions })
  await stores.actions.chooseRun(RUN)
  const shell = createShellStore()
  shell.goTo('review')
  shell.subscribe(() => {
    queueMicrotask(() => {
      backToShown(stores)
      void stores.actions.openImage(IMAGE)
    })
  })
  const shown = () => ({ run: stores.predictions.getState().runId, image: stores.document.getState().imageId, selected: [...stores.selection.getState().selected] }) // prettier-ignore
  return { stores, shell, shown }
}

it('objects of another run are shown on their image, from Review too', async () => {
  const { stores, shell, shown } = await inReview()
  const id = predictionId.parse(2)
  await openObjects({ stores, shell }, { imageId: OTHER_IMAGE, annotations: [], predictions: [id], runId: OTHER_RUN, score: 0.5 })
  expect(shown()).toEqual({ run: OTHER_RUN, image: OTHER_IMAGE, selected: [id] })
})

it('so is an object with its image', async () => {
  const { stores, shell, shown } = await inReview()
  const id = predictionId.parse(2)
  openInLabel({ stores, shell }, OTHER_IMAGE, { object: id, run: { runId: OTHER_RUN, score: 0.5 } })
  await vi.waitFor(() => expect(shown()).toEqual({ run: OTHER_RUN, image: OTHER_IMAGE, selected: [id] }))
})
