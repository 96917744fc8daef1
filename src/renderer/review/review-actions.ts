import { type CommandHandlers } from '../tools/command-registry.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { type AppModel } from '../app/context.ts'

type Means = Pick<AppModel, 'stores' | 'review'>

/** The prediction that is asked about now. */
export function currentItem({ review }: Pick<AppModel, 'review'>): PredictionRecord | null {
  const { queue, at } = review.getState()
  return queue[at] ?? null
}

/** Decides the current prediction and goes on at once; one that was decided already (its box was adjusted) is only left. */
export function decideCurrent(means: Means, kind: 'accept' | 'reject', to: ClassRecord | null = null): boolean {
  const { stores, review } = means
  const item = currentItem(means)
  if (!item) return false
  const done = review.getState().decided.has(item.id)
  if (!done) {
    const corrected = kind === 'accept' && to !== null && to.id !== item.classId
    const request = {
      predictions: [item.id],
      kind: corrected ? ('correct' as const) : kind,
      to: corrected ? { classId: to.id, shape: item.shape } : null,
    }
    void stores.actions.decide(request).then((committed) => {
      if (!committed) review.setState(({ decided }) => ({ decided: new Set([...decided].filter((id) => id !== item.id)) }))
    })
    // Seen as decided at once, so that "next" does not come back to it before main answered; main's word follows.
    review.setState(({ decided }) => ({ decided: new Set([...decided, item.id]) }))
  }
  review.move(1)
  return true
}

/** Decides all open predictions of the queue from a score up (accept) or below it (reject): one step to undo. */
export async function decideMany({ stores, review }: Means, kind: 'accept' | 'reject', items: readonly PredictionRecord[]): Promise<void> {
  if (items.length === 0) return
  const committed = await stores.actions.decide({ predictions: items.map(({ id }) => id), kind, to: null })
  if (!committed) return
  stores.messages.done(`${kind === 'accept' ? 'Accepted' : 'Rejected'} ${String(items.length)} predictions`, true)
  review.move(1)
}

/** Whether the selection is what the queue shows: otherwise keys mean what the person picked on the canvas. */
function isAboutCurrent({ stores, review }: Means): boolean {
  const { selected } = stores.selection.getState()
  const item = currentItem({ review })
  return item !== null && (selected.size === 0 || (selected.size === 1 && selected.has(item.id)))
}

export function reviewHandlers(means: Means): CommandHandlers {
  const { review } = means
  return {
    'review.accept': () => decideCurrent(means, 'accept'),
    'review.next': () => {
      review.move(1)
    },
    'review.previous': () => {
      review.move(-1)
    },
    'review.gallery': () => {
      review.configure({ gallery: !review.getState().gallery })
    },
  }
}

/** Keys that the canvas knows too: in Review they answer the question first, unless the person picked something else. */
export function answerHandlers(means: Means): CommandHandlers {
  const { stores } = means
  const handlers: CommandHandlers = { 'prediction.reject': () => isAboutCurrent(means) && decideCurrent(means, 'reject') }
  for (const digit of [1, 2, 3, 4, 5, 6, 7, 8, 9] as const)
    handlers[`class.${digit}`] = () => {
      const to = stores.document.getState().classes.find((record) => record.digit === digit)
      return to !== undefined && isAboutCurrent(means) && decideCurrent(means, 'accept', to)
    }
  return handlers
}
