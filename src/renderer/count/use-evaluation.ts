import { useEffect, useState } from 'react'
import { toErrorInfo } from '#shared/errors.ts'
import { type ModelChoice } from '#shared/contracts/work.ts'
import { isEnsemble, type ModelRecord, type RunRecord } from '#shared/records/model.ts'
import { type Split } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useDocument, useTaskFacts } from '../app/context.ts'
import { familyTitle } from '../panels/run-titles.ts'
import { useCount, useCountedRun } from './use-counts.ts'

export type Evaluation =
  | { readonly kind: 'none'; readonly why: string }
  /** No image is in the split. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'waiting' }
  | Ready

interface Ready {
  readonly kind: 'ready'
  readonly answer: Readonly<Record<string, unknown>>
  readonly images: number
  readonly model: string
  /** The score or the labels are others by now, and the figures are being made anew. */
  readonly isOld: boolean
}

/** What came of a request. */
interface Answered {
  /** Which model was asked about which images. */
  readonly of: string
  /** From which score, and of which labels. */
  readonly as: string
  readonly evaluation: Exclude<Evaluation, { kind: 'ready' }> | Omit<Ready, 'isOld'>
}

const UNTRAINED = t('There is no model yet: train one, then its counts can be compared with yours.')
const UNASKED = t(
  'No model was asked about all images yet: “Predict on all images” in Train does that. What folds scored stands there, too.',
)

/** Milliseconds of calm before evaluating anew while the score moves. */
const CALM = 300

/**
 * The split that is evaluated: as chosen, else the validation images, where there are any: a look at the test images is for whoever asks for it.
 */
export function useEvaluatedSplit(): Split {
  const chosen = useCount((state) => state.evaluated)
  const first = useDocument(({ images }) => USUAL.find((one) => images.some(({ split }) => split === one)))
  return chosen ?? first ?? 'val'
}

const USUAL = ['val', 'test', 'train'] as const satisfies readonly Split[]

/** The model of the counted run; of folds that predicted together the first. */
export function useCountedModel(): ModelRecord | null {
  const modelId = useRunRecord()?.modelId
  return useDocument(({ models }) => models.find(({ id }) => id === modelId) ?? null)
}

function useRunRecord(): RunRecord | undefined {
  const run = useCountedRun()
  return useDocument(({ runs }) => runs.find(({ id }) => id === run))
}

/** Whether a run is one of all folds of the newest cross-validation: only those are asked for together. */
function asksFolds(run: RunRecord | undefined, models: readonly ModelRecord[]): boolean {
  if (!run || !isEnsemble(run)) return false
  const of = models.find(({ id }) => id === run.modelId)?.fold?.of
  return of !== undefined && of === models.findLast(({ fold }) => fold !== null)?.fold?.of
}

/**
 * The evaluation of the counted run's model on the chosen split; where no run covers it, main predicts first. Figures of another model or split are
 * never given out for those that are chosen now.
 */
export function useEvaluation(): Evaluation {
  const { stores } = useApp()
  const run = useRunRecord()
  const split = useEvaluatedSplit()
  // Where each image or pixel has a class, there is no score from which it counts.
  const byScore = useTaskFacts()?.byScore === true
  const chosen = useCount((state) => state.score)
  const score = byScore ? chosen : null
  const sequence = useDocument(({ history }) => history.sequence)
  const model = useCountedModel()
  const isTrained = useDocument(({ models }) => models.length > 0)
  const together = useDocument(({ models }) => asksFolds(run, models))
  const flips = run?.settings['flips'] === true
  const [answered, setAnswered] = useState<Answered | null>(null)
  const isEmpty = useDocument(({ images }) => images.every((image) => image.split !== split))
  const modelId: ModelChoice | null = together ? 'ensemble' : (model?.id ?? null)
  const name = model === null ? '' : together ? familyTitle(model) : model.name
  const of = `${String(modelId)} ${split} ${String(flips)}`
  const as = `${String(score)} ${String(sequence)}`
  useEffect(() => {
    if (modelId === null || isEmpty) return
    let wanted = true
    const timer = setTimeout(() => {
      stores.clients.work.evaluate({ modelId, split, score, flips }).then(
        (answer) => {
          if (wanted) setAnswered({ of, as, evaluation: { kind: 'ready', answer, images: Number(answer['images'] ?? 0), model: name } })
        },
        (thrown: unknown) => {
          if (wanted) setAnswered({ of, as, evaluation: { kind: 'none', why: heard(toErrorInfo(thrown).message) } })
        },
      )
    }, CALM)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [stores, modelId, name, split, score, flips, sequence, isEmpty, of, as])
  if (modelId === null) return { kind: 'none', why: isTrained ? UNASKED : UNTRAINED }
  if (isEmpty) return { kind: 'empty' }
  if (answered?.of !== of) return { kind: 'waiting' }
  const { evaluation } = answered
  return evaluation.kind === 'ready' ? { ...evaluation, isOld: answered.as !== as } : evaluation
}
