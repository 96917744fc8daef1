import { Button, Loader, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type TrainingData } from '#shared/contracts/work.ts'
import { areaText } from '#shared/areas.ts'
import { counted } from '#shared/counted.ts'
import { useNames } from '../state/context.tsx'
import { useApp } from '../app/context.ts'
import { useUnsplit } from './use-training-data.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import styles from './training.module.css'

/** What will be learned from, and what stands in the way. */
export function DataPanel({ data }: { readonly data: TrainingData | null }) {
  const unsplit = useUnsplit()
  if (data === null)
    return (
      <PanelSection title="Learned from">
        <Loader size="xs" color="gray" aria-label="Looking at the labels" />
      </PanelSection>
    )
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
      {data.warnings.length > 0 && <Warnings warnings={data.warnings} />}
    </>
  )
}

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
