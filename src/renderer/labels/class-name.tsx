import { type ClassId } from '#shared/records/ids.ts'
import { useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import styles from './labels.module.css'

interface ClassNameProps {
  readonly id: ClassId | null
  /** What stands where there is no class. */
  readonly none: string
  readonly large?: boolean
}

/** A class by its colour and its name. */
export function ClassName({ id, none, large = false }: ClassNameProps) {
  const record = useDocument(({ tables }) => (id === null ? undefined : tables.classes.get(id)))
  return (
    <span className={cx(styles['class'], large && styles['large'], !record && styles['none'])}>
      <span className={styles['chip']} style={{ background: record?.color ?? 'transparent' }} aria-hidden />
      {record?.name ?? none}
    </span>
  )
}
