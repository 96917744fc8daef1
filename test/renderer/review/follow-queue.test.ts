import { afterEach, describe, expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { followQueue } from '../../../src/renderer/review/follow-queue.ts'
import { createReviewStore, type ReviewStore } from '../../../src/renderer/review/review-store.ts'
import { box, IMAGE, OTHER_IMAGE, predictionOf, RUN } from '../records.ts'
import { openSession, type Session } from '../session.ts'

const there = (id: number, score: number) => ({ ...predictionOf(id, box(20 * id, 0, 20, 20), score), imageId: OTHER_IMAGE })
const PREDICTIONS = [predictionOf(1, box(200, 300, 30, 30), 0.5), there(2, 0.55), there(3, 0.6)]

interface Asked extends Session {
  readonly review: ReviewStore
  readonly looks: { readonly setState: (state: { readonly on: boolean }) => void }
  readonly follow: () => void
}

const stopped: (() => void)[] = []
afterEach(() => {
  for (const stop of stopped.splice(0)) stop()
})

/** A review that asks about 1, then about 2 and 3 on another image. */
async function asked(): Promise<Asked> {
  const session = await openSession({ predictions: PREDICTIONS })
  const { stores } = session
  await stores.actions.chooseRun(RUN)
  const review = createReviewStore(stores.clients.project, stores.document)
  const [looks, readers] = [createStore(() => ({ on: false })), createStore(() => ({ on: false }))]
  review.configure({ order: 'doubt' })
  await review.read(RUN, false)
  stopped.push(review.dispose, stores.dispose)
  return { ...session, review, looks, follow: () => void stopped.push(followQueue({ stores, review, looks, readers })) }
}

const seen = ({ stores }: Session): readonly unknown[] => [stores.document.getState().imageId, ...stores.selection.getState().selected]

describe('what the queue asks about', () => {
  test('is open and selected at once on the open image and on one that was read ahead', async () => {
    const one = await asked()
    one.follow()
    expect(seen(one)).toEqual([IMAGE, 1])
    one.stores.actions.prepareImage(OTHER_IMAGE)
    await one.project.idle()
    one.review.move(1)
    expect(seen(one)).toEqual([OTHER_IMAGE, 2])
    one.review.move(1)
    expect(seen(one)).toEqual([OTHER_IMAGE, 3])
  })

  test('is selected when all of its image has arrived, whatever was asked about meanwhile', async () => {
    const one = await asked()
    one.follow()
    one.review.move(1)
    one.review.move(1)
    expect(seen(one)).toEqual([OTHER_IMAGE])
    await one.project.idle()
    expect(seen(one)).toEqual([OTHER_IMAGE, 3])
  })

  test('is opened where no image is open, and left to the gallery and the second look', async () => {
    const one = await asked()
    await one.stores.actions.openImage(null)
    one.looks.setState({ on: true })
    one.follow()
    await one.project.idle()
    expect(seen(one)).toEqual([null])
    one.looks.setState({ on: false })
    await one.project.idle()
    expect(seen(one)).toEqual([IMAGE, 1])
  })
})
