import { expect, it, vi } from 'vitest'
import { followDoubt } from '../../../src/renderer/app/follow-doubt.ts'
import { createLibraryStore } from '../../../src/renderer/panels/library-store.ts'
import { imageId, predictionId } from '../../../src/shared/records/ids.ts'
import { IMAGE, OTHER_IMAGE, RBC, RUN } from '../records.ts'
import { openSession } from '../session.ts'

it('what is uncertain is counted of the run on show as Review asks, and anew of images that were decided on, once it is calm', async () => {
  const { stores, project } = await openSession()
  const library = createLibraryStore(stores.clients.project)
  const counts = vi.spyOn(stores.clients.project, 'counts').mockImplementation(({ source, images = null }) => {
    const count = source.kind === 'corrected' && source.score < 0.5 ? (images === null ? 3 : 1) : 0
    return Promise.resolve(
      (images?.map((id) => imageId.parse(id)) ?? [IMAGE, OTHER_IMAGE]).map((id) => ({ imageId: id, counts: [{ classId: RBC, count }] })),
    )
  })
  stores.predictions.setOnShow(null)
  followDoubt(stores, library)
  const doubts = () => [...library.getState().doubt.values()]
  await stores.actions.chooseRun(RUN)
  await vi.waitFor(() => expect(doubts()).toEqual([3, 3]))
  counts.mockClear()
  const done = stores.actions.decide({ predictions: [predictionId.parse(2)], kind: 'reject', to: null })
  await project.idle()
  await done
  expect(counts).not.toHaveBeenCalled()
  await vi.waitFor(() => expect(new Set(doubts())).toEqual(new Set([3, 1])), { timeout: 20_000 })
  expect(counts.mock.calls.map(([{ images }]) => images)).toEqual([[IMAGE], [IMAGE]])
})
