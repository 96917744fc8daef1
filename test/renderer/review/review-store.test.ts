import { afterEach, describe, expect, test } from 'vitest'
import { createClients } from '../../../src/renderer/state/clients.ts'
import { createStores, type Stores } from '../../../src/renderer/state/stores.ts'
import { decideCurrent } from '../../../src/renderer/review/review-actions.ts'
import { createReviewStore, type ReviewStore } from '../../../src/renderer/review/review-store.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { fakeProject, type FakeContent, type FakeProject } from '../fake-project.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, predictionOf, RUN, RUNS } from '../records.ts'

const PREDICTIONS = [0.52, 0.4, 0.95].map((score, i) => predictionOf(i + 1, box(i * 50, 0, 20, 20), score))

async function begun(part: Partial<FakeContent> = {}): Promise<{ project: FakeProject; stores: Stores; review: ReviewStore }> {
  const images = [imageOf(), { ...imageOf(OTHER_IMAGE), state: 'done' as const }]
  const project = fakeProject({ classes: CLASSES, images, annotations: [], runs: RUNS, predictions: PREDICTIONS, ...part })
  const stores = createStores(createClients(project.transport))
  stores.actions.showProject(project.snapshot())
  await stores.actions.openImage(IMAGE)
  await stores.actions.chooseRun(RUN)
  const review = createReviewStore(stores.clients.project, stores.document)
  stopped.push(stores.dispose, review.dispose, project.stop)
  return { project, stores, review }
}

const stopped: (() => void)[] = []
afterEach(() => {
  for (const stop of stopped.splice(0)) stop()
})

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30))

describe('the review store', () => {
  test('reads what is open of images that are not done, the most uncertain first', async () => {
    const { review } = await begun()
    await review.read(RUN, false)
    expect(review.getState().queue.map(({ score }) => score)).toEqual([0.52, 0.4])
    expect(review.getState()).toMatchObject({ at: 0, reading: null })
  })

  test('leaves out what is labelled already', async () => {
    const { review } = await begun({ annotations: [annotationOf('a', box(1, 0, 20, 20))] })
    await review.read(RUN, false)
    expect(review.getState().queue.map(({ score }) => score)).toEqual([0.4])
  })

  test('an answer is stored and the next is asked; undo brings the question back', async () => {
    const { project, stores, review } = await begun()
    await review.read(RUN, false)
    expect(decideCurrent({ stores, review }, 'reject')).toBe(true)
    expect(review.getState().at).toBe(1)
    await settled()
    expect(project.decisions().map(({ kind, predictionId }) => [kind, predictionId])).toEqual([['reject', 1]])
    await stores.actions.undo()
    await settled()
    expect(review.getState()).toMatchObject({ at: 0 })
    expect(review.getState().decided.size).toBe(0)
  })

  test('another class corrects, the same class accepts', async () => {
    const { project, stores, review } = await begun()
    await review.read(RUN, false)
    decideCurrent({ stores, review }, 'accept', CLASSES[1])
    decideCurrent({ stores, review }, 'accept', CLASSES[0])
    await settled()
    expect(project.decisions().map(({ kind, to }) => [kind, to?.classId])).toEqual([
      ['correct', CLASSES[1]!.id],
      ['accept', undefined],
    ])
    expect(review.getState().at).toBe(-1)
    expect(decideCurrent({ stores, review }, 'accept')).toBe(false)
  })

  test('an answer that main refuses is open again', async () => {
    const { project, stores, review } = await begun()
    await review.read(RUN, false)
    project.failNext = new AppError('full', 'The disk is full.')
    decideCurrent({ stores, review }, 'accept')
    await settled()
    expect(review.getState().decided.size).toBe(0)
    expect(stores.messages.getState().messages.at(-1)?.title).toContain('The disk is full.')
  })

  test('other scores make another queue, and the current one stays current in it', async () => {
    const { review } = await begun()
    await review.read(RUN, false)
    review.move(1)
    review.configure({ low: 0, high: 1, order: 'image' })
    const { queue, at } = review.getState()
    expect(queue).toHaveLength(3)
    expect(queue[at]?.score).toBe(0.4)
  })
})
