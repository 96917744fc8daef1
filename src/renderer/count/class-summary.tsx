import { Anchor, Text } from '@mantine/core'
import { useMemo } from 'react'
import { areaNote, densityText, shareText, sizesText, unitText } from '#shared/counts/format.ts'
import { type ClassCount, type CountRow } from '#shared/counts/tabulate.ts'
import { SIZE_BINS, type SizeSummary } from '#shared/counts/sizes.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useGraphicColor } from '../app/use-graphic-color.ts'
import { ClassName } from '../labels/class-name.tsx'
import { useLabelsImages } from '../labels/use-labels.ts'
import { useSource } from './use-counts.ts'
import styles from './count.module.css'

const KIND_NAMES = { truth: t('Labelled'), predictions: t('Predicted'), corrected: t('Corrected') } as const

/** What can be said of each class on all images that are shown: how many, before and after correction, how dense, how large. */
export function ClassSummary({ all }: { readonly all: CountRow }) {
  const classes = useDocument((state) => state.classes)
  const byId = useMemo(() => new Map(classes.map((one) => [one.id, one])), [classes])
  const { kind } = useSource()
  const hasRun = all.perClass.some((one) => one.uncorrected !== null)
  const predicted = hasRun && kind !== 'predictions'
  const corrected = hasRun && kind !== 'corrected'
  const dense = all.mm2 !== null
  const sized = all.perClass.some(({ sizes }) => sizes !== null)
  return (
    // Reached by Tab: with large text it scrolls.
    <div className={styles['summary']} data-selectable tabIndex={0} role="region" aria-label={t('All images shown, by class')}>
      <table className={styles['figuresTable']} aria-label={t('All images shown, by class')}>
        <thead>
          <tr>
            <th scope="col">{t('Class')}</th>
            <th scope="col">{KIND_NAMES[kind]}</th>
            {predicted && <th scope="col">{t('Predicted')}</th>}
            {corrected && <th scope="col">{t('Corrected')}</th>}
            {dense && (
              <th
                scope="col"
                title={t(
                  'Objects a square millimetre of the area below, with the 95 % interval of objects that lie independently of each other',
                )}
              >
                {t('Per mm² (95 %)')}
              </th>
            )}
            {sized && <th scope="col">{t('Median size (quartiles)')}</th>}
            {sized && <th scope="col">{t('Sizes')}</th>}
          </tr>
        </thead>
        <tbody>
          {all.perClass.map((one) => (
            <tr key={one.classId}>
              <th scope="row">
                <ClassName id={one.classId} none="" />
              </th>
              <td>{shownNumber(one.n)}</td>
              {predicted && <td>{one.uncorrected !== null && shownNumber(one.uncorrected)}</td>}
              {corrected && <td>{one.corrected !== null && shownNumber(one.corrected)}</td>}
              {dense && <td>{one.density && densityText(one.density)}</td>}
              {sized && <td>{sizesText(one)}</td>}
              {sized && (
                <td>
                  <Bars count={one} record={byId.get(one.classId)} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <Shares all={all} />
      <NoDensity all={all} />
      {(dense || all.areaOf !== 'image') && <Area all={all} />}
    </div>
  )
}

/** Why nothing is told a square millimetre, with what helps. */
function NoDensity({ all }: { readonly all: CountRow }) {
  const { shell } = useApp()
  const ofImages = useLabelsImages()
  const unknown = all.images.filter(({ micronsPerPixel }) => micronsPerPixel === null).length
  if (ofImages || unknown === 0) return null
  return (
    <Text size="sm" c="var(--sw-muted)" mt={4}>
      {t('Not told per mm²: {{count}} of these images have no pixel size.', { count: unknown })}{' '}
      <Anchor component="button" size="sm" onClick={() => shell.open({ kind: 'pixel-size', line: null, missing: true })}>
        {t('Set pixel size…')}
      </Anchor>
    </Text>
  )
}

/** By which area the densities are divided. */
const Area = ({ all }: { readonly all: CountRow }) => (
  <p className={styles['area']} role="note">
    {areaNote(all)}
  </p>
)

function Shares({ all }: { readonly all: CountRow }) {
  const told = all.shares.filter(({ share }) => share !== null)
  if (told.length === 0) return null
  return (
    <p className={styles['shares']}>
      {told.map((one) => (
        <span key={one.name}>
          {one.name === '' ? t('Positive') : t('{{name}} positive', { name: one.name })}: <b>{shareText(one)}</b>,{' '}
          {t('{{some}} of {{all}}', { some: one.positive, all: one.positive + one.negative })}
        </span>
      ))}
    </p>
  )
}

const BAR = { width: 9, height: 18 }

/** How many objects are how large, from the smallest to the largest. */
function Bars({ count: { sizes }, record }: { readonly count: Pick<ClassCount, 'sizes'>; readonly record: ClassRecord | undefined }) {
  const seen = useGraphicColor()
  if (sizes === null) return null
  const most = Math.max(...sizes.bins)
  return (
    <svg width={SIZE_BINS * BAR.width} height={BAR.height} role="img" aria-label={told(sizes)}>
      <title>{told(sizes)}</title>
      {sizes.bins.map((n, at) => {
        const height = n === 0 ? 0 : Math.max(1, (n / most) * BAR.height)
        return (
          <rect
            key={at}
            x={at * BAR.width}
            y={BAR.height - height}
            width={BAR.width - 1}
            height={height}
            fill={seen(record?.color ?? '#888888')}
            className={styles['bar']}
          />
        )
      })}
    </svg>
  )
}

const told = ({ n, min, max, unit }: SizeSummary): string =>
  t('{{n}} objects of {{min}} to {{max}} {{unit}}', {
    n,
    min: Math.round(min),
    max: Math.round(max),
    unit: unitText(unit),
  })
