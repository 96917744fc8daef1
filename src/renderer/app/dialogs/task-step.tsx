import { Text, UnstyledButton } from '@mantine/core'
import { type TaskKind } from '#shared/records/task.ts'
import { cx } from '../css.ts'
import { TaskPicture } from './task-pictures.tsx'
import styles from './new-project.module.css'

interface Task {
  readonly task: TaskKind
  readonly title: string
  readonly text: string
  readonly ready: boolean
}

const TASKS: readonly Task[] = [
  { task: 'detection', title: 'Find and count', text: 'Boxes round cells; counts an image and class.', ready: true },
  { task: 'segmentation', title: 'Outline', text: 'Areas of tissue or cells, painted.', ready: true },
  { task: 'classification', title: 'Classify', text: 'One name for each cell or patch.', ready: false },
  { task: 'anomaly', title: 'Find what is unusual', text: 'Learned from normal images alone.', ready: false },
]

interface TaskStepProps {
  readonly task: TaskKind
  readonly onChange: (task: TaskKind) => void
}

/** The kind of work, as a picture. */
export function TaskStep({ task, onChange }: TaskStepProps) {
  return (
    <div className={styles['tasks']} role="radiogroup" aria-label="Task">
      {TASKS.map(({ task: kind, title, text, ready }) => (
        <UnstyledButton
          key={kind}
          role="radio"
          aria-checked={kind === task}
          aria-label={ready ? title : `${title}, not in this version yet`}
          disabled={!ready}
          className={cx(styles['task'], kind === task && styles['chosen'])}
          onClick={() => {
            onChange(kind)
          }}
        >
          <TaskPicture task={kind} />
          <Text fw={600}>{title}</Text>
          <Text size="xs" c="var(--sw-muted)">
            {text}
          </Text>
          {!ready && <Text size="xs">Not in this version yet</Text>}
        </UnstyledButton>
      ))}
    </div>
  )
}
