import { Text, UnstyledButton } from '@mantine/core'
import { type TaskKind, taskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { cx } from '../css.ts'
import { TaskPicture } from './task-pictures.tsx'
import styles from './new-project.module.css'

interface Words {
  readonly title: string
  readonly text: string
}

const WORDS: Readonly<Record<TaskKind, Words>> = {
  detection: { title: t('Find and count'), text: t('Boxes round cells; counts an image and class.') },
  segmentation: { title: t('Outline'), text: t('Areas of tissue or cells, painted.') },
  classification: { title: t('Classify'), text: t('One name for each cell or patch, and where the evidence is.') },
  anomaly: { title: t('Find what is unusual'), text: t('Learned from normal images alone.') },
}

interface TaskStepProps {
  readonly task: TaskKind
  readonly onChange: (task: TaskKind) => void
}

/** The kind of work, as a picture. */
export function TaskStep({ task, onChange }: TaskStepProps) {
  return (
    <div className={styles['tasks']} role="radiogroup" aria-label={t('Task')}>
      {taskKind.options.map((kind) => (
        <UnstyledButton
          key={kind}
          role="radio"
          aria-checked={kind === task}
          aria-label={WORDS[kind].title}
          className={cx(styles['task'], kind === task && styles['chosen'])}
          onClick={() => {
            onChange(kind)
          }}
        >
          <TaskPicture task={kind} />
          <Text fw={600}>{WORDS[kind].title}</Text>
          <Text size="xs" c="var(--sw-muted)">
            {WORDS[kind].text}
          </Text>
        </UnstyledButton>
      ))}
    </div>
  )
}
