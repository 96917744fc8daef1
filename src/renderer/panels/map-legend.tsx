import { Text } from '@mantine/core'
import { type CSSProperties } from 'react'
import { assertNever } from '#shared/assert.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownSignificant } from '#shared/i18n/formats.ts'
import { colorAt, type ColorMapName } from '../maps/color-maps.ts'
import { ERROR_COLORS, ERROR_KINDS, type ErrorKind, type ErrorMap } from '../maps/error-map.ts'
import { fadeAt } from '../maps/lookup.ts'
import { type MapKind } from '../maps/map-views.ts'
import styles from './map-legend.module.css'

interface MapLegendProps {
  readonly kind: MapKind
  readonly colors: ColorMapName
  readonly tally: ErrorMap['tally'] | null
  /** Of the model: `mapScale` and `pixelThreshold`, where it has them. */
  readonly metrics: Readonly<Record<string, unknown>>
  readonly notes: { readonly labelled: boolean; readonly hidden: boolean; readonly isAnomaly: boolean }
}

/** What the colours of a map stand for, with numbers. */
export function MapLegend({ kind, colors, tally, metrics, notes }: MapLegendProps) {
  switch (kind) {
    case 'classes':
      return <Note>{t('Each pixel in the colour of the class that the model gives it.')}</Note>
    case 'probability':
      return <ScaleBar colors={colors} ticks={[tickAt(0, '0'), tickAt(0.5, '0.5'), tickAt(1, '1')]} name={t('Probability')} />
    case 'heat':
      return <HeatLegend colors={colors} metrics={metrics} isAnomaly={notes.isAnomaly} />
    case 'errors':
      return <ErrorLegend tally={tally} {...notes} />
    default:
      return assertNever(kind, 'map kind')
  }
}

function Note({ children }: { readonly children: string }) {
  return (
    <Text size="xs" c="var(--sw-muted)" mt={8}>
      {children}
    </Text>
  )
}

interface Tick {
  /** Place on the bar, 0 to 1. */
  readonly at: number
  readonly text: string
  readonly title?: string
}

const tickAt = (at: number, text: string, title?: string): Tick => (title === undefined ? { at, text } : { at, text, title })

/** Steps of the bar's gradient: more are not told apart at its width. */
const STEPS = 32

function gradient(colors: ColorMapName): string {
  const stops = Array.from({ length: STEPS + 1 }, (_, step) => {
    const value = Math.round((255 * step) / STEPS)
    return `rgb(${colorAt(colors, value).join(' ')} / ${fadeAt(value).toFixed(3)})`
  })
  return `linear-gradient(to right, ${stops.join(', ')})`
}

function ScaleBar({ colors, ticks, name }: { readonly colors: ColorMapName; readonly ticks: readonly Tick[]; readonly name: string }) {
  return (
    <div
      className={styles['scale']}
      role="img"
      aria-label={t('{{name}} from {{low}} to {{high}}', { name, low: ticks[0]?.text ?? '', high: ticks.at(-1)?.text ?? '' })}
    >
      <div className={styles['bar']} style={{ backgroundImage: gradient(colors) }} />
      <div className={styles['ticks']}>
        {ticks.map(({ at, text, title }) => (
          <span
            key={at}
            className={styles['tick']}
            style={{ left: `${String(100 * at)}%` }}
            data-end={at === 0 || at === 1 || undefined}
            title={title}
          >
            {text}
          </span>
        ))}
      </div>
    </div>
  )
}

const numberIn = (metrics: Readonly<Record<string, unknown>>, key: string): number | null => {
  const value = metrics[key]
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null
}

/** Three digits that matter. */
const shown = (value: number): string => shownSignificant(value, 3)

function HeatLegend({ colors, metrics, isAnomaly }: Pick<MapLegendProps, 'colors' | 'metrics'> & { readonly isAnomaly: boolean }) {
  const scale = numberIn(metrics, 'mapScale')
  const threshold = numberIn(metrics, 'pixelThreshold')
  const top = scale ?? 1
  const ends = [tickAt(0, '0'), tickAt(1, scale === null ? '1' : `≥ ${shown(top)}`)]
  const middle =
    threshold !== null && threshold < top
      ? tickAt(threshold / top, shown(threshold), t('Abnormal from here on'))
      : tickAt(0.5, shown(top / 2))
  return (
    <>
      <ScaleBar
        colors={colors}
        ticks={[ends[0]!, middle, ends[1]!]}
        name={isAnomaly ? t('Distance from normal') : t('Share in the class')}
      />
      <Note>
        {isAnomaly
          ? threshold === null
            ? t('How far each place is from normal.')
            : t('How far each place is from normal; abnormal from {{threshold}} on.', { threshold: shown(threshold) })
          : t('What speaks for the class that the model gives, relative to the strongest place.')}
      </Note>
    </>
  )
}

const ERROR_TITLES: Readonly<Record<ErrorKind, string>> = {
  right: t('Right'),
  missed: t('Missed'),
  extra: t('Extra'),
  confused: t('Another class'),
}
const ERROR_HELP: Readonly<Record<ErrorKind, string>> = {
  right: t('Labelled and predicted alike'),
  missed: t('Labelled, not predicted'),
  extra: t('Predicted, not labelled'),
  confused: t('Labelled as one class, predicted as another'),
}

/** The patterns of the map, as CSS draws them. */
function swatch(kind: ErrorKind): CSSProperties {
  const pale = (color: string): string => `${color}46`
  const stripes = (degrees: number, color: string): string =>
    `repeating-linear-gradient(${String(degrees)}deg, ${color} 0 3px, ${pale(color)} 3px 6px)`
  switch (kind) {
    case 'right':
      return { backgroundImage: `linear-gradient(${ERROR_COLORS.right}82 0 100%)` }
    case 'missed':
      return { backgroundImage: stripes(-45, ERROR_COLORS.missed) }
    case 'extra':
      return { backgroundImage: stripes(45, ERROR_COLORS.extra) }
    case 'confused':
      return {
        backgroundImage: `repeating-conic-gradient(${ERROR_COLORS.missed} 0 25%, ${ERROR_COLORS.extra} 0 50%)`,
        backgroundSize: '8px 8px',
      }
    default:
      return assertNever(kind, 'kind of error')
  }
}

function ErrorLegend({
  tally,
  labelled,
  hidden,
}: {
  readonly tally: ErrorMap['tally'] | null
  readonly labelled: boolean
  readonly hidden: boolean
}) {
  const total = tally === null ? 0 : ERROR_KINDS.reduce((sum, kind) => sum + tally[kind], 0)
  return (
    <>
      <table className={styles['errors']} aria-label={t('Share of the areas')}>
        <tbody>
          {ERROR_KINDS.map((kind) => (
            <tr key={kind} title={ERROR_HELP[kind]}>
              <td>
                <span className={styles['swatch']} style={swatch(kind)} />
              </td>
              <td>{ERROR_TITLES[kind]}</td>
              <td>{tally === null || total === 0 ? '–' : `${shownDecimals((100 * tally[kind]) / total, 1)} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!labelled && <Note>{t('Nothing is labelled here: whatever is predicted counts as extra.')}</Note>}
      {hidden && <Note>{t('Without the classes that are hidden.')}</Note>}
    </>
  )
}
