import { Anchor, Checkbox, Group, NumberInput, Select, Stack, Text } from '@mantine/core'
import { importRequest } from '#shared/contracts/project.ts'
import { ORIGIN_FACTS, PATTERN_OF } from '#shared/origin.ts'
import { t } from '#shared/i18n/translate.ts'
import { useDocument } from '../context.ts'
import { FORMATS, FORMATS_OF } from './import-formats.ts'
import { type FieldsProps, fieldsFor, firstOfGroups, suggestedPatterns } from './import-model.ts'
import { OriginFields } from './origin-fields.tsx'
import { MaskFields } from './mask-fields.tsx'
import styles from './import-dialog.module.css'

/** What can be said of an import: only what means something for what was found. */
export function ImportFields({ draft, preview, onChange }: FieldsProps) {
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const fields = fieldsFor(draft, preview)
  return (
    <Stack gap="sm">
      <div className={styles['pair']}>
        <Select
          label={t('Format')}
          data={FORMATS_OF[task].map((value) => ({ value, label: FORMATS[value].title }))}
          value={draft.format}
          description={draft.format === 'auto' ? t('Told by what lies there.') : FORMATS[draft.format].text}
          inputWrapperOrder={['label', 'input', 'description']}
          onChange={(value) => onChange({ format: FORMATS_OF[task].find((one) => one === value) ?? 'auto', colors: null, pair: null })}
        />
        <SplitField draft={draft} preview={preview} onChange={onChange} />
      </div>
      {fields.masks && <MaskFields draft={draft} preview={preview} onChange={onChange} />}
      {fields.crops && <CropFields draft={draft} onChange={onChange} />}
      {preview.fault === null && preview.duplicates > 0 && (
        <Checkbox
          size="xs"
          label={t('New labels take the place of those that images have already')}
          checked={draft.replace}
          onChange={(event) => onChange({ replace: event.currentTarget.checked })}
        />
      )}
      {preview.fault === null && preview.images > 0 && <GroupField draft={draft} preview={preview} onChange={onChange} />}
    </Stack>
  )
}

const SPLITS = [
  { value: 'as-found', label: t('As the files say, else none') },
  { value: 'auto', label: t('By chance: 60, 20 and 20 %') },
  { value: 'train', label: t('All for training') },
  { value: 'val', label: t('All for validation') },
  { value: 'test', label: t('All for test') },
] as const

function SplitField({ draft, preview, onChange }: FieldsProps) {
  const { train, val, test, none } = preview.splits
  const assigned = train + val + test
  const parts = [
    ...(assigned > 0 ? [t('{{train}} training, {{val}} validation, {{test}} test', { train, val, test })] : []),
    ...(none > 0 ? [t('{{none}} without a split', { none })] : []),
  ]
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <Select
        label={t('Split')}
        flex={1}
        data={SPLITS}
        value={draft.split ?? 'as-found'}
        description={parts.join(', ')}
        inputWrapperOrder={['label', 'input', 'description']}
        onChange={(value) => onChange({ split: importRequest.shape.split.catch(null).parse(value) })}
      />
      {draft.split === 'auto' && (
        <NumberInput
          label={t('Seed')}
          w={72}
          min={0}
          max={1_000_000}
          value={draft.seed}
          onChange={(value) => onChange({ seed: Math.max(0, Math.floor(Number(value) || 0)) })}
        />
      )}
    </Group>
  )
}

function CropFields({ draft: { crop }, onChange }: Omit<FieldsProps, 'preview'>) {
  return (
    <div className={styles['pair']}>
      <NumberInput
        label={t('Side of the small images, pixels')}
        min={8}
        max={4096}
        value={crop.size}
        onChange={(value) => onChange({ crop: { ...crop, size: Math.min(4096, Math.max(8, Math.floor(Number(value) || 96))) } })}
      />
      <Select
        label={t('Beyond the image’s edge')}
        data={[
          { value: 'reflect', label: t('Mirror the image') },
          { value: 'black', label: t('Black') },
          { value: 'white', label: t('White') },
        ]}
        value={crop.border}
        onChange={(value) => onChange({ crop: { ...crop, border: value === 'black' || value === 'white' ? value : 'reflect' } })}
      />
    </div>
  )
}

/** Images whose names are shown with their group. */
const SHOWN = 4

/** The patterns that tell patient, slide and group, and what they make of the names. */
function GroupField({ draft, preview, onChange }: FieldsProps) {
  const { groups, ungrouped, groupFault, some } = preview
  const asked = ORIGIN_FACTS.some((fact) => draft[PATTERN_OF[fact]] !== null)
  const suggestions = !asked && groups === 0 ? suggestedPatterns(some.map(({ name }) => name)) : []
  return (
    <Stack gap={4}>
      <OriginFields quiet patterns={draft} onChange={onChange} />
      {groupFault !== '' && (
        <Text size="sm" c="var(--sw-loss)" role="status">
          {groupFault}
        </Text>
      )}
      {suggestions.length > 0 && (
        <Text size="sm" c="var(--sw-muted)">
          {t('Try: ')}
          {suggestions.map(({ pattern, says }, index) => (
            <span key={pattern}>
              {index > 0 && ', '}
              <Anchor component="button" type="button" size="sm" onClick={() => onChange({ groupBy: pattern })}>
                {says}
              </Anchor>
            </span>
          ))}
        </Text>
      )}
      {groups > 0 && (
        <div role="status" aria-label={t('Groups')} className={styles['groups']}>
          <Text size="sm">
            {t('{{count}} groups', { count: groups })}
            {ungrouped > 0 && `; ${t('{{count}} images fit none and stand for themselves', { count: ungrouped })}`}
          </Text>
          {firstOfGroups(some, SHOWN).map(({ name, group }) => (
            <Text key={name} size="sm" c="var(--sw-muted)" truncate title={name}>
              {name} → {group ?? t('stands for itself')}
            </Text>
          ))}
        </div>
      )}
      {asked && groups === 0 && groupFault === '' && (
        <Text size="sm" c="var(--sw-loss)" role="status" aria-label={t('Groups')}>
          {t('No name fits this pattern.')}
        </Text>
      )}
    </Stack>
  )
}
