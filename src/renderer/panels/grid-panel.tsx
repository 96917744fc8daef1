import { ActionIcon, Group, NumberInput, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useDeferredValue, useMemo } from 'react'
import { useStore } from 'zustand'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { countedPoints } from '../objects/count-points.ts'
import { useKeyOf, useView } from '../state/context.tsx'
import { GRID_RANGE } from '../state/display.ts'
import { openImageOf } from '../state/document.ts'
import { fits } from '../tools/tool-set.ts'
import { CLOSEST, gridCount, gridStep } from '../viewer/count-grid.ts'
import { Hint } from '../hint/hint.tsx'
import { PanelSection } from './panel-section.tsx'
import styles from './grid-panel.module.css'

/** Counting by points: how far the crosses stand from each other, and the points of each class that were set, against all crosses. */
export function GridPanel() {
  const { stores } = useApp()
  const on = useStore(stores.display, (state) => state.grid)
  const open = useDocument((state) => state.imageId !== null)
  if (!on || !open) return null
  return (
    <PanelSection title={t('Count grid')} actions={<OffButton />}>
      <Spacing />
      <Points />
    </PanelSection>
  )
}

function OffButton() {
  const { stores } = useApp()
  const key = useKeyOf('view.grid')
  return (
    <Hint label={t('Hide the count grid  {{key}}', { key })}>
      <ActionIcon aria-label={t('Hide the count grid')} onClick={() => stores.commands.run('view.grid')}>
        <IconX size={16} />
      </ActionIcon>
    </Hint>
  )
}

/** Image pixels between crosses. */
function useStep(): number {
  const { stores } = useApp()
  const microns = useDocument((state) => openImageOf(state)?.micronsPerPixel ?? null)
  return useStore(stores.display, (state) => gridStep(state, microns))
}

function Spacing() {
  const { stores } = useApp()
  const calibrated = useDocument((state) => (openImageOf(state)?.micronsPerPixel ?? null) !== null)
  const unit = calibrated ? 'gridMicrons' : 'gridPixels'
  const value = useStore(stores.display, (state) => state[unit])
  const step = useStep()
  const tooClose = useView(({ view }) => step * view.zoom < CLOSEST)
  return (
    <>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Text size="xs">{t('Distance, {{unit}}', { unit: calibrated ? 'µm' : 'px' })}</Text>
        <NumberInput
          size="xs"
          w={88}
          aria-label={t('Distance of the crosses, {{unit}}', { unit: calibrated ? 'µm' : 'px' })}
          min={GRID_RANGE[0]}
          max={GRID_RANGE[1]}
          step={5}
          value={value}
          onChange={(next) => {
            if (typeof next === 'number' && next >= GRID_RANGE[0]) stores.display.spaceGrid(unit, next)
          }}
        />
      </Group>
      {tooClose && (
        <Text size="xs" c="var(--sw-muted)" role="note" mb={4}>
          {t('The crosses stand too close to be shown: zoom in, or set them further apart.')}
        </Text>
      )}
    </>
  )
}

/** Points of each class on show, with their share of the crosses. */
function Points() {
  const { stores } = useApp()
  const classes = useDocument((state) => state.classes)
  const image = useDocument(openImageOf)
  const step = useStep()
  const scene = useDeferredValue(useStore(stores.scene, (state) => state.scene))
  const counts = useMemo(() => countedPoints(scene), [scene])
  const crosses = image === null ? 0 : gridCount(image, step)
  const seen = classes.filter(({ id }) => counts.has(id))
  const sets = useDocument(({ project }) => project !== null && fits('point', project.task))
  const told =
    seen.length > 0
      ? t(' Points on show, and their share of the crosses:')
      : sets
        ? t(' Points that you set are counted here by class.')
        : ''
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" role="status" aria-label={t('Crosses')}>
        {t('{{count}} crosses on the image.{{told}}', { count: crosses, told })}
      </Text>
      <dl className={styles['points']} aria-label={t('Points by class')}>
        {seen.map(({ id, name }) => (
          <div key={id}>
            <dt>{name}</dt>
            <dd>{shownNumber(counts.get(id) ?? 0)}</dd>
            <dd className={styles['share']}>{shareText(counts.get(id) ?? 0, crosses)}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

const shareText = (count: number, of: number): string => (of === 0 ? '' : `${shownDecimals((100 * count) / of, 1)} %`)
