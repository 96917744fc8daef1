import { expect, it, onTestFinished, vi } from 'vitest'
import { followDoubt } from '../../../src/renderer/app/follow-doubt.ts'
import { createLibraryStore } from '../../../src/renderer/panels/library-store.ts'
import { annotationId, type ImageId, imageId, predictionId } from '../../../src/shared/records/ids.ts'
import { annotationOf, box, IMAGE, OTHER_IMAGE, RBC, RUN } from '../records.ts'
import { openSession } from '../session.ts'

/** A window whose main tells that `doubted` of an image are uncertain. After `answered` main has heard of all, after `calm` nothing was changed for long. */
async function followed(doubted: (id: ImageId) => number) {
  const { stores } = await openSession()
  const library = createLibraryStore(stores.clients.project)
  const counts = vi.spyOn(stores.clients.project, 'counts').mockImplementation(({ source, images = null }) => {
    const countOf = (id: ImageId): number => (source.kind === 'corrected' && source.score < 0.5 ? doubted(id) : 0)
    const asked = images?.map((id) => imageId.parse(id)) ?? [IMAGE, OTHER_IMAGE]
    return Promise.resolve(asked.map((id) => ({ imageId: id, counts: [{ classId: RBC, count: countOf(id) }] })))
  })
  stores.predictions.setOnShow(null)
  followDoubt(stores, library)
  const doubts = () => [...library.getState().doubt.values()]
  await stores.actions.chooseRun(RUN)
  await vi.waitFor(() => expect(doubts()).toEqual([doubted(IMAGE), doubted(OTHER_IMAGE)]))
  counts.mockClear()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const asked = () => counts.mock.calls.map(([{ images }]) => images)
  const pass = (ms: number) => () => vi.advanceTimersByTimeAsync(ms)
  return { stores, doubts, asked, answered: pass(100), calm: pass(10_000) }
}

it('what is uncertain is counted of the run on show as Review asks, and anew of images that were decided on, once it is calm', async () => {
  let left = 3
  const { stores, doubts, asked, answered, calm } = await followed((id) => (id === IMAGE ? left : 3))
  left = 1
  void stores.actions.decide({ predictions: [predictionId.parse(2)], kind: 'reject', to: null })
  await answered()
  expect([stores.document.getState().decided.size, asked()]).toEqual([1, []])
  await calm()
  expect(doubts()).toEqual([1, 3])
  expect(asked()).toEqual([[IMAGE], [IMAGE]])
})

it('labels that are drawn where something is uncertain may say it, and those that go may have', async () => {
  const { stores, asked, calm } = await followed((id) => (id === IMAGE ? 2 : 0))
  const drawn = async (id: string, image: ImageId): Promise<void> => {
    void stores.actions.commit({ label: 'Draw', put: { annotations: [annotationOf(id, box(200, 300, 30, 30), RBC, image)] }, remove: {} })
    await calm()
  }
  await drawn('here', IMAGE)
  expect(asked()).toEqual([[IMAGE], [IMAGE]])
  await drawn('there', OTHER_IMAGE)
  expect(asked()).toHaveLength(2)
  void stores.actions.commit({ label: 'Delete', put: {}, remove: { annotations: [annotationId.parse('there')] } })
  await calm()
  expect(asked().slice(2)).toEqual([[OTHER_IMAGE], [OTHER_IMAGE]])
})
