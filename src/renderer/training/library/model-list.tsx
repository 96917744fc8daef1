import { Text, UnstyledButton } from '@mantine/core'
import { IconArchive, IconCornerDownRight, IconPinFilled } from '@tabler/icons-react'
import { t } from '#shared/i18n/translate.ts'
import { type LineageRow } from '#shared/lineage.ts'
import { FOREIGN_PRESET } from '#shared/records/foreign-graph.ts'
import { type ModelId } from '#shared/records/ids.ts'
import { shownMoment } from '../../app/moments.ts'
import { cx } from '../../app/css.ts'
import { foldsTitle } from '../../panels/run-titles.ts'
import { presetTitle } from '../preset-cards.tsx'
import { scoreText } from '../score-text.ts'
import styles from './library.module.css'

interface ModelListProps {
  readonly rows: readonly LineageRow[]
  readonly chosen: ModelId
  readonly onChoose: (id: ModelId) => void
}

const INDENT = 20
/** Deeper ones stand no further in: there must be room for their names. */
const DEEPEST = 6

const indent = (depth: number): number => 12 + INDENT * Math.min(depth, DEEPEST)

/** Models as an indented tree: each under the one that it went on from, the folds of a cross-validation under their common name. */
export function ModelList({ rows, chosen, onChoose }: ModelListProps) {
  return (
    <div className={styles['list']} role="list" aria-label={t('Models of the library')}>
      {rows.map(({ model, note, depth, heads }) => (
        <div key={model.id} role="listitem" aria-level={depth + 1} aria-label={model.name}>
          {heads && (
            <Text size="sm" fw={600} className={styles['family'] ?? ''} style={{ paddingLeft: indent(depth - 1) }}>
              {foldsTitle(heads)}
            </Text>
          )}
          <UnstyledButton
            className={cx(styles['row'], model.id === chosen && styles['chosen'])}
            style={{ paddingLeft: indent(depth) }}
            aria-current={model.id === chosen}
            onClick={() => onChoose(model.id)}
          >
            {depth > 0 && <IconCornerDownRight size={14} aria-hidden />}
            <span className={styles['words']}>
              <Text size="sm" fw={500} truncate>
                {model.name}
              </Text>
              <Text size="xs" c="var(--sw-muted)">
                {presetTitle(model.preset)} · {shownMoment(model.createdAt, Date.now())}
                <br />
                {model.preset === FOREIGN_PRESET ? t('imported; nothing can be trained from it') : scoreText(model)}
              </Text>
              {note !== null && note.text !== '' && (
                <Text size="xs" lineClamp={2}>
                  {note.text}
                </Text>
              )}
            </span>
            {note?.pinned === true && (
              <IconPinFilled size={14} aria-label={t('pinned')} title={t('pinned')} style={{ marginLeft: 'auto' }} />
            )}
            {note?.archived === true && (
              <IconArchive size={14} aria-label={t('archived')} title={t('archived')} style={{ marginLeft: 'auto' }} />
            )}
          </UnstyledButton>
        </div>
      ))}
    </div>
  )
}
