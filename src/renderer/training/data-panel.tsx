import { Button, Loader, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type TrainingData } from '#shared/contracts/work.ts'
import { areaText } from '#shared/areas.ts'
import { counted } from '#shared/counted.ts'
import { useNames } from '../state/context.tsx'
import { type ImageId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useColorCheck, useLookAlikes, useUnsplit } from './use-training-data.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import styles from './training.module.css'

/** What will be learned from, and what stands in the way. */
export function DataPanel({ data }: { readonly data: TrainingData | null }) {
  const unsplit = useUnsplit()
  const alike = useLookAlikeWarnings()
  const shifted = useColorWarnings()
  if (data === null)
    return (
      <PanelSection title="Learned from">
        <Loader size="xs" color="gray" aria-label="Looking at the labels" />
      </PanelSection>
    )
  const warnings = [...data.warnings, ...alike, ...shifted]
  return (
    <>
      <PanelSection title="Learned from">
        <dl className={styles['figures']}>
          <dt>Training images</dt>
          <dd>{data.train.toLocaleString()}</dd>
          <dt>Validation images</dt>
          <dd>{data.val.toLocaleString()}</dd>
          {data.test > 0 && (
            <>
              <dt>Test images, kept apart</dt>
              <dd>{data.test.toLocaleString()}</dd>
            </>
          )}
          {data.unsplit > 0 && (
            <>
              <dt>Labelled, without a split</dt>
              <dd>{data.unsplit.toLocaleString()}</dd>
            </>
          )}
          {data.regions !== null && (
            <>
              <dt>Fully labelled regions</dt>
              <dd>{data.regions.regions.toLocaleString()}</dd>
              <dt>Their area</dt>
              <dd>{areaText(data.regions.pixels, data.regions.squareMillimetres)}</dd>
            </>
          )}
        </dl>
        {data.regions !== null && (
          <Text size="xs" c="dimmed" mt={6}>
            Of {counted(data.regions.images, 'image')} only these regions are learned from.
          </Text>
        )}
      </PanelSection>
      {unsplit > 1 && data.train === 0 && <Unsplit count={unsplit} />}
      {warnings.length > 0 && <Warnings warnings={warnings} />}
    </>
  )
}

/** Pairs that are named in a warning. */
const NAMED = 3

/** What look-alikes on both sides of the split mean, each pair by its names. */
function useLookAlikeWarnings(): string[] {
  const found = useLookAlikes()
  const images = useDocument(({ tables }) => tables.images)
  const pairs = found?.pairs ?? []
  if (pairs.length === 0) return []
  const name = (id: ImageId): string => images.get(id)?.name ?? ''
  const named = pairs
    .slice(0, NAMED)
    .map(({ train, other }) => `${name(train)} and ${name(other)} (${SPLIT_WORDS[images.get(other)?.split ?? 'val']})`)
  const more = pairs.length > NAMED ? `, and ${counted(pairs.length - NAMED, 'more pair', 'more pairs')}` : ''
  return [`Nearly the same picture is learned from and held out: ${named.join('; ')}${more}. Scores will look better than they are.`]
}

/** What it means that images differ in colour from those that are learned from. */
function useColorWarnings(): string[] {
  const found = useColorCheck()
  const images = useDocument(({ tables }) => tables.images)
  if (found === null || found.far.length === 0) return []
  const named = found.far.slice(0, NAMED).map(({ image, shift }) => `${images.get(image)?.name ?? ''} (${shift})`)
  const more = found.far.length > NAMED ? ` and ${found.far.length - NAMED} more` : ''
  return [
    `${counted(found.far.length, 'image')} of ${found.compared} that are not learned from differ in colour: ${named.join(', ')}${more}. A model may do worse there; label some of them too, or choose a stain normalisation in the settings of the training.`,
  ]
}

const SPLIT_WORDS = { train: 'training', val: 'validation', test: 'test' } as const

/** Before the first training: the split comes with it, unless the person makes one. */
function Unsplit({ count }: { readonly count: number }) {
  const { stores } = useApp()
  return (
    <PanelSection title="Split">
      <Text size="sm">
        {counted(count, 'labelled image has', 'labelled images have')} no split yet. When training starts, one in five is held out for
        validation; images of one group stay together.
      </Text>
      <Button variant="default" mt={8} onClick={() => stores.commands.run('images.split')}>
        Split them yourself
      </Button>
    </PanelSection>
  )
}

function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  const { stores } = useApp()
  const names = useNames()
  return (
    <PanelSection title="To know before">
      {warnings.map((warning) => (
        <div key={warning} className={styles['warning']}>
          <IconAlertTriangle size={16} aria-hidden />
          <Text size="sm">{names.in(warning)}</Text>
        </div>
      ))}
      <Button variant="default" mt={8} onClick={() => stores.commands.run('images.split')}>
        Change the split
      </Button>
    </PanelSection>
  )
}
