import { CloseButton, Group, SegmentedControl, Select, Text } from '@mantine/core'
import { type ImageRecord } from '#shared/records/image.ts'
import { classId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { type GalleryFilter } from './gallery-list.ts'
import { useLabels } from './use-labels.ts'
import styles from './gallery.module.css'

const KINDS = { all: t('All images'), unlabelled: t('Without a label'), wrong: t('Label and model differ') } as const
type Kind = keyof typeof KINDS

const isKind = (value: string): value is Kind => value in KINDS

function filterOf(value: string): GalleryFilter {
  return isKind(value) ? { kind: value } : { kind: 'class', classId: classId.parse(value) }
}

const valueOf = (filter: GalleryFilter): string => (filter.kind === 'class' ? filter.classId : filter.kind)

/** What the gallery shows, in which order, and how much of it is selected. */
export function GalleryHead({ shown }: { readonly shown: readonly ImageRecord[] }) {
  const { labels } = useApp()
  const filter = useLabels((state) => state.filter)
  const sort = useLabels((state) => state.sort)
  const selected = useLabels((state) => state.selected.size)
  const hasSaid = useLabels((state) => state.results.length > 0)
  return (
    <Group className={styles['head'] ?? ''} gap="sm" wrap="nowrap">
      {filter.kind === 'images' ? <These title={filter.title} /> : <FilterChoice filter={filter} hasSaid={hasSaid} />}
      <SegmentedControl
        size="xs"
        aria-label={t('Order of the gallery')}
        value={sort}
        data={[
          { value: 'list', label: t('As listed') },
          { value: 'doubt', label: t('Least sure first'), disabled: !hasSaid },
        ]}
        onChange={(value) => {
          labels.setState({ sort: value === 'doubt' ? 'doubt' : 'list' })
        }}
      />
      <Text size="sm" c="var(--sw-muted)" role="status" aria-label={t('Gallery')} truncate>
        {t('{{count}} images', { count: shown.length })}
        {selected > 0 && t(', {{selected}} selected', { selected })}
      </Text>
    </Group>
  )
}

function FilterChoice({ filter, hasSaid }: { readonly filter: GalleryFilter; readonly hasSaid: boolean }) {
  const { labels } = useApp()
  const classes = useDocument((state) => state.classes)
  return (
    <Select
      w={190}
      aria-label={t('Shown in the gallery')}
      value={valueOf(filter)}
      data={[
        ...Object.entries(KINDS).map(([value, label]) => ({ value, label, disabled: value === 'wrong' && !hasSaid })),
        ...classes.map(({ id, name }) => ({ value: id as string, label: name })),
      ]}
      onChange={(value) => {
        if (value !== null) labels.showOnly(filterOf(value))
      }}
    />
  )
}

/** The images behind a number of Count, until that is closed. */
function These({ title }: { readonly title: string }) {
  const { labels } = useApp()
  return (
    <span className={styles['these']}>
      <Text size="sm" fw={600} truncate title={title}>
        {title}
      </Text>
      <CloseButton
        size="sm"
        aria-label={t('Show all images')}
        onClick={() => {
          labels.showOnly({ kind: 'all' })
        }}
      />
    </span>
  )
}
