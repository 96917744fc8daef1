import { useMemo, type KeyboardEvent } from 'react'
import { type ImageId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useNames } from '../state/context.tsx'
import { useApp } from '../app/context.ts'
import { useGraphicColor } from '../app/use-graphic-color.ts'
import { type CountPair } from './evaluation-report.ts'
import { useOpenJudged } from './judged-by.ts'
import { groupedPairs, niceTicks, type PairGroup } from './scatter-geometry.ts'
import styles from './count.module.css'

/** Side of the drawing in its own units, and room for the axes. */
const SIDE = 280
const LEFT = 36
const BELOW = 32
/** Half a number of three digits stands beyond the last line. */
const RIGHT = 14

interface ScatterProps {
  readonly name: string
  readonly color: string
  readonly pairs: readonly CountPair[]
}

/** A point an image (several on one spot are one larger point); a click opens it. The dashed line is where both counts are equal. */
export function Scatter({ name, color, pairs }: ScatterProps) {
  const groups = useMemo(() => groupedPairs(pairs), [pairs])
  const seen = useGraphicColor()
  const ticks = niceTicks(Math.max(1, ...pairs.flatMap(({ annotated, counted }) => [annotated, counted])))
  const most = ticks.at(-1) ?? 1
  const x = (value: number): number => LEFT + (value / most) * (SIDE - LEFT - RIGHT)
  const y = (value: number): number => SIDE - BELOW - (value / most) * (SIDE - BELOW - 8)
  return (
    <svg viewBox={`0 0 ${String(SIDE)} ${String(SIDE)}`} role="group" aria-label={t('Counted against annotated {{name}}', { name })}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line className={styles['axis']} x1={x(tick)} x2={x(tick)} y1={y(0)} y2={y(most)} />
          <line className={styles['axis']} x1={x(0)} x2={x(most)} y1={y(tick)} y2={y(tick)} />
          <text className={styles['tick']} x={x(tick)} y={SIDE - BELOW + 13} textAnchor="middle">
            {shownNumber(tick)}
          </text>
          <text className={styles['tick']} x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
            {shownNumber(tick)}
          </text>
        </g>
      ))}
      <text className={styles['tick']} x={(LEFT + SIDE) / 2} y={SIDE - 3} textAnchor="middle">
        {t('annotated')}
      </text>
      <text className={styles['tick']} transform={`translate(9 ${String(SIDE / 2)}) rotate(-90)`} textAnchor="middle">
        {t('counted')}
      </text>
      <line className={styles['identity']} x1={x(0)} y1={y(0)} x2={x(most)} y2={y(most)} />
      {groups.map((group) => (
        <Point
          key={`${String(group.annotated)} ${String(group.counted)}`}
          group={group}
          x={x(group.annotated)}
          y={y(group.counted)}
          color={seen(color)}
        />
      ))}
    </svg>
  )
}

interface PointProps {
  readonly group: PairGroup
  readonly x: number
  readonly y: number
  readonly color: string
}

function Point({ group, x, y, color }: PointProps) {
  const app = useApp()
  const openJudged = useOpenJudged()
  const { annotated, counted, images } = group
  const shown = useNames()
  const { tables } = app.stores.document.getState()
  const names = images.map((id) => {
    const image = tables.images.get(id as ImageId)
    return image ? shown.of(image) : String(id)
  })
  const label = t('{{names}}{{more}}: {{counted}} counted, {{annotated}} annotated', {
    names: names.slice(0, 3).join(', '),
    more: names.length > 3 ? t(' and {{names}} more', { names: names.length - 3 }) : '',
    counted,
    annotated,
  })
  const open = (): void => {
    const [first] = images
    if (first !== undefined) openJudged(first)
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') open()
  }
  return (
    <circle
      className={styles['point']}
      cx={x}
      cy={y}
      r={4 + Math.min(6, Math.sqrt(images.length - 1) * 1.5)}
      fill={color}
      role="button"
      aria-label={label}
      tabIndex={0}
      onClick={open}
      onKeyDown={keys}
    >
      <title>{label}</title>
    </circle>
  )
}
