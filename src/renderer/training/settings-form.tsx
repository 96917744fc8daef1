import { Button, Collapse, Group, NumberInput, Select, Text, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { backendName } from '#shared/contracts/job.ts'
import { type PresetInfo } from '#shared/contracts/engine.ts'
import { STAIN_TITLES, stainChoice } from '#shared/stains/stain-facts.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { modelId, type ModelId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useDocument, useJobs } from '../app/context.ts'
import { backendTitle } from '../app/engine-state.tsx'
import { shownMoment } from '../app/moments.ts'
import { plannedEpochs } from './estimates.ts'
import { stainOf } from './train-store.ts'
import { useShownModels } from './use-shown-models.ts'
import styles from './training.module.css'

interface SettingsFormProps {
  readonly preset: PresetInfo | undefined
  /** How many images will be learned from: few of them mean more epochs. */
  readonly trainImages: number
}

/** Settings that most never need, folded; each says in a sentence what it does. */
export function SettingsForm({ preset, trainImages }: SettingsFormProps) {
  const { train } = useApp()
  const open = useStore(train, ({ settingsOpen }) => settingsOpen)
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <section aria-label={t('Settings')}>
      <UnstyledButton
        aria-expanded={open}
        onClick={() => {
          train.setState({ settingsOpen: !open })
        }}
      >
        <Group gap={4}>
          <Chevron size={14} aria-hidden />
          <Text size="sm" fw={500}>
            {t('Settings')}
          </Text>
        </Group>
      </UnstyledButton>
      <Collapse expanded={open} mt="sm">
        <div className={styles['settings']}>
          <StartFrom />
          <Backend />
          <Stain />
          <Numbers preset={preset} trainImages={trainImages} />
        </div>
      </Collapse>
    </section>
  )
}

function StartFrom() {
  const { train, stores } = useApp()
  const from = useStore(train, (choice) => choice.from)
  const file = useStore(train, (choice) => choice.weightFile)
  const all = useDocument((state) => state.models)
  const shown = useShownModels()
  const pick = async (): Promise<void> => {
    const filters = [{ name: t('Weights'), extensions: ['safetensors', 'pth', 'pt', 'h5', 'keras'] }]
    const [path] = await stores.clients.app.pickFiles({ title: t('Weights to start from'), folders: false, filters })
    if (path !== undefined) train.setState({ from: 'file', weightFile: path })
  }
  const startFrom = (id: ModelId | null): void => {
    const model = all.find((one) => one.id === id)
    train.setState({ from: id ?? 'new', ...(model ? { stain: stainOf(model) } : {}) })
  }
  const data = [
    { value: 'new', label: t('New') },
    // One that was chosen before it was archived stays named.
    ...all
      // A fold has learned from images that are held out from this training.
      .filter((model) => (shown.includes(model) || model.id === from) && model.preset !== FOREIGN_PRESET && model.fold === null)
      .reverse()
      .map(({ id, name, createdAt }) => ({ value: id as string, label: `${name} · ${shownMoment(createdAt, Date.now())}` })),
    { value: 'file', label: t('A weight file …') },
  ]
  return (
    <div>
      <Select
        label={t('Start from')}
        description={t('A model that was trained before learns on; corrections then take fewer epochs.')}
        data={data}
        value={from}
        onChange={(value) => {
          if (value === 'file') void pick()
          else if (value !== null) startFrom(value === 'new' ? null : modelId.parse(value))
        }}
      />
      {from === 'file' && (
        <Group gap="xs" mt={4} wrap="nowrap">
          <Text size="xs" truncate title={file}>
            {file}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => void pick()}>
            {t('Other file')}
          </Button>
        </Group>
      )}
    </div>
  )
}

function Backend() {
  const { train } = useApp()
  const backend = useStore(train, (choice) => choice.backend)
  const backends = useJobs((jobs) => jobs.backends) ?? []
  const usable = backends.filter(({ works, name }) => works && backendName.safeParse(name).success)
  return (
    <Select
      label={t('Computed by')}
      description={t('The best that works on this machine, unless another one is wanted.')}
      data={[
        { value: 'auto', label: t('The best one') },
        ...usable.map(({ name, device }) => ({ value: name, label: `${backendTitle(name)} · ${heard(device)}` })),
      ]}
      value={backend ?? 'auto'}
      onChange={(value) => {
        train.setState({ backend: value === 'auto' ? null : backendName.parse(value) })
      }}
    />
  )
}

function Stain() {
  const { train } = useApp()
  const stain = useStore(train, (choice) => choice.stain)
  return (
    <Select
      label={t('Stain normalisation')}
      description={t('Moves the colours of every image to those of the training images, here and in each prediction of the model.')}
      data={stainChoice.options.map((value) => ({ value, label: heard(STAIN_TITLES[value]) }))}
      value={stain}
      allowDeselect={false}
      onChange={(value) => {
        train.setState({ stain: stainChoice.parse(value) })
      }}
    />
  )
}

interface NumberRow {
  readonly key: 'epochs' | 'batch' | 'learningRate' | 'patience'
  readonly label: string
  readonly text: string
  readonly min: number
  readonly max: number
  readonly step: number
  readonly decimals: number
}

const NUMBERS: readonly NumberRow[] = [
  {
    key: 'epochs',
    label: t('Epochs'),
    text: t('How often all training images are gone through.'),
    min: 1,
    max: 100_000,
    step: 5,
    decimals: 0,
  },
  {
    key: 'patience',
    label: t('Patience'),
    text: t('Stops when the score has not risen for so many epochs; 0 = never.'),
    min: 0,
    max: 1000,
    step: 1,
    decimals: 0,
  },
  {
    key: 'batch',
    label: t('Batch'),
    text: t('Images learned from at once; fewer need less memory.'),
    min: 1,
    max: 256,
    step: 1,
    decimals: 0,
  },
  {
    key: 'learningRate',
    label: t('Learning rate'),
    text: t('Size of a step; too large and the loss does not fall.'),
    min: 0.000_001,
    max: 1,
    step: 0.000_1,
    decimals: 6,
  },
]

function Numbers({ preset, trainImages }: SettingsFormProps) {
  const { train } = useApp()
  const choice = useStore(train)
  const epochs = preset && plannedEpochs(preset, { epochs: null, batch: choice.batch }, trainImages)
  return (
    <>
      {NUMBERS.map(({ key, label, text, min, max, step, decimals }) => (
        <NumberInput
          key={key}
          label={label}
          description={text}
          placeholder={key === 'epochs' && epochs !== undefined ? String(epochs) : t('As the preset says')}
          min={min}
          max={max}
          step={step}
          decimalScale={decimals}
          value={choice[key] ?? ''}
          onChange={(value) => {
            train.setState({ [key]: value === '' ? null : Number(value) })
          }}
        />
      ))}
      <NumberInput
        label={t('Seed')}
        description={t('The same seed on the same labels gives the same model.')}
        min={0}
        max={2_147_483_647}
        value={choice.seed}
        onChange={(value) => {
          train.setState({ seed: Number(value) || 0 })
        }}
      />
    </>
  )
}
