import { Button, Group, Loader, SegmentedControl, Stack, Text } from '@mantine/core'
import { useMemo, type ComponentType, type ReactNode } from 'react'
import { z } from 'zod'
import { runId } from '#shared/records/ids.ts'
import { isEnsemble } from '#shared/records/model.ts'
import { split as splitSchema } from '#shared/records/task.ts'
import { drawnByText, drawnOf } from '#shared/drawn-by.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument, useTaskFacts } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { useNames } from '../state/context.tsx'
import { FewDrawn } from '../app/few-drawn.tsx'
import { InPart } from '../app/in-part.tsx'
import { SeenBefore } from '../app/seen-before.tsx'
import { TestLooks } from '../app/test-looks.tsx'
import { JudgedByContext, type JudgedBy } from './judged-by.ts'
import { type ReportProps } from './report-view.tsx'
import { useCount } from './use-counts.ts'
import { useCountedModel, useEvaluatedSplit, useEvaluation, type Evaluation } from './use-evaluation.ts'
import styles from './count.module.css'

/** A view of the evaluation: on which images and whose, then what came of it. */
export function Evaluated({ Report }: { readonly Report: ComponentType<ReportProps> }) {
  const { count } = useApp()
  const split = useEvaluatedSplit()
  const evaluation = useEvaluation()
  const names = useNames()
  const isFold = useCountedModel()?.fold != null
  const answer = evaluation.kind === 'ready' ? evaluation.answer : null
  const isOld = evaluation.kind === 'ready' && evaluation.isOld
  return (
    <div className={styles['scroll']}>
      <Group justify="space-between" mb="md">
        <Group gap="xs">
          <Text size="sm" role="status" aria-label={t('Evaluated')}>
            <EvaluatedWhat evaluation={evaluation} />
          </Text>
          {isOld && <Loader size={12} color="gray" aria-label={t('Evaluating')} />}
        </Group>
        <SegmentedControl
          size="xs"
          aria-label={t('Evaluated images')}
          value={split}
          data={[
            { value: 'test', label: t('Test') },
            { value: 'val', label: t('Validation') },
            { value: 'train', label: t('Training') },
          ]}
          onChange={(value) => {
            count.setState({ evaluated: splitSchema.parse(value) })
          }}
        />
      </Group>
      {isFold && split !== 'test' && (
        <Text size="sm" mb="sm" role="note">
          {t('A model of a fold has learned from validation images: only test images can tell how good it is.')}
        </Text>
      )}
      {evaluation.kind === 'waiting' && <Loader size="sm" color="gray" aria-label={t('Evaluating')} />}
      {evaluation.kind === 'empty' && <NoneThere />}
      {evaluation.kind === 'none' && <Text>{names.in(evaluation.why)}</Text>}
      <Renewed isOld={isOld}>
        {answer !== null && <TestLooks answer={answer} />}
        {answer !== null && <Cautions answer={answer} />}
        {answer !== null && <OfRun answer={answer} Report={Report} />}
      </Renewed>
    </div>
  )
}

/** Figures that may be of labels as they were: they fade until the new ones are there. */
export function Renewed({ isOld, children }: { readonly isOld: boolean; readonly children: ReactNode }) {
  return (
    <div className={cx(isOld && styles['old'])} aria-busy={isOld}>
      {children}
    </div>
  )
}

const ofRun = z.object({ run: runId })

function OfRun({ answer, Report }: ReportProps & { readonly Report: ComponentType<ReportProps> }) {
  const runs = useDocument((document) => document.runs)
  const judged = useMemo((): JudgedBy => {
    const run = ofRun.safeParse(answer).data?.run ?? null
    const together = runs.some((one) => one.id === run && isEnsemble(one))
    return { runOf: () => run, by: together ? 'folds-together' : 'model' }
  }, [answer, runs])
  return (
    <JudgedByContext value={judged}>
      <Report answer={answer} />
    </JudgedByContext>
  )
}

/** No image is there to be evaluated on: what to do, instead of an error. */
function NoneThere() {
  const { stores } = useApp()
  return (
    <Stack gap="sm" align="flex-start">
      <Text>{t('None of the images is in this part. Split them, and figures are worked out on those that are held out.')}</Text>
      <Button variant="default" onClick={() => stores.commands.run('images.split')}>
        {t('Split into training and test…')}
      </Button>
    </Stack>
  )
}

/** What has to be known before the figures are believed, and by what their intervals were drawn. */
export function Cautions({ answer }: ReportProps) {
  const drawn = heard(drawnByText(answer))
  return (
    <>
      <SeenBefore answers={[{ of: '', answer }]} />
      <InPart answer={answer} />
      <LeftOut answer={answer} />
      <FewDrawn drawn={[drawnOf(answer)]} />
      {drawn !== '' && (
        <Text size="xs" c="var(--sw-muted)" mb="sm">
          {drawn}
        </Text>
      )}
    </>
  )
}

const left = z.object({ problems: z.array(z.object({ file: z.string(), what: z.string() })) })

/** Images that could not be read: no figure counts them. */
function LeftOut({ answer }: ReportProps) {
  const problems = left.safeParse(answer).data?.problems ?? []
  const shown = useNames()
  if (problems.length === 0) return null
  const names = shown.in(problems.map(({ file }) => file).join(', '))
  return (
    <Text size="sm" mb="sm" lineClamp={3} title={names} role="note">
      {t('{{count}} images could not be read and are left out: {{names}}', { count: problems.length, names })}
    </Text>
  )
}

function EvaluatedWhat({ evaluation }: { readonly evaluation: Evaluation }) {
  const score = useCount((state) => state.score)
  const byScore = useTaskFacts()?.byScore === true
  if (evaluation.kind !== 'ready') return null
  const { model, images } = evaluation
  return t('{{model}} on {{count}} labelled images{{from}}', {
    model,
    count: images,
    from: byScore ? t(', score ≥ {{score}}', { score: shownDecimals(score, 2) }) : '',
  })
}
