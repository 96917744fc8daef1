import { type JobView } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import styles from './training.module.css'

type Folds = NonNullable<JobView['folds']>

/** Which fold of how many is under way. */
export const foldText = ({ folds, done }: Folds): string => t('Fold {{fold}} of {{folds}}', { fold: Math.min(done + 1, folds), folds })

interface FoldBarsProps {
  readonly folds: Folds
  /** Of all folds together, 0..100. */
  readonly share: number
}

/** How far a cross-validation is: a bar for each fold, one after the other. */
export function FoldBars({ folds, share }: FoldBarsProps) {
  const { folds: count } = folds
  return (
    <div
      className={styles['foldBars']}
      role="progressbar"
      aria-label={t('Training progress')}
      aria-valuenow={share}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={`${foldText(folds)}, ${String(share)} %`}
    >
      {Array.from({ length: count }, (_, index) => (
        <span key={index} title={foldText({ ...folds, done: index })}>
          <span style={{ width: `${String(100 * Math.min(1, Math.max(0, (share / 100) * count - index)))}%` }} />
        </span>
      ))}
    </div>
  )
}
