import { type PredictionId } from '#shared/records/ids.ts'
import { type AppModel } from '../app/context.ts'
import { answerOf, openAgain, type ReviewItem } from './items.ts'
import { doneFrom, isOpen } from './queue.ts'
import { type ReviewState } from './review-store.ts'

/** Objects on one page of the gallery. */
export const PAGE = 24

/** The page of open objects that the gallery shows, and of how many pages. */
export function galleryPage(state: Pick<ReviewState, 'queue' | 'answers' | 'finished' | 'shown' | 'page'>) {
  const open = state.queue.filter((item) => isOpen(item, state))
  const pages = Math.max(1, Math.ceil(open.length / PAGE))
  const page = Math.min(state.page, pages - 1)
  return { open: open.length, pages, page, items: open.slice(page * PAGE, (page + 1) * PAGE) }
}

type Means = Pick<AppModel, 'stores' | 'review'>

/** Marks an object of the page as wrong, or as right again. */
export function markWrong({ review }: Pick<Means, 'review'>, id: PredictionId): void {
  review.setState(({ wrong }) => {
    const next = new Set(wrong)
    if (!next.delete(id)) next.add(id)
    return { wrong: next }
  })
}

/** Accepts the objects of the page and rejects those that are marked: one step to undo. False where none is left. */
export function settlePage({ stores, review }: Means): boolean {
  const state = review.getState()
  const { items } = galleryPage(state)
  if (items.length === 0) return false
  const [rejects, accepts] = [items.filter(({ id }) => state.wrong.has(id)), items.filter(({ id }) => !state.wrong.has(id))]
  const idsOf = (some: readonly ReviewItem[]): PredictionId[] => some.map(({ id }) => id)
  const request = { predictions: idsOf(accepts), rejects: idsOf(rejects), kind: 'accept', to: null, doneFrom: doneFrom(state) } as const
  void stores.actions.decide(request).then((decided) => {
    review.answer(openAgain(items, decided))
  })
  const classIds = state.columns?.classIds ?? []
  const given = (some: readonly ReviewItem[], kind: 'accept' | 'reject') =>
    some.map(({ id, classId }): [PredictionId, number] => [id, answerOf(kind, classId, classIds)])
  review.answer(new Map([...given(accepts, 'accept'), ...given(rejects, 'reject')]))
  review.setState({ wrong: new Set() })
  review.move(1)
  return true
}
