import { Button, SegmentedControl, Text } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'
import { useDocument, useApp } from '../app/context.ts'
import { Evaluated } from './evaluation-head.tsx'
import { TABS_OF } from './tabs.tsx'
import { useCount, useCountedRun, useReadCounts } from './use-counts.ts'
import styles from './count.module.css'

/** The middle of Count: the table, and how far its numbers can be trusted. */
export function CountMiddle() {
  const { count, stores } = useApp()
  useReadCounts()
  const tabs = useDocument(({ project }) => TABS_OF[project?.task ?? 'detection'])
  const chosen = useCount((state) => state.tab)
  const hasImages = useDocument(({ images }) => images.length > 0)
  const hasRun = useCountedRun() !== null
  // Without predictions there is nothing to hold against the labels: they are counted.
  const usual = hasRun ? tabs[0] : (tabs.find((tab) => !('Report' in tab)) ?? tabs[0])
  const tab = tabs.find(({ value }) => value === chosen) ?? usual
  if (!hasImages)
    return (
      <div className={styles['empty']}>
        <Text size="lg">{t('Nothing to count yet')}</Text>
        <Text c="var(--sw-muted)">{t('Add images and label them, or let a model predict.')}</Text>
        <Button mt={8} onClick={() => stores.commands.run('images.import')}>
          {t('Add images')}
        </Button>
      </div>
    )
  return (
    <div className={styles['middle']}>
      <div className={styles['tabs']}>
        <SegmentedControl
          size="xs"
          aria-label={t('View of the counts')}
          value={tab.value}
          data={tabs.map(({ value, label }) => ({ value, label }))}
          onChange={(value) => {
            count.setState({ tab: tabs.find((one) => one.value === value)?.value ?? null })
          }}
        />
      </div>
      <div className={styles['tab']}>
        {'Report' in tab ? <Evaluated key={tab.value} Report={tab.Report} /> : <tab.View key={tab.value} />}
      </div>
    </div>
  )
}
