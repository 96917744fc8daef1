import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { CLASS_COLORS } from '#shared/colors.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { ColorInput } from '../color-input.tsx'
import { CLASS_PRESETS, classesNamed, nextColor, orderNote, type NewClass } from './new-project-model.ts'
import styles from './new-project.module.css'

interface ClassesStepProps {
  readonly task: TaskKind
  readonly classes: readonly NewClass[]
  readonly onChange: (classes: readonly NewClass[]) => void
}

/** What can be told apart in the images: name and colour each; more can come at any time. */
export function ClassesStep({ task, classes, onChange }: ClassesStepProps) {
  const note = orderNote(task, classes)
  // The keyboard goes to the name of a class that was just added: on the button each space would add another.
  const [added, setAdded] = useState<number | null>(null)
  const put = (index: number, part: Partial<NewClass>): void => {
    onChange(classes.map((one, i) => (i === index ? { ...one, ...part } : one)))
  }
  return (
    <Stack gap="sm">
      <Group gap="xs" role="group" aria-label={t('Ready-made lists')}>
        {CLASS_PRESETS[task].map(({ title, names }) => (
          <Button key={title} variant="default" title={names.join(', ')} onClick={() => onChange(classesNamed(names, CLASS_COLORS))}>
            {title}
          </Button>
        ))}
      </Group>
      <div className={styles['classes']}>
        {classes.map(({ name, color }, index) => (
          <div key={index} className={styles['classRow']}>
            <Text w={12}>{index < 9 ? index + 1 : ''}</Text>
            <ColorInput label={t('Colour of {{name}}', { name })} value={color} onChange={(next) => put(index, { color: next })} />
            <TextInput
              flex={1}
              autoFocus={index === added}
              aria-label={t('Name of class {{index}}', { index: index + 1 })}
              maxLength={120}
              value={name}
              onChange={(event) => {
                put(index, { name: event.currentTarget.value })
              }}
            />
            <ActionIcon aria-label={t('Remove {{name}}', { name })} onClick={() => onChange(classes.filter((_, i) => i !== index))}>
              <IconX size={14} />
            </ActionIcon>
          </div>
        ))}
      </div>
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            setAdded(classes.length)
            onChange([...classes, { name: '', color: nextColor(classes, CLASS_COLORS) }])
          }}
        >
          {t('Add class')}
        </Button>
      </Group>
      {note !== null && (
        <Text size="sm" c="var(--sw-muted)">
          {note}
        </Text>
      )}
    </Stack>
  )
}
