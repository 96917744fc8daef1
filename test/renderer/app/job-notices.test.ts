import { expect, test } from 'vitest'
import { type JobView } from '../../../src/shared/contracts/work.ts'
import { ANSWER } from '../../../src/shared/contracts/review.ts'
import { jobId, runId } from '../../../src/shared/records/ids.ts'
import { followJobs } from '../../../src/renderer/app/job-notices.ts'
import { createReviewStore, type ReviewStore } from '../../../src/renderer/review/review-store.ts'
import { model } from '../../main/project/fixtures.ts'
import { RUN, RUNS } from '../records.ts'
import { openSession } from '../session.ts'

const MODEL = { ...model('model-1'), name: 'cells 2', best: 0.939 }

const job = (given: Partial<JobView>): JobView => ({
  ...{
    id: jobId.parse('j'),
    kind: 'predict',
    title: 'Predicting with cells 2',
    status: 'finished',
    progress: null,
    curves: [],
    error: null,
  },
  ...{ modelId: MODEL.id, runId: null, ...given },
})

/** What the window tells when a job has ended, while a place is shown. */
async function told(ended: JobView, place = 'train') {
  const { stores, project } = await openSession({ models: [MODEL] })
  let end: (now: JobView, before: JobView) => void = () => undefined
  const jobs = { onStatus: (listener: typeof end) => void (end = listener) }
  const shell = { getState: () => ({ place }), goTo: () => undefined }
  const review = createReviewStore(stores.clients.project, stores.document)
  const off = { getState: () => ({ on: false }), turn: () => undefined }
  followJobs({ stores, shell, jobs, review, looks: off, readers: off } as unknown as Parameters<typeof followJobs>[0])
  end(ended, { ...ended, status: 'running' })
  await project.idle()
  return stores.messages.getState().messages.map(({ title, text, offer }) => ({ title, text, offer: offer?.label ?? null }))
}

test('a finished prediction says what was found, and leads to its review from where nothing of it is seen', async () => {
  const found = { title: 'Prediction is done', text: 'cells 2: 1 object, 1 image' }
  expect(await told(job({ runId: RUN }))).toEqual([{ ...found, offer: 'Review' }])
  expect(await told(job({ runId: RUN }), 'review')).toEqual([{ ...found, offer: null }])
})

test('a finished training says its model, its score and what is to be known of it', async () => {
  const notes = ['First.', 'Second.']
  const text = 'cells 2: validation AP50 0.939\nFirst.\nSecond.'
  expect(await told(job({ kind: 'train', notes }))).toEqual([{ title: 'Training is done', text, offer: null }])
})

test('a prediction on the way to an evaluation, which is looked at, is told only where something is to be known', async () => {
  expect(await told(job({ runId: RUN, aside: true }))).toEqual([])
  const [note] = await told(job({ runId: RUN, aside: true, notes: ['An image could not be read.'] }))
  expect(note).toMatchObject({ text: 'cells 2: 1 object, 1 image\nAn image could not be read.', offer: null })
})

/** Review on the first of two runs after `begin`, where a prediction has ended with the other. */
async function endedInReview(begin: (review: ReviewStore) => void) {
  const other = { ...RUNS[0]!, id: runId.parse('run-2') }
  const { stores, project } = await openSession({ models: [MODEL], runs: [...RUNS, other] })
  const review = createReviewStore(stores.clients.project, stores.document)
  await stores.actions.chooseRun(RUN)
  await review.read(RUN, false)
  begin(review)
  let end: (now: JobView, before: JobView) => void = () => undefined
  const jobs = { onStatus: (listener: typeof end) => void (end = listener) }
  const shell = { getState: () => ({ place: 'review' }), goTo: () => undefined }
  const off = { getState: () => ({ on: false }), turn: () => undefined }
  followJobs({ stores, shell, jobs, review, looks: off, readers: off } as unknown as Parameters<typeof followJobs>[0])
  const ended = job({ runId: other.id })
  end(ended, { ...ended, status: 'running' })
  await project.idle()
  const shown = () => ({ review: review.getState().runId, canvas: stores.predictions.getState().runId })
  return { shown, offer: stores.messages.getState().messages[0]?.offer, settled: project.idle, other: other.id }
}

test('Review goes to the predictions that were made while it was open', async () => {
  const { shown, offer, other } = await endedInReview(() => undefined)
  expect(shown()).toEqual({ review: other, canvas: other })
  expect(offer).toBeNull()
})

test('in the middle of a queue the new predictions are offered, and come when they are wanted', async () => {
  const { shown, offer, other, settled } = await endedInReview((review) => {
    review.configure({ low: 0, order: 'random' })
    review.answer(new Map([[review.getState().queue[0]!.id, ANSWER.nothing]]))
  })
  expect(shown()).toEqual({ review: RUN, canvas: RUN })
  expect(offer?.label).toBe('Review them now')
  offer?.run()
  await settled()
  expect(shown()).toEqual({ review: other, canvas: other })
})
