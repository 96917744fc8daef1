import { Button, Select, Text } from '@mantine/core'
import { imageState, isFinished } from '#shared/records/image.ts'
import { split } from '#shared/records/task.ts'
import { say } from '#shared/i18n/say.ts'
import { t } from '#shared/i18n/translate.ts'
import { setImageState } from '../app/app-commands.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { useKeyOf } from '../state/context.tsx'
import { openImageOf } from '../state/document.ts'
import { Hint } from '../hint/hint.tsx'
import { STATE_NAMES } from './image-state-icon.tsx'
import styles from './image-panel.module.css'

/** How far the project is, the open image's state, and the step that goes on: this image is done, the next one. */
export function ImagePanel() {
  const app = useApp()
  const image = useDocument(openImageOf)
  const writable = useWritable()
  const key = useKeyOf('image.done')
  const hasLabels = useDocument(({ tables }) => tables.annotations.size > 0)
  if (!image) return null
  return (
    <section className={styles['panel']} aria-label={t('Image')}>
      <div className={styles['choices']}>
        <Select
          aria-label={t('State of the image')}
          data={imageState.options.map((value) => ({ value, label: STATE_NAMES[value], disabled: value === 'unlabelled' && hasLabels }))}
          value={image.state}
          disabled={!writable}
          onChange={(value) => {
            if (value !== null) void setImageState(app, image, imageState.parse(value))
          }}
        />
        <SplitChoice />
      </div>
      <Hint label={t('Marks the image as done and opens the next that is not  {{key}}', { key })}>
        <Button fullWidth disabled={!writable} onClick={() => app.stores.commands.run('image.done')}>
          {t('Done, next image')}
        </Button>
      </Hint>
      <Progress />
    </section>
  )
}

export function SplitChoice() {
  const { stores } = useApp()
  const image = useDocument(openImageOf)
  const writable = useWritable()
  if (!image) return null
  return (
    <Select
      aria-label={t('Split of the image')}
      data={[
        { value: 'none', label: t('No split') },
        { value: 'train', label: t('Training') },
        { value: 'val', label: t('Validation') },
        { value: 'test', label: t('Test') },
      ]}
      value={image.split ?? 'none'}
      disabled={!writable}
      onChange={(value) => {
        const images = [{ ...image, split: value === 'none' ? null : split.parse(value) }]
        void stores.actions.commit({ label: say('Change split'), put: { images }, remove: {} })
      }}
    />
  )
}

function Progress() {
  const done = useDocument(({ images }) => images.filter(isFinished).length)
  const all = useDocument(({ images }) => images.length)
  return (
    <Text size="xs" c="var(--sw-muted)" role="status" aria-label={t('Labelling progress')}>
      {t('{{done}} of {{count}} images done', { done, count: all })}
    </Text>
  )
}
