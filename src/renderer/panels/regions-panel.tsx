import { ActionIcon, Checkbox, Text, TextInput } from '@mantine/core'
import { IconMarquee2, IconTrash, IconVectorTriangle, IconZoomScan } from '@tabler/icons-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { areaText, squareMillimetres } from '#shared/areas.ts'
import { regionPixels } from '#shared/geometry/regions.ts'
import { regionNames, type RegionRecord } from '#shared/records/region.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { countedInside } from '../objects/count-inside.ts'
import { useGesture, useKeyOf } from '../state/context.tsx'
import { openImageOf, regionsOf } from '../state/document.ts'
import { changeRegion, removeRegion } from '../tools/region-commands.ts'
import { editRegion } from '../tools/region-edit.ts'
import { isOffered } from '../tools/tool-set.ts'
import { boundsOf } from '../viewer/area-outline.ts'
import { Hint } from '../hint/hint.tsx'
import { PanelSection } from './panel-section.tsx'
import styles from './regions-panel.module.css'

/** The regions of interest of the open image: name, area, objects in each, and whether a person says that it is fully labelled. */
export function RegionsPanel() {
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const image = useDocument(openImageOf)
  const regions = useDocument(regionsOf)
  const names = useMemo(() => regionNames(regions), [regions])
  if (!isOffered('tool.region', task) || image === null) return null
  return (
    <PanelSection title={t('Regions')} actions={<DrawButton />}>
      {regions.length === 0 ? (
        <Text size="xs" c="var(--sw-muted)">
          {t(
            'Mark parts of the image to count in them, to predict only there, or to say that everything in them is labelled: then what is empty there is learned as background, and nothing outside.',
          )}
        </Text>
      ) : (
        <ul className={styles['list']}>
          {regions.map((region) => (
            <RegionRow key={`${region.id} ${region.name}`} region={region} name={names.get(region.id) ?? ''} />
          ))}
        </ul>
      )}
      {regions.length > 0 && !regions.some(({ fullyLabelled }) => fullyLabelled) && (
        <Text size="xs" c="var(--sw-muted)" mt={4} role="note">
          {t('Nothing of this image is learned from until one of its regions is marked as fully labelled.')}
        </Text>
      )}
    </PanelSection>
  )
}

function DrawButton() {
  const { stores } = useApp()
  const writable = useWritable()
  const key = useKeyOf('tool.region')
  return (
    <Hint label={t('Draw a region  {{key}}', { key })}>
      <ActionIcon aria-label={t('Draw a region')} disabled={!writable} onClick={() => stores.commands.run('tool.region')}>
        <IconMarquee2 size={16} />
      </ActionIcon>
    </Hint>
  )
}

interface RegionRowProps {
  readonly region: RegionRecord
  readonly name: string
}

function RegionRow({ region, name }: RegionRowProps) {
  const { stores } = useApp()
  const writable = useWritable()
  const { id, shape, fullyLabelled } = region
  return (
    <li className={styles['row']} aria-label={name}>
      <div className={styles['head']}>
        <Name region={region} name={name} />
        <ReshapeButton region={region} name={name} />
        <Hint label={t('Show it')}>
          <ActionIcon
            aria-label={t('Show {{name}}', { name })}
            onClick={() => {
              stores.view.zoomTo(boundsOf(shape), 0.9)
            }}
          >
            {/* prettier-ignore */}
            <IconZoomScan size={16} />
          </ActionIcon>
        </Hint>
        <Hint label={t('Delete')}>
          <ActionIcon
            aria-label={t('Delete {{name}}', { name })}
            disabled={!writable}
            onClick={() => {
              removeRegion(stores, id)
            }}
          >
            {/* prettier-ignore */}
            <IconTrash size={16} />
          </ActionIcon>
        </Hint>
      </div>
      <Facts region={region} />
      <Checkbox
        size="xs"
        label={t('Fully labelled')}
        checked={fullyLabelled}
        disabled={!writable}
        onChange={(event) => {
          changeRegion(stores, id, { fullyLabelled: event.currentTarget.checked })
        }}
      />
    </li>
  )
}

function ReshapeButton({ region: { id }, name }: RegionRowProps) {
  const { stores } = useApp()
  const writable = useWritable()
  const on = useGesture(({ region }) => region === id)
  return (
    <Hint label={on ? t('Done') : t('Move and reshape')}>
      <ActionIcon
        variant={on ? 'light' : 'subtle'}
        aria-label={t('Reshape {{name}}', { name })}
        aria-pressed={on}
        disabled={!writable}
        onClick={() => {
          editRegion(stores, on ? null : id)
        }}
      >
        {/* prettier-ignore */}
        <IconVectorTriangle size={16} />
      </ActionIcon>
    </Hint>
  )
}

function Name({ region, name }: RegionRowProps) {
  const { stores } = useApp()
  const writable = useWritable()
  const [text, setText] = useState(region.name)
  const keep = (): void => {
    if (text.trim() !== region.name) changeRegion(stores, region.id, { name: text.trim() })
  }
  return (
    <TextInput
      className={styles['name']}
      size="xs"
      aria-label={t('Name of {{name}}', { name })}
      placeholder={name}
      maxLength={120}
      readOnly={!writable}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
      }}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
      }}
    />
  )
}

/** Area and annotations whose middle lies inside. */
function Facts({ region: { shape } }: { readonly region: RegionRecord }) {
  const image = useDocument(openImageOf)
  // The number may come a moment after the canvas: a stroke does not wait for it.
  const annotations = useDeferredValue(useDocument(({ tables }) => tables.annotations))
  const pixels = useMemo(() => (image === null ? 0 : regionPixels([shape], image)), [shape, image])
  const inside = useMemo(() => countedInside(annotations, shape), [annotations, shape])
  if (image === null) return null
  return (
    <Text size="xs" c="var(--sw-muted)">
      {areaText(pixels, squareMillimetres(pixels, image.micronsPerPixel))}, {t('{{count}} objects', { count: inside })}
    </Text>
  )
}
