import { memo, type KeyboardEvent, type MouseEvent } from 'react'
import { areaText } from '#shared/areas.ts'
import { areaNote, areaWord, percentText, shareText } from '#shared/counts/format.ts'
import { type CountBy } from '#shared/contracts/counts.ts'
import { type ClassCount, type CountRow } from '#shared/counts/tabulate.ts'
import { isOriginFact } from '#shared/origin.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useNames } from '../state/context.tsx'
import { useApp } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { STATE_NAMES } from '../panels/image-state-icon.tsx'
import { MiddleEllipsis } from '../panels/middle-ellipsis.tsx'
import { besideText, regionName, rowName } from './count-rows.ts'
import { type Beside } from './count-store.ts'
import { SPLIT_BADGES } from '../panels/split-badges.ts'
import { openCounted, openInLabel } from './open-in-label.ts'
import { useSource } from './use-counts.ts'
import styles from './count.module.css'

interface CountsRowProps {
  readonly row: CountRow
  readonly by: CountBy
  /** Whether the area that it is counted on is told, and in a high row with a word on what it is. */
  readonly area: 'high' | 'low' | false
  readonly beside: Beside
  readonly grid: string
  /** CSS pixels from the first row, its own, and which row it is. */
  readonly place: { readonly top: number; readonly height: number; readonly at: number }
}

/** What a click does: of the row it opens the image in Label, of a number its objects there; of a slide, patient or group it shows the images. */
function useOpening({ images, region, name }: CountRow, by: CountBy) {
  const app = useApp()
  const source = useSource()
  const [image] = images
  const showImages = (): void => {
    app.count.setState({ by: 'image', only: { by, name, ids: new Set(images.map(({ id }) => id)) } })
  }
  return {
    row: (): void => {
      if (isOriginFact(by)) showImages()
      else if (image) openInLabel(app, image.id)
    },
    number: (classIds: readonly ClassId[]): void => {
      if (isOriginFact(by)) showImages()
      else if (image) void openCounted(app, { imageId: image.id, region: by === 'image' ? null : (region?.id ?? 'none'), classIds, source })
    },
  }
}

/** The counts of an image, a region, a slide, a patient or a group. */
export const CountsRow = memo(function CountsRow({ row, by, area, beside, grid, place }: CountsRowProps) {
  const names = useNames()
  const source = useSource()
  const open = useOpening(row, by)
  const name = rowName(row, by, names)
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.target !== event.currentTarget) return
    event.preventDefault()
    open.row()
  }
  const all = row.perClass.map(({ classId }) => classId)
  return (
    <div
      role="row"
      aria-label={by === 'region' ? `${name} ${regionName(row)}` : name}
      aria-rowindex={place.at + 2}
      tabIndex={0}
      className={cx(styles['row'], styles['body'])}
      style={{ gridTemplateColumns: grid, transform: `translateY(${String(place.top)}px)`, height: place.height }}
      onClick={open.row}
      onKeyDown={keys}
    >
      <First row={row} by={by} name={name} />
      {area && <AreaCell row={row} high={area === 'high'} />}
      {row.perClass.map(
        (one) =>
        <Cell key={one.classId} n={one.n} below={besideText(one, beside, source.kind)} by={by} onOpen={() => { open.number([one.classId]) }} />, // prettier-ignore
      )}
      {row.shares.map((one) => (
        <span key={one.name} role="cell" className={cx(styles['cell'], styles['number'])} title={shareText(one)}>
          {one.share === null ? '–' : percentText(one.share)}
        </span>
      ))}
      <Cell
        n={row.total}
        below={totalBeside(row, beside, source.kind)}
        by={by}
        onOpen={() => {
          open.number(all)
        }}
      />{' '}
      {/* prettier-ignore */}
    </div>
  )
})

/** Below the number of all classes: the sum of what stands below each; of sizes nothing. */
function totalBeside({ perClass, total, mm2 }: CountRow, beside: Beside, kind: 'truth' | 'predictions' | 'corrected'): string {
  if (beside === 'size') return ''
  const sum = (pick: (one: ClassCount) => number | null): number | null =>
    perClass.reduce<number | null>((all, one) => (all === null ? null : ((value) => (value === null ? null : all + value))(pick(one))), 0)
  const density = mm2 === null ? null : { perMm2: total / mm2, interval: { lower: 0, upper: 0 } }
  const all = { n: total, uncorrected: sum((one) => one.uncorrected), corrected: sum((one) => one.corrected), density, sizes: null }
  return perClass[0] ? besideText({ ...perClass[0], ...all }, beside, kind) : ''
}

function First({ row, by, name }: { readonly row: CountRow; readonly by: CountBy; readonly name: string }) {
  const [image] = row.images
  return (
    <>
      <span role="cell" className={styles['cell']}>
        <MiddleEllipsis text={name} />
      </span>
      {by === 'image' && (
        <>
          <span role="cell" className={styles['cell']}>
            {image?.split ? SPLIT_BADGES[image.split] : '–'}
          </span>
          <span role="cell" className={styles['cell']}>
            {image && STATE_NAMES[image.state]}
          </span>
        </>
      )}
      {by === 'region' && (
        <span role="cell" className={cx(styles['cell'], row.region === null && styles['zero'])}>
          {regionName(row)}
        </span>
      )}
      {isOriginFact(by) && (
        <span role="cell" className={cx(styles['cell'], styles['number'])}>
          {shownNumber(row.images.length)}
        </span>
      )}
    </>
  )
}

/** On which area the row is counted: what its numbers are divided by. */
function AreaCell({ row, high }: { readonly row: CountRow; readonly high: boolean }) {
  const word = areaWord(row)
  const size = row.pixels === null ? '' : areaText(row.pixels, row.mm2)
  return (
    <span role="cell" className={cx(styles['cell'], styles['number'])} title={areaNote(row)}>
      {size === '' && row.areaOf !== null ? '–' : size}
      {high && word !== '' && <span className={styles['below']}>{word}</span>}
    </span>
  )
}

interface CellProps {
  readonly n: number
  readonly below: string
  readonly by: CountBy
  readonly onOpen: () => void
}

function Cell({ n, below, by, onOpen }: CellProps) {
  const open = (event: MouseEvent): void => {
    event.stopPropagation()
    onOpen()
  }
  return (
    <span role="cell" className={cx(styles['cell'], styles['number'])}>
      <button
        type="button"
        className={cx(styles['open'], n === 0 && styles['zero'])}
        disabled={n === 0}
        title={isOriginFact(by) ? t('Show its images') : t('Show these objects')}
        onClick={open}
      >
        {shownNumber(n)}
      </button>
      {below !== '' && <span className={styles['below']}>{below}</span>}
    </span>
  )
}
