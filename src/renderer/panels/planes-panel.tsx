import { Group, Select, Text } from '@mantine/core'
import { type ImageRecord } from '#shared/records/image.ts'
import { type ZarrPlane, zarrPlace } from '#shared/records/zarr-plane.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useWritable } from '../app/context.ts'
import { openImageOf } from '../state/document.ts'
import { Hint } from '../hint/hint.tsx'
import { useDetails } from './image-facts.tsx'
import { openPlane } from './open-plane.ts'
import { PanelSection } from './panel-section.tsx'

/** Of an OME-Zarr with slices or times: which one is open, and the way to the others. */
export function PlanesPanel() {
  const image = useDocument(openImageOf)
  const place = image === null ? null : zarrPlace(image.absolutePath)
  // The same for all planes of a file: whoever goes through them by keys stays in the field.
  return image && place && <Planes key={place.folder} image={image} plane={place.plane} />
}

function Planes({ image, plane }: { readonly image: ImageRecord; readonly plane: ZarrPlane }) {
  const app = useApp()
  const stack = useDetails(image.id)?.stack
  if (!stack) return null
  const open = (wanted: Partial<ZarrPlane>): void => void openPlane(app, image, { ...plane, ...wanted })
  return (
    <PanelSection title={t('Slices and times')}>
      <Group grow gap={8} wrap="nowrap">
        {stack.slices > 1 && <Place label={t('Slice')} at={plane.slice} of={stack.slices} onChange={(slice) => open({ slice })} />}
        {stack.times > 1 && <Place label={t('Time')} at={plane.time} of={stack.times} onChange={(time) => open({ time })} />}
      </Group>
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t('Each is an image of its own, with its own labels.')}
      </Text>
    </PanelSection>
  )
}

interface PlaceProps {
  readonly label: string
  /** From 0. */
  readonly at: number
  readonly of: number
  readonly onChange: (at: number) => void
}

function Place({ label, at, of, onChange }: PlaceProps) {
  const writable = useWritable()
  return (
    <Hint label={t('Opens another of this file; the first time it is added to the project')}>
      <Select
        label={label}
        size="xs"
        searchable={of > 12}
        allowDeselect={false}
        disabled={!writable}
        data={Array.from({ length: of }, (_, place) => ({
          value: String(place),
          label: t('{{some}} of {{all}}', { some: place + 1, all: of }),
        }))}
        value={String(at)}
        onChange={(value) => {
          if (value !== null && Number(value) !== at) onChange(Number(value))
        }}
      />
    </Hint>
  )
}
