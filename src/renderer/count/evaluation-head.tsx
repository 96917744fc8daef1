import { Group, Loader, SegmentedControl, Text } from '@mantine/core'
import { type ReactNode } from 'react'
import { split as splitSchema } from '#shared/records/task.ts'
import { useApp } from '../app/context.ts'
import { type EvaluationReport } from './evaluation-report.ts'
import { useEvaluatedSplit, useEvaluation } from './use-evaluation.ts'
import styles from './count.module.css'

interface EvaluatedProps {
  readonly children: (report: EvaluationReport) => ReactNode
}

/** A view of the evaluation: on which images and whose, then what came of it. */
export function Evaluated({ children }: EvaluatedProps) {
  const { count } = useApp()
  const split = useEvaluatedSplit()
  const evaluation = useEvaluation()
  return (
    <div className={styles['scroll']}>
      <Group justify="space-between" mb="md">
        <Text size="sm" role="status" aria-label="Evaluated">
          {evaluation.kind === 'ready' &&
            `${evaluation.model} on ${String(evaluation.report.images)} labelled images, score ≥ ${evaluation.report.score.toFixed(2)}`}
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="Evaluated images"
          value={split}
          data={[
            { value: 'test', label: 'Test' },
            { value: 'val', label: 'Validation' },
            { value: 'train', label: 'Training' },
          ]}
          onChange={(value) => {
            count.setState({ evaluated: splitSchema.parse(value) })
          }}
        />
      </Group>
      {evaluation.kind === 'waiting' && <Loader size="sm" color="gray" aria-label="Evaluating" />}
      {evaluation.kind === 'none' && <Text>{evaluation.why}</Text>}
      {evaluation.kind === 'ready' && children(evaluation.report)}
    </div>
  )
}
