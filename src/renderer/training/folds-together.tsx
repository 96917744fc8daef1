import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { z } from 'zod'
import { type FoldsReport } from '#shared/contracts/work.ts'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { useTaskFacts } from '../app/context.ts'
import { Cautions } from '../count/evaluation-head.tsx'
import { JudgedByContext, type JudgedBy } from '../count/judged-by.ts'
import { type ReportTab } from '../count/tabs.tsx'

interface TogetherProps {
  readonly report: FoldsReport
  readonly tab: ReportTab
}

/** A view of an evaluation, over all images of a cross-validation together. */
export function FoldsTogether({ report: { folds, pooled }, tab: { Report } }: TogetherProps) {
  const judged = useMemo((): JudgedBy => {
    const runs = new Map<ImageId, RunId>(folds.flatMap(({ run, seen }) => seen.map((image) => [image, run] as const)))
    return { runOf: (image) => runs.get(image) ?? null, by: 'folds' }
  }, [folds])
  return (
    <>
      <Text size="sm" mb="sm">
        <What pooled={pooled} />
      </Text>
      <Cautions answer={pooled} />
      <JudgedByContext value={judged}>
        <Report answer={pooled} />
      </JudgedByContext>
    </>
  )
}

const counted = z.object({ images: z.number(), score: z.number().optional() })

/** On which images, by whom, and from which score. */
function What({ pooled }: Pick<FoldsReport, 'pooled'>) {
  const byScore = useTaskFacts()?.byScore === true
  const { images, score } = counted.parse(pooled)
  return t('All {{number}} images together, each judged by the model that had not seen it{{from}}', {
    number: shownNumber(images),
    from: byScore && score !== undefined ? t(', score ≥ {{score}}', { score: shownDecimals(score, 2) }) : '',
  })
}
