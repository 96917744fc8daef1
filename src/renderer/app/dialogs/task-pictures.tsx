import { type TaskKind } from '#shared/records/task.ts'
import styles from './new-project.module.css'

const CELLS = [
  [28, 30, 13],
  [62, 24, 11],
  [88, 48, 14],
  [44, 60, 12],
] as const

/** A small drawing of a kind of work: the same cells, and what is made of them. */
export function TaskPicture({ task }: { readonly task: TaskKind }) {
  return (
    <svg viewBox="0 0 120 84" className={styles['picture']} aria-hidden>
      {CELLS.map(([x, y, r]) => (
        <circle key={x} cx={x} cy={y} r={r} className={styles['cell']} />
      ))}
      <Marks task={task} />
    </svg>
  )
}

function Marks({ task }: { readonly task: TaskKind }) {
  switch (task) {
    case 'detection':
      return CELLS.map(([x, y, r]) => (
        <rect key={x} x={x - r - 2} y={y - r - 2} width={2 * r + 4} height={2 * r + 4} className={styles['mark']} />
      ))
    case 'segmentation':
      return CELLS.map(([x, y, r]) => <circle key={x} cx={x} cy={y} r={r} className={styles['fill']} />)
    case 'classification':
      return CELLS.map(([x, y], index) => (
        <text key={x} x={x} y={y + 4} className={styles['letter']}>
          {index % 2 === 0 ? 'A' : 'B'}
        </text>
      ))
    case 'anomaly':
      return <circle cx={88} cy={48} r={20} className={styles['mark']} strokeDasharray="4 3" />
  }
}
