import { afterEach, describe, expect, test, vi } from 'vitest'
import { galleryPage, markWrong, PAGE, settlePage } from '../../../src/renderer/review/gallery-page.ts'
import { createReviewStore } from '../../../src/renderer/review/review-store.ts'
import { createClients } from '../../../src/renderer/state/clients.ts'
import { createStores } from '../../../src/renderer/state/stores.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { fakeProject } from '../fake-project.ts'
import { box, CLASSES, IMAGE, imageOf, predictionOf, RUN, RUNS } from '../records.ts'

const stopped: (() => void)[] = []
afterEach(() => {
  for (const stop of stopped.splice(0)) stop()
})

async function gallery() {
  const predictions = Array.from({ length: 30 }, (_, i) => predictionOf(i + 1, box(40 * i, 0, 20, 20), 0.9 - i / 100))
  const project = fakeProject({ classes: CLASSES, images: [imageOf()], annotations: [], runs: RUNS, predictions })
  const stores = createStores(createClients(project.transport))
  stores.actions.showProject(project.snapshot())
  await stores.actions.openImage(IMAGE)
  await stores.actions.chooseRun(RUN)
  const review = createReviewStore(stores.clients.project, stores.document)
  stopped.push(stores.dispose, review.dispose, project.stop)
  review.configure({ order: 'image', low: 0, high: 1, gallery: true })
  await review.read(RUN, false)
  const idsOnPage = (): number[] => galleryPage(review.getState()).items.map(({ id }) => id)
  return { project, stores, review, idsOnPage }
}

describe('a page of the gallery', () => {
  test('is accepted but for what is marked, in one step, and the next page comes', async () => {
    const { project, stores, review, idsOnPage } = await gallery()
    expect(idsOnPage()).toHaveLength(PAGE)
    const [first, second] = galleryPage(review.getState()).items
    markWrong({ review }, first!.id)
    markWrong({ review }, second!.id)
    markWrong({ review }, second!.id)
    expect(settlePage({ stores, review })).toBe(true)
    expect(idsOnPage()).toEqual([25, 26, 27, 28, 29, 30])
    await vi.waitFor(() => {
      expect(project.decisions()).toHaveLength(PAGE)
    })
    expect(project.decisions().filter(({ kind }) => kind === 'reject').map(({ predictionId }) => predictionId)).toEqual([first!.id]) // prettier-ignore
    expect(review.getState().wrong.size).toBe(0)
    await stores.actions.undo()
    await vi.waitFor(() => {
      expect(idsOnPage()).toHaveLength(PAGE)
    })
    expect(project.decisions()).toEqual([])
  })

  test('is open again where main refuses', async () => {
    const { project, stores, review, idsOnPage } = await gallery()
    project.failNext = new AppError('full', 'The disk is full.')
    settlePage({ stores, review })
    await vi.waitFor(() => {
      expect(idsOnPage()[0]).toBe(1)
    })
  })
})
