import { useMemo } from 'react'
import { densityText, shareText, sizesText } from '#shared/counts/format.ts'
import { type ClassCount, type CountRow } from '#shared/counts/tabulate.ts'
import { SIZE_BINS, type SizeSummary } from '#shared/counts/sizes.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { useDocument } from '../app/context.ts'
import { ClassName } from '../labels/class-name.tsx'
import { useSource } from './use-counts.ts'
import styles from './count.module.css'

const KIND_NAMES = { truth: 'Labelled', predictions: 'Predicted', corrected: 'Corrected' } as const

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
    <div className={styles['summary']} data-selectable>
      <table className={styles['figuresTable']} aria-label="All images shown, by class">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">{KIND_NAMES[kind]}</th>
            {predicted && <th scope="col">Predicted</th>}
            {corrected && <th scope="col">Corrected</th>}
            {dense && (
              <th
                scope="col"
                title="Objects a square millimetre of the images, with the 95 % interval of objects that lie independently of each other"
              >
                Per mm² (95 %)
              </th>
            )}
            {sized && <th scope="col">Median size (quartiles)</th>}
            {sized && <th scope="col">Sizes</th>}
          </tr>
        </thead>
        <tbody>
          {all.perClass.map((one) => (
            <tr key={one.classId}>
              <th scope="row">
                <ClassName id={one.classId} none="" />
              </th>
              <td>{one.n.toLocaleString('en')}</td>
              {predicted && <td>{one.uncorrected?.toLocaleString('en')}</td>}
              {corrected && <td>{one.corrected?.toLocaleString('en')}</td>}
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
    </div>
  )
}

function Shares({ all }: { readonly all: CountRow }) {
  const told = all.shares.filter(({ share }) => share !== null)
  if (told.length === 0) return null
  return (
    <p className={styles['shares']}>
      {told.map((one) => (
        <span key={one.name}>
          {one.name === '' ? 'Positive' : `${one.name} positive`}: <b>{shareText(one)}</b>, {one.positive.toLocaleString('en')} of{' '}
          {(one.positive + one.negative).toLocaleString('en')}
        </span>
      ))}
    </p>
  )
}

const BAR = { width: 9, height: 18 }

/** How many objects are how large, from the smallest to the largest. */
function Bars({ count: { sizes }, record }: { readonly count: Pick<ClassCount, 'sizes'>; readonly record: ClassRecord | undefined }) {
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
            fill={record?.color ?? '#888888'}
            className={styles['bar']}
          />
        )
      })}
    </svg>
  )
}

const told = ({ n, min, max, unit }: SizeSummary): string =>
  `${n.toLocaleString('en')} objects of ${String(Math.round(min))} to ${String(Math.round(max))} ${unit === 'um2' ? 'µm²' : 'px²'}`
