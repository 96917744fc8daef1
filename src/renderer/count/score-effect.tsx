import { Text } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { type ClassId, type RunId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { LineChart } from '../training/line-chart.tsx'
import { type ImageCounts } from './count-table.ts'

const SCORES = Array.from({ length: 19 }, (_, i) => (i + 1) / 20)

interface ScoreEffectProps {
  readonly run: RunId
  readonly score: number
}

function totals(counts: readonly ImageCounts[]): ReadonlyMap<ClassId, number> {
  const sums = new Map<ClassId, number>()
  for (const row of counts) for (const { classId, count } of row.counts) sums.set(classId, (sums.get(classId) ?? 0) + count)
  return sums
}

/** How many objects the run counts in all, by the score from which they count: flat where the choice matters little. */
export function ScoreEffect({ run, score }: ScoreEffectProps) {
  const { stores } = useApp()
  const classes = useDocument((state) => state.classes)
  const [curve, setCurve] = useState<readonly ReadonlyMap<ClassId, number>[]>([])
  useEffect(() => {
    let wanted = true
    const ask = async (): Promise<void> => {
      const all: ReadonlyMap<ClassId, number>[] = []
      for (const at of SCORES) {
        if (!wanted) return
        all.push(totals(await stores.clients.project.counts({ source: { kind: 'predictions', runId: run, score: at } })))
      }
      if (wanted) setCurve(all)
    }
    ask().catch((thrown: unknown) => {
      stores.messages.failed('Count', thrown)
    })
    return () => {
      wanted = false
    }
  }, [stores, run])
  const data = useMemo(
    () => [SCORES.slice(0, curve.length), ...classes.map(({ id }) => curve.map((one) => one.get(id) ?? 0))],
    [curve, classes],
  )
  if (curve.length === 0) return null
  const nearest = curve[Math.min(curve.length - 1, Math.max(0, Math.round(score * 20) - 1))]
  return (
    <>
      <Text size="xs" c="var(--sw-muted)" mt={8}>
        Predictions counted, by score
        {nearest ? `; about ${[...nearest.values()].reduce((a, b) => a + b, 0).toLocaleString()} from here on` : ''}
      </Text>
      <LineChart
        title="Predictions counted by score"
        lines={classes.map(({ name, color }) => ({ label: name, color }))}
        data={data}
        xLabel="score"
        height={130}
        digits={0}
        restAt={score}
      />
    </>
  )
}
