import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { CURVE_SCORES, scoreCurve } from '#shared/counts/score-curve.ts'
import { t } from '#shared/i18n/translate.ts'
import { useDocument } from '../app/context.ts'
import { LineChart } from '../training/line-chart.tsx'
import { useCountColumns, useShownImages, useSource } from './use-counts.ts'

/** How many objects count on the images that are shown, by the score from which predictions do: flat where the choice matters little. */
export function ScoreEffect({ score }: { readonly score: number }) {
  const classes = useDocument((state) => state.classes)
  const columns = useCountColumns()
  const images = useShownImages()
  const { kind } = useSource()
  const curve = useMemo(
    () => (columns === null || kind === 'truth' ? null : scoreCurve(columns, kind, new Set(images.map(({ id }) => id)))),
    [columns, kind, images],
  )
  const data = useMemo(() => (curve === null ? [] : [CURVE_SCORES, ...classes.map(({ id }) => curve.get(id) ?? [])]), [curve, classes])
  if (curve === null) return null
  if ([...curve.values()].every((counts) => counts[0] === counts.at(-1)))
    return (
      <Text size="xs" c="var(--sw-muted)" mt={8}>
        {t('The count of these images is the same from every score.')}
      </Text>
    )
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" mt={8}>
        {t('Objects counted, by the score from which a prediction counts: where the lines are flat the choice matters little.')}
      </Text>
      <LineChart
        title={t('Objects counted by score')}
        lines={classes.map(({ name, color }) => ({ label: name, color }))}
        data={data}
        xLabel={t('score')}
        height={130}
        digits={0}
        restAt={score}
      />
    </>
  )
}
