import { memo, type KeyboardEvent } from 'react'
import { type ClassRecord } from '#shared/records/class.ts'
import { useNameOf } from '../state/context.tsx'
import { useApp } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { STATE_NAMES } from '../panels/image-state-icon.tsx'
import { MiddleEllipsis } from '../panels/middle-ellipsis.tsx'
import { type CountRow } from './count-table.ts'
import { openInLabel } from './open-in-label.ts'
import styles from './count.module.css'

interface CountsRowProps {
  readonly row: CountRow
  readonly classes: readonly ClassRecord[]
  readonly grid: string
  /** CSS pixels from the first row. */
  readonly top: number
  readonly at: number
}

/** An image's counts; a click (or Enter) opens it in Label. */
export const CountsRow = memo(function CountsRow({ row, classes, grid, top, at }: CountsRowProps) {
  const app = useApp()
  const { image, counts, total } = row
  const name = useNameOf(image)
  const open = (): void => {
    openInLabel(app, image.id)
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    open()
  }
  return (
    <div
      role="row"
      aria-label={name}
      aria-rowindex={at + 2}
      tabIndex={0}
      className={cx(styles['row'], styles['body'])}
      style={{ gridTemplateColumns: grid, transform: `translateY(${String(top)}px)` }}
      onClick={open}
      onKeyDown={keys}
    >
      <span role="cell" className={styles['cell']}>
        <MiddleEllipsis text={name} />
      </span>
      <span role="cell" className={styles['cell']}>
        {image.split ?? '–'}
      </span>
      <span role="cell" className={styles['cell']}>
        {STATE_NAMES[image.state]}
      </span>
      {classes.map(({ id }) => (
        <Count key={id} count={counts.get(id) ?? 0} />
      ))}
      <Count count={total} />
    </div>
  )
})

function Count({ count }: { readonly count: number }) {
  return (
    <span role="cell" className={cx(styles['cell'], styles['number'], count === 0 && styles['zero'])}>
      {count.toLocaleString()}
    </span>
  )
}
