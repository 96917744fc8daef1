import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { type ModelFamily } from '#shared/fold-names.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../app/context.ts'
import { shownDuration } from '../app/durations.ts'
import { shownMoment } from '../app/moments.ts'
import { backendTitle } from '../app/engine-state.tsx'
import { PanelSection } from '../panels/panel-section.tsx'
import { foldsTitle } from '../panels/run-titles.ts'
import { newestFamilies } from './families.ts'
import { presetTitle } from './preset-cards.tsx'
import { scoreText } from './score-text.ts'
import { LibraryButton } from './library/library-button.tsx'
import { useShownModels } from './use-shown-models.ts'
import styles from './training.module.css'

/** The models of the project but archived ones, the newest first. */
export function ModelsPanel() {
  const models = useShownModels()
  const { shell } = useApp()
  const button = <LibraryButton onClick={() => shell.open({ kind: 'models' })} />
  const newest = useMemo(() => newestFamilies(models), [models])
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
        {newest.map((family) => (
          <div key={family.id} role="listitem" aria-label={foldsTitle(family)} className={styles['model']}>
            <div>
              <Text size="sm" fw={500}>
                {foldsTitle(family)}
              </Text>
              <Text size="xs" c="var(--sw-muted)">
                {presetTitle(family.models[0].preset)} · {shownMoment(family.createdAt, Date.now())}
                <br />
                {family.folds === null ? <OfModel model={family.models[0]} /> : <OfFolds family={family} />}
              </Text>
            </div>
          </div>
        ))}
      </div>
    </PanelSection>
  )
}

function OfModel({ model }: { readonly model: ModelRecord }) {
  if (model.preset === FOREIGN_PRESET) return t('imported; nothing can be trained from it')
  const { epochs, seconds, backend, trainImages } = model
  return (
    <>
      {`${scoreText(model)} · ${t('{{count}} images', { count: trainImages })}`}
      <br />
      {t('{{count}} epochs in {{duration}} on {{backend}}', {
        count: Math.round(epochs),
        duration: shownDuration(seconds),
        backend: backendTitle(backend),
      })}
    </>
  )
}

function OfFolds({ family: { models } }: { readonly family: ModelFamily }) {
  const seconds = models.reduce((sum, one) => sum + one.seconds, 0)
  return t('{{count}} models, each judging what it had not seen; {{duration}} together', {
    count: models.length,
    duration: shownDuration(seconds),
  })
}
