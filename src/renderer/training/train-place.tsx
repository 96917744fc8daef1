import { Button, Group, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { type JobView, type TrainingData } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useJobs, useWritable } from '../app/context.ts'
import { currentTraining, isActive } from '../app/jobs-store.ts'
import { ClassBalance } from './class-balance.tsx'
import { DataPanel } from './data-panel.tsx'
import { FoldChoice, tooFewGroups } from './fold-choice.tsx'
import { Failed, Interrupted } from './interrupted.tsx'
import { ModelsPanel } from './models-panel.tsx'
import { NetView } from './net-view.tsx'
import { PresetCards } from './preset-cards.tsx'
import { RunningTraining } from './running-training.tsx'
import { SettingsForm } from './settings-form.tsx'
import { choiceFault, FOLD_CHOICES, foldsFor, requestOf } from './train-store.ts'
import { TrainedModels } from './trained-models.tsx'
import { usePresets, useTrainingData, useUnsplit } from './use-training-data.ts'
import styles from './training.module.css'

/** Left in Train: what is learned from. */
export function TrainLeft() {
  return <DataPanel data={useTrainingData()} />
}

export function TrainRight() {
  return <ModelsPanel />
}

/** The middle of Train: a running training, or the choice of the next one and what came of the last. */
export function TrainMiddle() {
  const training = useJobs(currentTraining)
  const data = useTrainingData()
  const running = training !== null && isActive(training)
  return (
    <div className={styles['scroll']}>
      <div className={styles['column']}>{running ? <RunningTraining job={training} /> : <NextTraining data={data} last={training} />}</div>
    </div>
  )
}

function NextTraining({ data, last }: { readonly data: TrainingData | null; readonly last: JobView | null }) {
  return (
    <>
      {last?.status === 'interrupted' && <Interrupted job={last} />}
      {last?.status === 'failed' && <Failed job={last} />}
      <TrainedModels />
      <Choice data={data} />
    </>
  )
}

function learnedFrom({ train, val }: TrainingData, unsplit: number): string {
  const split = t('on {{count}} images, validated on {{val}}', { count: train, val })
  if (unsplit === 0) return split
  if (unsplit === 1)
    return train > 0
      ? t('{{split}}, and on one that has no split yet', { split })
      : t('on one image that has no split yet; nothing is held out')
  return train > 0
    ? t('{{split}}, and on {{unsplit}} that have no split yet: one in five of them is held out', { split, unsplit })
    : t('on {{unsplit}} that have no split yet: one in five of them is held out', { unsplit })
}

/** How many images will be learned from: of those without a split four in five, or the only one. */
function willLearnFrom({ train }: TrainingData, unsplit: number): number {
  return train + (unsplit > 1 ? Math.round(unsplit * 0.8) : unsplit)
}

/** Which net to train and how; the button starts it. */
function Choice({ data }: { readonly data: TrainingData | null }) {
  const { train, stores } = useApp()
  const choice = useStore(train)
  const presets = usePresets()
  const writable = useWritable()
  const preset = presets?.find(({ name }) => name === choice.preset) ?? presets?.[0]
  const unsplit = useUnsplit()
  const trainImages = data ? willLearnFrom(data, unsplit) : 0
  const nothing = data?.train === 0 && unsplit === 0 ? t('No labelled training images yet: label some images first.') : null
  const folds = choice.inFolds ? foldsFor(choice, data?.divisible.groups ?? 0) : null
  const tooFew = choice.inFolds && data && folds === null ? tooFewGroups(FOLD_CHOICES[0], data.divisible.groups) : null
  const fault = choiceFault(choice) ?? nothing ?? tooFew
  // Into how many folds images can be divided is known with them alone; until then a start would be that of one model.
  const ready = preset !== undefined && fault === null && writable && (data !== null || !choice.inFolds)
  const [starting, setStarting] = useState(false)
  const start = (): boolean => {
    if (!ready || starting) return false
    setStarting(true)
    const { work } = stores.clients
    const request = requestOf(choice, preset.name)
    const started = folds === null ? work.train(request) : work.trainFolds({ request, folds })
    started
      .catch((thrown: unknown) => {
        stores.messages.failed(t('Train'), thrown)
      })
      .finally(() => {
        setStarting(false)
      })
    return true
  }
  useEffect(() => stores.commands.register({ 'train.start': start }))
  return (
    <>
      <Title order={2}>{t('Train')}</Title>
      <PresetCards presets={presets} chosen={preset?.name ?? null} trainImages={trainImages} epochs={choice.epochs} />
      <SettingsForm preset={preset} trainImages={trainImages} />
      {data && <FoldChoice preset={preset} divisible={data.divisible} />}
      <Group gap="sm">
        <Button loading={starting} disabled={!ready} onClick={start}>
          {folds === null ? t('Train') : t('Train in {{count}} folds', { count: folds })}
        </Button>
        <Text size="sm" c="var(--sw-muted)" role="status">
          {fault ?? (data && folds === null ? learnedFrom(data, unsplit) : '')}
        </Text>
      </Group>
      {data && data.train + data.unsplit > 0 && (
        <>
          {preset && <NetView key={preset.name} preset={preset} data={data} />}
          <ClassBalance data={data} />
        </>
      )}
    </>
  )
}
