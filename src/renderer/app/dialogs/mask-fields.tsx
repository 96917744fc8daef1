import { Autocomplete, Select, Stack, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { importRequest, type ImportPreview } from '#shared/contracts/project.ts'
import { t } from '#shared/i18n/translate.ts'
import { useDocument } from '../context.ts'
import { type FieldsProps } from './import-model.ts'
import { renamed, shownShare } from './import-model.ts'
import styles from './import-dialog.module.css'

const KINDS = [
  { value: 'auto', label: t('Told by what they hold') },
  { value: 'index', label: t('Classes: 1 is the first') },
  { value: 'instances', label: t('One number an object') },
  { value: 'colors', label: t('Colours of classes') },
] as const

/** How mask pictures are read: which belongs to which image, and what their values mean. */
export function MaskFields({ draft, preview, onChange }: FieldsProps) {
  const { masks } = preview
  return (
    <Stack gap="sm">
      <div className={styles['pair']}>
        <Select
          label={t('Values of the masks')}
          data={KINDS}
          value={draft.maskKind}
          onChange={(value) => onChange({ maskKind: importRequest.shape.maskKind.catch('auto').parse(value), colors: null })}
        />
        <PairField draft={draft} onChange={onChange} />
      </div>
      {masks !== null && masks.values.length > 0 && (
        <Values masks={masks} onName={(value, name) => onChange({ colors: renamed(masks, value, name) })} />
      )}
      {masks !== null && masks.kind !== null && masks.unknown > 0 && (
        <Text size="sm">
          {t('{{share}} of the pixels are near no value of a class: they become background.', { share: shownShare(masks.unknown) })}
        </Text>
      )}
    </Stack>
  )
}

/** Taken over when it is left or by Enter: half a rule fits nothing. */
function PairField({ draft, onChange }: Omit<FieldsProps, 'preview'>) {
  const [text, setText] = useState(draft.pair ?? '')
  const take = (): void => {
    const pair = text.trim() === '' ? null : text.trim()
    if (pair !== draft.pair) onChange({ pair })
  }
  return (
    <TextInput
      label={t('Image and mask by name')}
      placeholder="images/*.jpg=masks/*_m.png"
      description={t('Empty: told by the names. * is the same in both.')}
      inputWrapperOrder={['label', 'input', 'description']}
      maxLength={400}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take()
      }}
    />
  )
}

type Masks = NonNullable<ImportPreview['masks']>

interface ValuesProps {
  readonly masks: Masks
  readonly onName: (value: string, name: string) => void
}

/** Each colour or number with its share and its class. */
function Values({ masks, onName }: ValuesProps) {
  return (
    <div className={styles['values']}>
      <Table verticalSpacing={2} horizontalSpacing={8} aria-label={t('Values of the masks')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Value')}</Table.Th>
            <Table.Th ta="right">{t('Pixels')}</Table.Th>
            <Table.Th w={260}>{t('Class; empty is background')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {masks.values.map(({ value, share, name }) => (
            <Table.Tr key={value}>
              <Table.Td>
                {value.startsWith('#') && <span className={styles['chip']} style={{ background: value }} aria-hidden />} {value}
              </Table.Td>
              <Table.Td ta="right">{shownShare(share)}</Table.Td>
              <Table.Td>
                <NameField key={name} value={value} name={name} onName={onName} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function NameField({ value, name, onName }: { readonly value: string; readonly name: string; readonly onName: ValuesProps['onName'] }) {
  const classes = useDocument((state) => state.classes)
  const [text, setText] = useState(name)
  const take = (given: string): void => {
    if (given.trim() !== name) onName(value, given)
  }
  return (
    <Autocomplete
      size="xs"
      aria-label={t('Class of {{value}}', { value })}
      placeholder={t('background')}
      maxLength={120}
      data={classes.map((record) => record.name)}
      value={text}
      onChange={setText}
      onOptionSubmit={take}
      onBlur={() => take(text)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take(text)
      }}
    />
  )
}
