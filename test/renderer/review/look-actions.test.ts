import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { type ItemToRead } from '../../../src/shared/contracts/readers.ts'
import { type SecondLook } from '../../../src/shared/contracts/review.ts'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { type AppModel } from '../../../src/renderer/app/context.ts'
import { showLook } from '../../../src/renderer/review/look-actions.ts'
import { showReading } from '../../../src/renderer/review/reader-actions.ts'
import { IMAGE, OTHER_IMAGE, RBC, RUN } from '../records.ts'
import { openSession, type Session } from '../session.ts'

const BOX = { x: 5, y: 5, width: 50, height: 50 }

const difference = (imageId: SecondLook['imageId'], label: string): SecondLook => ({
  ...{ kind: 'missed', imageId, runId: RUN, annotationId: annotationId.parse(label), predictionId: null },
  ...{ labelled: RBC, predicted: null, score: 0.1, strength: 0.9, box: BOX },
})
const [HERE, ELSEWHERE] = [difference(IMAGE, 'a'), difference(OTHER_IMAGE, 'elsewhere')]

/** Review asks about some differences, the first of them; `ask` goes on to another one. */
function asking(session: Session, looks: readonly SecondLook[]) {
  const store = createStore(() => ({ on: true, looks, at: 0 }))
  const means = { stores: session.stores, looks: store } as unknown as Parameters<typeof showLook>[0]
  return (at: number): (() => void) => {
    store.setState({ at })
    return showLook(means, looks[at]!)
  }
}

const seen = ({ stores }: Session): readonly unknown[] => [stores.document.getState().imageId, ...stores.selection.getState().selected]

test('a difference is selected when its image, which was being opened already, has arrived, with the predictions of its run', async () => {
  const session = await openSession()
  void session.stores.actions.openImage(OTHER_IMAGE)
  asking(session, [ELSEWHERE])(0)
  expect(seen(session)).toEqual([OTHER_IMAGE])
  await session.project.idle()
  expect(seen(session)).toEqual([OTHER_IMAGE, 'elsewhere'])
  expect(session.stores.predictions.getState().runId).toBe(RUN)
})

test('a difference that was gone on from on the way is not shown any more', async () => {
  const session = await openSession()
  await session.stores.actions.chooseRun(RUN)
  const ask = asking(session, [ELSEWHERE, HERE])
  const stop = ask(0)
  stop()
  ask(1)
  await session.project.idle()
  expect(seen(session)).toEqual([IMAGE, 'a'])
})

test('what is to be read is zoomed on when its image, which was being opened already, has arrived', async () => {
  const session = await openSession()
  const { stores } = session
  const item = { predictionId: predictionId.parse(1), imageId: OTHER_IMAGE, classId: RBC, box: BOX } as unknown as ItemToRead
  const readers = createStore(() => ({ on: true, task: 'read', toRead: [item], toSettle: [], at: 0 }))
  void stores.actions.openImage(OTHER_IMAGE)
  const before = stores.view.getState()
  showReading({ stores, readers } as unknown as Pick<AppModel, 'stores' | 'readers'>, item)
  expect(stores.view.getState()).toBe(before)
  await session.project.idle()
  expect(stores.view.getState()).not.toBe(before)
})
