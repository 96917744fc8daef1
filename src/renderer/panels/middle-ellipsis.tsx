import styles from './middle-ellipsis.module.css'

/** Letters of a name's end that always stay: where names of one series differ. */
const TAIL = 10

/** A name cut in its middle where there is no room, since images of one series differ at the end; whole in the tooltip. */
export function MiddleEllipsis({ text }: { readonly text: string }) {
  const cut = Math.max(0, text.length - TAIL)
  return (
    <span className={styles['name']} title={text}>
      <span className={styles['head']}>{text.slice(0, cut)}</span>
      <span className={styles['tail']}>{text.slice(cut)}</span>
    </span>
  )
}
