import { type CommandId } from '#shared/commands.ts'
import { type JobView } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ProjectPlace } from '../app/shell-store.ts'

/** What the guide sees of the window: enough to know that a step was done, whichever way the person chose. */
export interface Seen {
  readonly place: ProjectPlace
  /** An image is open that is not done yet. */
  readonly atWork: boolean
  /** Images that are done. */
  readonly finished: number
  /** Edits of the project so far. */
  readonly edits: number
  readonly models: number
  readonly runs: number
  /** A job of this kind goes on. */
  readonly busy: JobView['kind'] | null
}

export interface GuideStep {
  readonly title: string
  /** What to do, with the keys of the commands where `{0}`, `{1}` … stand. */
  readonly text: string
  readonly keys: readonly CommandId[]
  /** Said instead while a job goes on that the step waits for. */
  readonly meanwhile?: { readonly during: 'train' | 'predict'; readonly text: string }
  /** How much of it is done, `of` steps in all; `begun` is what was seen when the step began. */
  readonly done: (begun: Seen, now: Seen) => number
  readonly of: number
}

const yes = (done: boolean): number => (done ? 1 : 0)
const ANSWERS = 5

/** The loop with a detector, on the sample: half of its images are labelled, so it can be learned from at once. */
export const GUIDE: readonly GuideStep[] = [
  {
    title: t('Open an image'),
    text: t(
      'Click smear_013.png in the list on the left. The twelve before it are finished; in this one three red cells have no box yet. The wheel zooms, Space and a drag moves.',
    ),
    keys: [],
    done: (_, { place, atWork }) => yes(place === 'label' && atWork),
    of: 1,
  },
  {
    title: t('Box the cells'),
    text: t(
      'Press {0} and drag a box round each of the three; {1} takes one back. What has no box is learned as background, so none is left out. Then press Done, next image. Everything is saved as you go.',
    ),
    keys: ['tool.box', 'edit.undo'],
    done: (begun, { finished }) => yes(finished > begun.finished),
    of: 1,
  },
  {
    title: t('Train a model'),
    text: t('Go to Train ({0}) and press Train. It takes some minutes; Stop and keep best ends it as soon as the curve is flat.'),
    keys: ['place.train'],
    meanwhile: {
      during: 'train',
      text: t(
        'It learns. The curve shows how well it does on images that it does not learn from; the pictures show what it finds there. You can label on meanwhile.',
      ),
    },
    done: (begun, { models }) => yes(models > begun.models),
    of: 1,
  },
  {
    title: t('Let it predict'),
    text: t('Press Predict on all images. What the model finds is kept apart from your labels.'),
    keys: [],
    meanwhile: { during: 'predict', text: t('It looks at all images.') },
    done: (begun, { runs }) => yes(runs > begun.runs),
    of: 1,
  },
  {
    title: t('Review five objects'),
    text: t('Go to Review ({0}). The window asks about what helps most: {1} accepts, {2} rejects, a digit says what it is instead.'),
    keys: ['place.review', 'review.accept', 'prediction.reject'],
    done: (begun, { place, edits }) => (place === 'review' ? edits - begun.edits : 0),
    of: ANSWERS,
  },
  {
    title: t('Count'),
    text: t('Go to Count ({0}): a row an image, each number opens its cells. Export writes a table or a report.'),
    keys: ['place.count'],
    done: (_, { place }) => yes(place === 'count'),
    of: 1,
  },
]

/** Where the guide stands: the step, from 0, and what was seen when it began; past the last step it is through. */
export interface GuideState {
  readonly step: number
  readonly begun: Seen
}

/** Goes on over every step that is done by what is seen now. A place that was left takes nothing back. */
export function advanced(state: GuideState, now: Seen): GuideState {
  const step = GUIDE[state.step]
  if (step === undefined || step.done(state.begun, now) < step.of) return state
  return { step: state.step + 1, begun: now }
}
