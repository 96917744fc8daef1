import { afterEach, describe, expect, test, vi } from 'vitest'
import { createClients } from '../../../src/renderer/state/clients.ts'
import { createStores, type Stores } from '../../../src/renderer/state/stores.ts'
import { createLabelStore, type LabelStore } from '../../../src/renderer/labels/label-store.ts'
import { toggleGallery } from '../../../src/renderer/review/gallery-items.ts'
import { decideCurrent, finishImage, reviewHandlers } from '../../../src/renderer/review/review-actions.ts'
import { estimateOf } from '../../../src/renderer/review/live-estimate.ts'
import { isOpen, tally } from '../../../src/renderer/review/queue.ts'
import { createReviewStore, leftOnImage, type ReviewStore } from '../../../src/renderer/review/review-store.ts'
import { ANSWER } from '../../../src/shared/contracts/review.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { imageId, predictionId } from '../../../src/shared/records/ids.ts'
import { fakeProject, type FakeContent, type FakeProject } from '../fake-project.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, predictionOf, RUN, RUNS } from '../records.ts'

const PREDICTIONS = [0.52, 0.4, 0.95].map((score, i) => predictionOf(i + 1, box(i * 50, 0, 20, 20), score))

async function begun(
  part: Partial<FakeContent> = {},
): Promise<{ project: FakeProject; stores: Stores; review: ReviewStore; labels: LabelStore; settled: () => Promise<void> }> {
  const images = [imageOf(), { ...imageOf(OTHER_IMAGE), state: 'done' as const }]
  const project = fakeProject({ classes: CLASSES, images, annotations: [], runs: RUNS, predictions: PREDICTIONS, ...part })
  const stores = createStores(createClients(project.transport))
  stores.actions.showProject(project.snapshot())
  await stores.actions.openImage(IMAGE)
  await stores.actions.chooseRun(RUN)
  const review = createReviewStore(stores.clients.project, stores.document)
  const labels = createLabelStore(stores.clients.project, stores)
  stopped.push(stores.dispose, review.dispose, labels.dispose, project.stop)
  return { project, stores, review, labels, settled: project.idle }
}

const stopped: (() => void)[] = []
afterEach(() => {
  for (const stop of stopped.splice(0)) stop()
})

/** Reads the run, with the most uncertain first. */
async function begin(review: ReviewStore): Promise<void> {
  review.configure({ order: 'doubt' })
  await review.read(RUN, false)
}

/** How many items have an answer. */
const decided = (review: ReviewStore): number => review.getState().answers.filter((answer) => answer !== ANSWER.open).length

describe('the review store', () => {
  test('tells estimates by the area that the images have since their pixel size was set', async () => {
    const { review, stores, settled } = await begun({ images: [{ ...imageOf(), micronsPerPixel: null }] })
    await begin(review)
    const area = (): number | null | undefined => review.getState().columns?.area
    expect(area()).toBe(null)
    await stores.actions.commit({ label: 'Test', put: { images: [{ ...imageOf(), micronsPerPixel: 0.5 }] }, remove: {} })
    await settled()
    expect(area()).toBeCloseTo((640 * 480 * 0.25) / 1e6, 12)
    // Of a run in regions it is what these cover, at any pixel size.
    const columns = review.getState().columns!
    review.setState({ columns: { ...columns, pixels: [15_000] } })
    await stores.actions.commit({ label: 'Test', put: { images: [{ ...imageOf(), micronsPerPixel: 0.2 }] }, remove: {} })
    await settled()
    expect(area()).toBeCloseTo((15_000 * 0.04) / 1e6, 12)
  })

  test('reads what is open of images that are not done, the most uncertain first', async () => {
    const { review } = await begun()
    await begin(review)
    expect(review.getState().queue.map(({ score }) => score)).toEqual([0.52, 0.4])
    expect(review.getState()).toMatchObject({ at: 0, reading: false })
  })

  test('leaves out what is labelled already', async () => {
    const { review } = await begun({ annotations: [annotationOf('a', box(1, 0, 20, 20))] })
    await begin(review)
    expect(review.getState().queue.map(({ score }) => score)).toEqual([0.4])
  })

  test('an answer is stored and the next is asked; undo brings the question back', async () => {
    const { project, stores, review, labels, settled } = await begun()
    await begin(review)
    expect(decideCurrent({ stores, review, labels }, 'reject')).toBe(true)
    expect(review.getState().at).toBe(1)
    await settled()
    expect(project.decisions().map(({ kind, predictionId }) => [kind, predictionId])).toEqual([['reject', 1]])
    await stores.actions.undo()
    await settled()
    expect(review.getState()).toMatchObject({ at: 0 })
    expect(decided(review)).toBe(0)
  })

  test('another class corrects, the same class accepts', async () => {
    const { project, stores, review, labels, settled } = await begun()
    await begin(review)
    decideCurrent({ stores, review, labels }, 'accept', CLASSES[1])
    decideCurrent({ stores, review, labels }, 'accept', CLASSES[0])
    await settled()
    expect(project.decisions().map(({ kind, to }) => [kind, to?.classId])).toEqual([
      ['correct', CLASSES[1]!.id],
      ['accept', undefined],
    ])
    expect(review.getState().at).toBe(-1)
    expect(decideCurrent({ stores, review, labels }, 'accept')).toBe(false)
  })

  test('an answer that main refuses is open again', async () => {
    const { project, stores, review, labels, settled } = await begun()
    await begin(review)
    project.failNext = new AppError('full', 'The disk is full.')
    decideCurrent({ stores, review, labels }, 'accept')
    await settled()
    expect(decided(review)).toBe(0)
    expect(stores.messages.getState().messages.at(-1)?.title).toContain('The disk is full.')
  })

  test('before the first there is none: it stays, and that is said', async () => {
    const { stores, review, labels } = await begun()
    await begin(review)
    const { 'review.previous': previous, 'review.next': next } = reviewHandlers({ stores, review, labels })
    const said = () => stores.messages.getState().messages.map(({ title }) => title)
    // Where nothing is asked about none is the first.
    review.setState({ at: -1 })
    previous?.('down')
    expect(said()).toEqual([])
    review.setState({ at: 0 })
    next?.('down')
    expect(review.getState().at).toBe(1)
    previous?.('down')
    expect([review.getState().at, said()]).toEqual([0, []])
    previous?.('down')
    expect([review.getState().at, said()]).toEqual([0, ['This is the first of those that are left.']])
  })

  test('other scores make another queue, and the current one stays current in it', async () => {
    const { review } = await begun()
    await begin(review)
    review.move(1)
    review.configure({ low: 0, high: 1 })
    const { queue, at } = review.getState()
    expect(queue).toHaveLength(3)
    expect(queue[at]?.score).toBe(0.4)
    review.configure({ order: 'image' })
    expect(review.getState()).toMatchObject({ at: 0 })
  })
})

describe('an object that several predictions show', () => {
  // 2 and 4 overlap 1 by more than half, 3 by less; 5 lies elsewhere on another image at the same place.
  const twins = [
    predictionOf(1, box(0, 0, 20, 20), 0.52),
    predictionOf(2, box(4, 0, 20, 20), 0.55),
    predictionOf(3, box(12, 0, 20, 20), 0.6),
    predictionOf(4, box(0, 4, 20, 20), 0.65),
    { ...predictionOf(5, box(0, 0, 20, 20), 0.68), imageId: OTHER_IMAGE },
  ]
  const images = [imageOf(), imageOf(OTHER_IMAGE)]
  const open = (review: ReviewStore): number[] =>
    review
      .getState()
      .queue.filter((item) => isOpen(item, review.getState()))
      .map(({ id }) => id)
  const current = (review: ReviewStore): number | undefined => review.getState().queue[review.getState().at]?.id

  async function beginTwins() {
    const means = await begun({ images, predictions: twins })
    await begin(means.review)
    return means
  }

  test('is asked about once: what an accepted one shows leaves the queue at once, as when the run is read anew', async () => {
    const means = await beginTwins()
    const { review, settled } = means
    decideCurrent(means, 'accept')
    // Before main has said anything.
    expect([current(review), open(review)]).toEqual([3, [3, 5]])
    await settled()
    expect([current(review), open(review)]).toEqual([3, [3, 5]])
    expect(leftOnImage(review.getState(), IMAGE)).toBe(1)
    expect(estimateOf(review.getState())!.estimate).toMatchObject({ items: 3, decided: 1 })
    await review.read(RUN, false)
    expect(open(review)).toEqual([3, 5])
    expect(estimateOf(review.getState())!.estimate).toMatchObject({ items: 3, decided: 1 })
  })

  test('comes back by undo, and goes again by redo', async () => {
    const means = await beginTwins()
    const { review, stores, settled } = means
    decideCurrent(means, 'accept')
    await settled()
    await stores.actions.undo()
    await settled()
    expect([current(review), open(review)]).toEqual([1, [1, 2, 3, 4, 5]])
    await stores.actions.redo()
    await settled()
    expect(open(review)).toEqual([3, 5])
  })

  test('stays asked about where one is rejected, or main refuses the answer', async () => {
    const means = await beginTwins()
    const { review, project, settled } = means
    project.failNext = new AppError('full', 'The disk is full.')
    decideCurrent(means, 'accept')
    expect(open(review)).toEqual([3, 5])
    await settled()
    expect(open(review)).toEqual([1, 2, 3, 4, 5])
    review.goTo(predictionId.parse(1))
    decideCurrent(means, 'reject')
    await settled()
    expect(open(review)).toEqual([2, 3, 4, 5])
  })

  test('is asked about no more when a person draws it, or moves a label onto it; the next one comes up', async () => {
    const { review, stores, settled } = await beginTwins()
    const label = annotationOf('drawn', box(300, 0, 20, 20))
    await stores.actions.commit({ label: 'draw', put: { annotations: [label] }, remove: {} })
    await settled()
    expect([current(review), open(review)]).toEqual([1, [1, 2, 3, 4, 5]])
    await stores.actions.commit({ label: 'move', put: { annotations: [{ ...label, shape: box(1, 1, 20, 20) }] }, remove: {} })
    await settled()
    expect([current(review), open(review)]).toEqual([3, [3, 5]])
    await stores.actions.undo()
    await settled()
    expect(open(review)).toEqual([1, 2, 3, 4, 5])
  })
})

describe('what was decided', () => {
  const progress = (review: ReviewStore) => {
    const state = review.getState()
    return tally(state.rows, state.columns!, state)
  }

  test('counts as done after the run is read anew, too, of the scores that are looked at', async () => {
    const means = await begun()
    const { review, settled } = means
    await begin(review)
    expect(progress(review)).toEqual({ open: 2, decided: 0 })
    decideCurrent(means, 'accept')
    await settled()
    expect(progress(review)).toEqual({ open: 1, decided: 1 })
    await review.read(RUN, true)
    expect(progress(review)).toEqual({ open: 1, decided: 1 })
    review.configure({ low: 0.6, high: 1 })
    expect(progress(review)).toEqual({ open: 1, decided: 0 })
  })

  test('follows its annotation: another class, no object, or none at all any more', async () => {
    const means = await begun()
    const { review, project, stores, settled } = means
    await begin(review)
    decideCurrent(means, 'accept')
    await settled()
    const answer = (): number => review.getState().answers[review.getState().items.find(({ id }) => id === 1)!.row]!
    const [made] = project.annotations()
    const put = async (part: Partial<typeof made>): Promise<number> => {
      await stores.actions.commit({ label: 'change', put: { annotations: [{ ...made!, ...part }] }, remove: {} })
      await settled()
      return answer()
    }
    expect([answer(), await put({ classId: CLASSES[1]!.id }), await put({ crowd: true })]).toEqual([0, 1, ANSWER.nothing])
  })
})

describe('an image in Review', () => {
  const open = { images: [imageOf(), imageOf(OTHER_IMAGE)], predictions: [...PREDICTIONS, { ...predictionOf(4, box(0, 90, 20, 20), 0.6), imageId: OTHER_IMAGE }] } // prettier-ignore

  test('is asked to be done by decisions on everything from the lower of the queue and what counts', async () => {
    const { stores, review, labels } = await begun()
    const asked = vi.spyOn(stores.actions, 'decide')
    await begin(review)
    decideCurrent({ stores, review, labels }, 'accept')
    review.configure({ low: 0.8, high: 1 })
    decideCurrent({ stores, review, labels }, 'accept')
    expect(asked.mock.calls.map(([{ doneFrom }]) => doneFrom)).toEqual([0.3, 0.5])
    expect(leftOnImage(review.getState(), IMAGE)).toBe(0)
  })

  test('that is finished leaves the queue with all that is open on it, and comes back by undo', async () => {
    const { project, stores, review, labels, settled } = await begun(open)
    await begin(review)
    expect(review.getState().queue.map(({ id }) => id)).toEqual([1, 2, 4])
    expect(leftOnImage(review.getState(), IMAGE)).toBe(3)
    expect(finishImage({ stores, review, labels })).toBe(true)
    await vi.waitFor(() => {
      expect(review.getState()).toMatchObject({ at: 2 })
    })
    expect(project.snapshot().images.map(({ state }) => state)).toEqual(['done', 'in-work'])
    expect(project.decisions()).toEqual([])
    decideCurrent({ stores, review, labels }, 'accept')
    await settled()
    expect(review.getState().at).toBe(-1)
    for (let i = 0; i < 2; i++) await stores.actions.undo()
    await settled()
    review.move(1)
    expect(review.getState().finished.size).toBe(0)
    expect(review.getState().at).toBeGreaterThanOrEqual(0)
  })
})

describe('the gallery of images as wholes in Review', () => {
  const whole = { type: 'image' } as const
  const said = (id: number, image: typeof IMAGE) => ({ ...predictionOf(id, whole, 0.6), imageId: image })
  const third = imageId.parse('image-3')

  async function gallery() {
    const images = [IMAGE, OTHER_IMAGE, third].map((id) => ({ ...imageOf(id), state: 'unlabelled' as const }))
    const means = await begun({ task: 'classification', images, predictions: [said(1, IMAGE), said(2, OTHER_IMAGE), said(3, third)] })
    await begin(means.review)
    toggleGallery(means)
    return means
  }

  test('begins at the image that was asked about, and answers all that are selected by one key', async () => {
    const means = await gallery()
    const { project, review, labels } = means
    expect([...labels.getState().selected]).toEqual([IMAGE])
    labels.setState({ selected: new Set([IMAGE, OTHER_IMAGE]) })
    decideCurrent(means, 'accept', CLASSES[1])
    expect([...labels.getState().selected]).toEqual([third])
    expect(review.getState().at).toBe(2)
    await means.settled()
    expect(project.decisions().map(({ kind, imageId: of, to }) => [kind, of, to?.classId])).toEqual([
      ['correct', IMAGE, CLASSES[1]!.id],
      ['correct', OTHER_IMAGE, CLASSES[1]!.id],
    ])
    decideCurrent(means, 'accept')
    await means.settled()
    expect(project.decisions().at(-1)).toMatchObject({ kind: 'accept', imageId: third })
  })

  test('accepts where the key is the class that the model said', async () => {
    const means = await gallery()
    decideCurrent(means, 'accept', CLASSES[0])
    await means.settled()
    expect(means.project.decisions()).toMatchObject([{ kind: 'accept' }])
  })

  test('is that of objects where none is about an image as a whole', async () => {
    const means = await begun()
    await begin(means.review)
    toggleGallery(means)
    expect(means.labels.getState().selected.size).toBe(0)
    decideCurrent(means, 'reject')
    expect(means.review.getState().at).toBe(1)
  })
})
