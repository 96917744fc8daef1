import { Button, Progress, Text } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { type NewLabels } from '#shared/contracts/work.ts'
import { familyName } from '#shared/fold-names.ts'
import { isAside, isEnsemble, type ModelRecord, usualRun } from '#shared/records/model.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { predictAll } from '../app/app-commands.ts'
import { useApp, useDocument, useJobs, useWritable } from '../app/context.ts'
import { currentTraining, isActive } from '../app/jobs-store.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { DomainNote } from '../panels/domain-note.tsx'
import { WarningLine } from '../panels/warning-line.tsx'
import { INITIAL_CHOICE, requestOf, stainOf } from '../training/train-store.ts'
import { shownDuration } from '../app/durations.ts'
import { reviewRun } from './look-actions.ts'
import { pays, scoreChange } from './retrain.ts'
import { useReview } from './use-review.ts'

/** So long after an answer what is new is counted anew, milliseconds. */
const AFTER = 1500

/** Says when training again pays, how long it takes, and what came of it, while the queue goes on. */
export function RetrainPanel() {
  const models = useDocument((state) => state.models)
  const training = useJobs(currentTraining)
  const fresh = useNewLabels()
  const newest = models.find(({ id }) => id === fresh?.modelId)
  if (training && isActive(training)) {
    const { fraction = 0, secondsLeft = null } = training.progress ?? {}
    return (
      <PanelSection title={t('Training')}>
        <Text size="xs">
          {secondsLeft === null
            ? t('It runs beside the review.')
            : t('About {{duration}} left, beside the review.', { duration: shownDuration(secondsLeft) })}
        </Text>
        <Progress value={100 * fraction} mt={4} aria-label={t('Training beside the review')} />
      </PanelSection>
    )
  }
  if (!fresh || !newest) return null
  return (
    <>
      {newest.fold === null && <Outcome before={models.find(({ id }) => id === newest.parent) ?? null} model={newest} />}
      {pays(fresh) && <Suggestion fresh={fresh} model={newest} />}
    </>
  )
}

function Suggestion({ fresh: { corrections, annotations, warnings }, model }: { readonly fresh: NewLabels; readonly model: ModelRecord }) {
  const { stores } = useApp()
  const writable = useWritable()
  const [starting, setStarting] = useState(false)
  const start = (): void => {
    setStarting(true)
    stores.clients.work
      .train(requestOf({ ...INITIAL_CHOICE, from: model.fold ? 'new' : model.id, stain: stainOf(model) }, model.preset))
      .catch((thrown: unknown) => {
        stores.messages.failed(t('Train'), thrown)
      })
      .finally(() => {
        setStarting(false)
      })
  }
  const labels = t('{{count}} new labels', { count: annotations })
  const [name, duration] = [familyName(model), shownDuration(model.seconds)]
  return (
    <PanelSection title={t('Train again')}>
      <Text size="xs" mb={8}>
        {model.fold
          ? t('{{count}} corrections and {{labels}} since {{name}}. Training one model takes about {{duration}}, beside the review.', {
              count: corrections,
              labels,
              name,
              duration,
            })
          : t('{{count}} corrections and {{labels}} since {{name}}. Training again from it takes about {{duration}}, beside the review.', {
              count: corrections,
              labels,
              name,
              duration,
            })}
      </Text>
      {warnings.map((warning) => (
        <WarningLine key={warning} size="xs" text={heard(warning)} />
      ))}
      <Button fullWidth variant="default" loading={starting} disabled={!writable} onClick={start}>
        {t('Train again')}
      </Button>
    </PanelSection>
  )
}

/**
 * The newest model, while the queue is still of another: that it is ready until somebody had it predict, and what it scored beside the one that it
 * went on from, on the same validation images.
 */
function Outcome({ before, model }: { readonly before: ModelRecord | null; readonly model: ModelRecord }) {
  const app = useApp()
  const writable = useWritable()
  const said = before && scoreChange(before, model)
  const run = useReview((state) => state.runId)
  const runs = useDocument((state) => state.runs)
  const isShown = useMemo(() => runs.some(({ id, modelId }) => id === run && modelId === model.id), [runs, run, model])
  const found = useMemo(() => usualRun(runs.filter((one) => one.modelId === model.id && !isEnsemble(one) && !isAside(one))), [runs, model])
  const predicts = useJobs(({ jobs }) =>
    [...jobs.values()].some((job) => isActive(job) && job.kind === 'predict' && job.modelId === model.id),
  )
  if (isShown || (found && said === null)) return null
  return (
    <PanelSection title={found ? model.name : t('{{name}} is ready', { name: model.name })}>
      <Text size="xs" mb={8}>
        {found ? said : t('{{said}} Predict with it to go on reviewing what it finds.', { said: said ?? '' }).trim()}
      </Text>
      {!found && <DomainNote modelId={model.id} />}
      {found ? (
        <Button fullWidth variant="default" onClick={() => void reviewRun(app, found.id)}>
          {t('Review its predictions')}
        </Button>
      ) : (
        <Button
          fullWidth
          variant="default"
          loading={predicts}
          disabled={!writable}
          onClick={() => void predictAll(app, { model: model.id })}
        >
          {t('Predict on all images')}
        </Button>
      )}
    </PanelSection>
  )
}

function useNewLabels(): NewLabels | null {
  const { stores } = useApp()
  const answers = useReview((state) => state.answers)
  const models = useDocument((state) => state.models)
  const [fresh, setFresh] = useState<NewLabels | null>(null)
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(() => {
      // A suggestion that cannot be made is none that has to be missed.
      stores.clients.work.newLabels({}).then(
        (found) => {
          if (wanted) setFresh(found)
        },
        () => undefined,
      )
    }, AFTER)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [stores, answers, models])
  return fresh
}
