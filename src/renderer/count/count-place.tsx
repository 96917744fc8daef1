import { SegmentedControl, Text } from '@mantine/core'
import { useDocument, useApp } from '../app/context.ts'
import { Agreement } from './agreement.tsx'
import { ConfusionTab } from './confusion-tab.tsx'
import { type CountTab } from './count-store.ts'
import { CountsTable } from './counts-table.tsx'
import { Curves } from './curves-tab.tsx'
import { useCount } from './use-counts.ts'
import styles from './count.module.css'

const TABS: readonly { readonly value: CountTab; readonly label: string }[] = [
  { value: 'table', label: 'Counts' },
  { value: 'agreement', label: 'Agreement' },
  { value: 'curves', label: 'Precision and recall' },
  { value: 'confusion', label: 'Confusion' },
]

/** The middle of Count: the table, and how far its numbers can be trusted. */
export function CountMiddle() {
  const { count } = useApp()
  const tab = useCount((state) => state.tab)
  const hasImages = useDocument(({ images }) => images.length > 0)
  if (!hasImages)
    return (
      <div className={styles['empty']}>
        <Text size="lg">Nothing to count yet</Text>
        <Text c="var(--sw-muted)">Add images and label them, or let a model predict.</Text>
      </div>
    )
  return (
    <div className={styles['middle']}>
      <div className={styles['tabs']}>
        <SegmentedControl
          size="xs"
          aria-label="View of the counts"
          value={tab}
          data={[...TABS]}
          onChange={(value) => {
            count.setState({ tab: TABS.find((one) => one.value === value)?.value ?? 'table' })
          }}
        />
      </div>
      <div className={styles['tab']}>
        <Tab tab={tab} />
      </div>
    </div>
  )
}

function Tab({ tab }: { readonly tab: CountTab }) {
  switch (tab) {
    case 'table':
      return <CountsTable />
    case 'agreement':
      return <Agreement />
    case 'curves':
      return <Curves />
    case 'confusion':
      return <ConfusionTab />
  }
}
