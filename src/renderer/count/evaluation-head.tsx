import { Group, Loader, SegmentedControl, Text, Tooltip } from '@mantine/core'
import { useMemo, type ReactNode } from 'react'
import { z } from 'zod'
import { testLook, testLooksText } from '#shared/test-looks.ts'
import { split as splitSchema } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDate, shownDecimals } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useCount } from './use-counts.ts'
import { useEvaluatedSplit, useEvaluation, type Evaluation } from './use-evaluation.ts'
import styles from './count.module.css'

interface EvaluatedProps<T> {
  /** What the answer is read as. */
  readonly schema: z.ZodType<T>
  readonly children: (report: T) => ReactNode
}

/** A view of the evaluation: on which images and whose, then what came of it. */
export function Evaluated<T>({ schema, children }: EvaluatedProps<T>) {
  const { count } = useApp()
  const split = useEvaluatedSplit()
  const evaluation = useEvaluation()
  const answer = evaluation.kind === 'ready' ? evaluation.answer : null
  const read = useMemo(() => (answer === null ? null : schema.safeParse(answer)), [answer, schema])
  return (
    <div className={styles['scroll']}>
      <Group justify="space-between" mb="md">
        <Text size="sm" role="status" aria-label={t('Evaluated')}>
          <EvaluatedWhat evaluation={evaluation} />
        </Text>
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
      {answer !== null && <TestLooks answer={answer} />}
      {evaluation.kind === 'waiting' && <Loader size="sm" color="gray" aria-label={t('Evaluating')} />}
      {evaluation.kind === 'none' && <Text>{evaluation.why}</Text>}
      {read?.success === false && <Text>{t('The evaluation can’t be shown: it is not what this version expects.')}</Text>}
      {read?.success === true && children(read.data)}
    </div>
  )
}

const looked = z.object({ testLooks: z.array(testLook) })

/** How often the test images were looked at, where that says something of the score. */
function TestLooks({ answer }: { readonly answer: Readonly<Record<string, unknown>> }) {
  const read = looked.safeParse(answer)
  const text = read.success ? testLooksText(read.data.testLooks) : ''
  if (!read.success || text === '') return null
  const log = read.data.testLooks.map(
    ({ name, who, at }) => `${name}, ${who}, ${shownDate(new Date(at), { dateStyle: 'medium', timeStyle: 'short' })}`,
  )
  return (
    <Tooltip multiline label={log.join('; ')}>
      <Text size="xs" c="var(--sw-muted)" mb="sm" role="note">
        {text}
      </Text>
    </Tooltip>
  )
}

function EvaluatedWhat({ evaluation }: { readonly evaluation: Evaluation }) {
  const score = useCount((state) => state.score)
  const byScore = useDocument(({ project }) => project?.task === 'detection')
  if (evaluation.kind !== 'ready') return null
  const { model, images } = evaluation
  return t('{{model}} on {{count}} labelled images{{from}}', {
    model,
    count: images,
    from: byScore ? t(', score ≥ {{score}}', { score: shownDecimals(score, 2) }) : '',
  })
}
