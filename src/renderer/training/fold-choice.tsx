import { Button, SegmentedControl, Text } from '@mantine/core'
import { useStore } from 'zustand'
import { type PresetInfo } from '#shared/contracts/engine.ts'
import { type TrainingData } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { shownDuration } from '../app/durations.ts'
import { Hint } from '../hint/hint.tsx'
import { estimatedSeconds, plannedEpochs } from './estimates.ts'
import { FOLD_CHOICES, foldsFor } from './train-store.ts'
import styles from './training.module.css'

type Divisible = TrainingData['divisible']

/** Why images of so few slides or patients cannot be divided into so many folds. */
export const tooFewGroups = (folds: number, groups: number): string =>
  t('{{folds}} folds need {{folds2}} slides or patients at least; there are {{size}}.', { folds, folds2: folds, size: groups })

interface FoldChoiceProps {
  readonly preset: PresetInfo | undefined
  readonly divisible: Divisible
}

/** One model, or a cross-validation: what that is for, what it costs, and into how many parts. */
export function FoldChoice({ preset, divisible }: FoldChoiceProps) {
  const { train } = useApp()
  const choice = useStore(train)
  const folds = foldsFor(choice, divisible.groups)
  return (
    <section aria-label={t('One model or folds')}>
      <Hint
        label={t(
          'One model to go on with; or several that check one another: an honest figure from few slides, and labels that look wrong.',
        )}
      >
        <SegmentedControl
          aria-label={t('One model or folds')}
          value={choice.inFolds ? 'folds' : 'one'}
          data={[
            { value: 'one', label: t('One model') },
            { value: 'folds', label: t('Train in folds') },
          ]}
          onChange={(value) => {
            train.setState({ inFolds: value === 'folds' })
          }}
        />
      </Hint>
      {choice.inFolds && (
        <div className={styles['foldWords']}>
          <Text size="sm">
            {t(
              'The labelled images are divided into parts, all of one slide or patient into the same. For each part a model is trained on the others and then judges the part that it has not seen. So every image is judged by a model that did not learn from it: an honest figure from few slides, and labels that look wrong come to light.',
            )}
          </Text>
          <HowMany groups={divisible.groups} folds={folds} />
          <Text size="sm" c="var(--sw-muted)">
            {folds !== null && preset && <Cost preset={preset} folds={folds} images={divisible.images} />} <Divided divisible={divisible} />
          </Text>
        </div>
      )}
    </section>
  )
}

interface HowManyProps {
  readonly groups: number
  /** What comes of the choice; null: nothing can. */
  readonly folds: number | null
}

function HowMany({ groups, folds }: HowManyProps) {
  const { train } = useApp()
  const missing = FOLD_CHOICES.find((count) => count > groups)
  return (
    <div>
      <Hint label={t('More folds learn from more of the images each, and take longer. Five are usual.')}>
        <SegmentedControl
          size="xs"
          aria-label={t('Number of folds')}
          value={String(folds)}
          data={FOLD_CHOICES.map((count) => ({
            value: String(count),
            label: t('{{count}} folds', { count }),
            disabled: count > groups,
          }))}
          onChange={(value) => {
            train.setState({ folds: Number(value) })
          }}
        />
      </Hint>
      {missing !== undefined && (
        <Text size="xs" c="var(--sw-muted)" mt={4} role="note">
          {tooFewGroups(missing, groups)}
        </Text>
      )}
    </div>
  )
}

interface CostProps {
  readonly preset: PresetInfo
  readonly folds: number
  readonly images: number
}

/** What so many trainings take, each on all images but a part. */
function Cost({ preset, folds, images }: CostProps) {
  const { train } = useApp()
  const { epochs, batch } = useStore(train)
  const models = useDocument((state) => state.models)
  const each = Math.round((images * (folds - 1)) / folds)
  const seconds = estimatedSeconds(models, preset.name, plannedEpochs(preset, { epochs, batch }, each), each)
  return seconds === null
    ? t('{{count}} trainings; how long they take is told after the first steps.', { count: folds })
    : t('{{count}} trainings, together about {{duration}} here.', { count: folds, duration: shownDuration(folds * seconds) })
}

/** What is divided; where no patient is known of images, that has to be thought of. */
function Divided({ divisible: { images, groups, alone } }: { readonly divisible: Divisible }) {
  const { stores } = useApp()
  if (alone === 0)
    return t('{{count}} labelled images of {{groups}} slides or patients; test images stay apart.', { count: images, groups })
  return (
    <>
      {t(
        'Of {{alone}} of {{count}} labelled images no slide or patient is known: each counts for itself. If several come from one patient, say so first, or the figure is too good.',
        { count: images, alone },
      )}{' '}
      <Button size="compact-xs" variant="default" onClick={() => stores.commands.run('images.split')}>
        {t('Slides and patients …')}
      </Button>
    </>
  )
}
