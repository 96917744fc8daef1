import { ActionIcon, Group, Select, Slider, Text } from '@mantine/core'
import { IconEye, IconEyeOff } from '@tabler/icons-react'
import { useMemo } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useTaskFacts } from '../app/context.ts'
import { COLOR_MAPS } from '../maps/color-maps.ts'
import { modelOfRun, openChoices } from '../maps/map-sources.ts'
import { choiceKey, chosenMap, isColorMap, isScalar, type MapChoice, type MapKind } from '../maps/map-views.ts'
import { useDisplay, useDocument, useKeyOf, useMaps, usePredictions } from '../state/context.tsx'
import { Hint } from '../hint/hint.tsx'
import { MapLegend } from './map-legend.tsx'
import { PanelSection } from './panel-section.tsx'

const NONE = 'none'

/** The maps that can be shown over the open image; made anew only when one of the things behind it is another. */
function useChoices(): readonly MapChoice[] {
  const document = useDocument((state) => state)
  const guesses = usePredictions((state) => state)
  const result = useMaps((state) => state.result)
  const imageId = useMaps((state) => state.imageId)
  const runId = useMaps((state) => state.runId)
  return useMemo(() => openChoices(document, guesses, { result, imageId, runId }), [document, guesses, result, imageId, runId])
}

/** Which map of the predictions lies over the open image, and how it looks. Nothing where there is none. */
export function MapPanel() {
  const choices = useChoices()
  const wish = useMaps((state) => state.wish)
  const chosen = chosenMap(choices, wish)
  if (choices.length === 0) return null
  return (
    <PanelSection title={t('Map')} actions={<ShowButton />}>
      <ViewChoice choices={choices} shown={wish.shown ? chosen : null} />
      {wish.shown && chosen === null && (
        <Text size="xs" c="var(--sw-muted)" mt={4}>
          {t('The run drew no such map over this image.')}
        </Text>
      )}
      {wish.shown && chosen !== null && <Look choice={chosen} />}
    </PanelSection>
  )
}

function ShowButton() {
  const { stores } = useApp()
  const shown = useMaps(({ wish }) => wish.shown)
  const key = useKeyOf('layer.map')
  return (
    <Hint label={t(shown ? 'Hide the map  {{key}}' : 'Show the map  {{key}}', { key })}>
      <ActionIcon aria-label={t('Show the map')} aria-pressed={shown} onClick={() => stores.commands.run('layer.map')}>
        {shown ? <IconEye size={16} /> : <IconEyeOff size={16} />}
      </ActionIcon>
    </Hint>
  )
}

const TITLES: Readonly<Record<MapKind, string>> = {
  classes: t('Classes'),
  probability: t('Probability'),
  errors: t('Errors'),
  heat: t('Heat map'),
}

/** Names of the model's classes as the project calls them now. */
function useModelClasses(): readonly string[] {
  const classes = useDocument((state) => state.classes)
  const runs = useDocument((state) => state.runs)
  const models = useDocument((state) => state.models)
  const runId = usePredictions((state) => state.runId)
  return useMemo(() => {
    const names = new Map(classes.map(({ id, name }) => [id, name]))
    return (modelOfRun({ runs, models }, { runId })?.classes ?? []).map(({ id, name }) => names.get(id) ?? name)
  }, [classes, runs, models, runId])
}

function ViewChoice({ choices, shown }: { readonly choices: readonly MapChoice[]; readonly shown: MapChoice | null }) {
  const { maps } = useApp().stores
  const names = useModelClasses()
  const titleOf = ({ kind, classIndex }: MapChoice): string =>
    kind === 'probability' ? t('Probability of {{names}}', { names: names[classIndex ?? 0] ?? t('a class that is gone') }) : TITLES[kind]
  const data = [{ value: NONE, label: t('None') }, ...choices.map((choice) => ({ value: choiceKey(choice), label: titleOf(choice) }))]
  return (
    <Select
      aria-label={t('Map over the image')}
      data={data}
      value={shown === null ? NONE : choiceKey(shown)}
      onChange={(key) => {
        const choice = choices.find((one) => choiceKey(one) === key)
        if (choice) maps.show(choice.kind, choice.classIndex ?? undefined)
        else maps.hide()
      }}
    />
  )
}

function Look({ choice }: { readonly choice: MapChoice }) {
  const { maps } = useApp().stores
  const { opacity, colors } = useMaps(({ looks }) => looks[choice.kind])
  const failed = useMaps((state) => state.failed)
  if (failed)
    return (
      <Text size="xs" c="var(--sw-loss)" mt={4} role="status">
        {t('The map’s file is missing or damaged. The labels are safe. Predict again to draw it anew.')}
      </Text>
    )
  return (
    <>
      <Group justify="space-between" mt={8}>
        <Text size="xs">{t('Opacity')}</Text>
        <Text size="xs">{Math.round(100 * opacity)} %</Text>
      </Group>
      <Slider
        size="sm"
        label={null}
        min={0}
        max={1}
        step={0.01}
        value={opacity}
        thumbLabel={t('Opacity of the map')}
        onChange={(value) => {
          maps.look(choice.kind, { opacity: value })
        }}
      />
      {isScalar(choice.kind) && <ColorChoice kind={choice.kind} value={colors} />}
      <Legend choice={choice} />
    </>
  )
}

function ColorChoice({ kind, value }: { readonly kind: MapKind; readonly value: string }) {
  const { maps } = useApp().stores
  return (
    <Select
      aria-label={t('Colours of the map')}
      mt={8}
      data={COLOR_MAPS.map((name) => ({ value: name, label: `${name.charAt(0).toUpperCase()}${name.slice(1)}` }))}
      value={value}
      onChange={(name) => {
        if (isColorMap(name)) maps.look(kind, { colors: name })
      }}
    />
  )
}

/** The numbers behind the colours. */
function Legend({ choice }: { readonly choice: MapChoice }) {
  const colors = useMaps(({ looks }) => looks[choice.kind].colors)
  const tally = useMaps((state) => state.tally)
  const runs = useDocument((state) => state.runs)
  const models = useDocument((state) => state.models)
  const runId = usePredictions((state) => state.runId)
  const labelled = useDocument(({ tables }) => tables.annotations.size > 0)
  const hidden = useDisplay((state) => state.hiddenClasses.size > 0)
  const isAnomaly = useTaskFacts()?.normalFirst === true
  const metrics = modelOfRun({ runs, models }, { runId })?.metrics ?? {}
  return <MapLegend kind={choice.kind} colors={colors} tally={tally} metrics={metrics} notes={{ labelled, hidden, isAnomaly }} />
}
