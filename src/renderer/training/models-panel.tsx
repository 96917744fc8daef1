import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { type TaskKind } from '#shared/records/task.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals } from '#shared/i18n/formats.ts'
import { useApp } from '../app/context.ts'
import { shownDuration } from '../app/durations.ts'
import { shownMoment } from '../app/moments.ts'
import { backendTitle } from '../app/engine-state.tsx'
import { PanelSection } from '../panels/panel-section.tsx'
import { presetTitle } from './preset-cards.tsx'
import { LibraryButton } from './library/library-button.tsx'
import { useShownModels } from './use-shown-models.ts'
import styles from './training.module.css'

/** What `best` of a model is. */
const MEASURES: Readonly<Record<TaskKind, string>> = { detection: 'AP50', classification: 'AUC', segmentation: 'Dice', anomaly: 'AUROC' }

export const scoreText = ({ best, task }: Pick<ModelRecord, 'best' | 'task'>): string =>
  best === null ? t('not validated') : t('validation {{measure}} {{best}}', { measure: MEASURES[task], best: shownDecimals(best, 3) })

/** The models of the project but archived ones, the newest first. */
export function ModelsPanel() {
  const models = useShownModels()
  const { shell } = useApp()
  const button = <LibraryButton onClick={() => shell.open({ kind: 'models' })} />
  const newest = useMemo(() => [...models].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)), [models])
  if (models.length === 0)
    return (
      <PanelSection title={t('Models')}>
        {button}
        <Text size="sm" c="var(--sw-muted)">
          {t('None yet. A training leaves its best model here.')}
        </Text>
      </PanelSection>
    )
  return (
    <PanelSection title={t('Models')}>
      {button}
      <div role="list" aria-label={t('Models')}>
        {newest.map(({ id, name, task, preset, best, epochs, seconds, createdAt, trainImages, backend }) => (
          <div key={id} role="listitem" aria-label={name} className={styles['warning']}>
            <div>
              <Text size="sm" fw={500}>
                {name}
              </Text>
              <Text size="xs" c="var(--sw-muted)">
                {presetTitle(preset)} · {shownMoment(createdAt, Date.now())}
                <br />
                {preset === FOREIGN_PRESET
                  ? t('imported; nothing can be trained from it')
                  : `${scoreText({ best, task })} · ${t('{{count}} images', { count: trainImages })}`}
                <br />
                {preset !== FOREIGN_PRESET &&
                  t('{{count}} epochs in {{duration}} on {{backend}}', {
                    count: Math.round(epochs),
                    duration: shownDuration(seconds),
                    backend: backendTitle(backend),
                  })}
              </Text>
            </div>
          </div>
        ))}
      </div>
    </PanelSection>
  )
}
