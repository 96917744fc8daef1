import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { type CountSource } from '#shared/contracts/project.ts'
import { type RunId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { runTitle } from '../panels/run-choice.tsx'
import { sourceOf, type CountState } from './count-store.ts'
import { type ImageCounts } from './count-table.ts'

export function useCount<T>(select: (state: CountState) => T): T {
  return useStore(useApp().count, select)
}

/** The run that is counted: the chosen one, else the newest. */
export function useCountedRun(): RunId | null {
  const chosen = useCount(({ runId }) => runId)
  const runs = useDocument((state) => state.runs)
  return useMemo(() => {
    if (runs.some(({ id }) => id === chosen)) return chosen
    return [...runs].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]?.id ?? null
  }, [runs, chosen])
}

/** The score from which predictions count: what a person chose; where images have one class as wholes, every one counts, however unsure. */
export function useCountedScore(): number {
  const whole = useLabelsImages()
  const score = useCount((state) => state.score)
  return whole ? 0 : score
}

export function useSource(): CountSource {
  const kind = useCount((state) => state.kind)
  const score = useCountedScore()
  const run = useCountedRun()
  return useMemo(() => sourceOf({ kind, score }, run), [kind, score, run])
}

/** What is counted, in words: numbers from predictions always carry their model and score. */
export function useSourceTitle(): string {
  const source = useSource()
  const runs = useDocument((state) => state.runs)
  const models = useDocument((state) => state.models)
  if (source.kind === 'truth') return 'truth'
  const run = runs.find(({ id }) => id === source.runId)
  const from = source.score === 0 ? '' : `, score ≥ ${source.score.toFixed(2)}`
  const what = `${run ? runTitle(run, models, Date.now()) : 'predictions'}${from}`
  return source.kind === 'predictions' ? what : `corrected: ${what}`
}

/** Milliseconds of calm before counting anew while a slider moves. */
const CALM = 120

/** The counts of a source; the old ones stay until the new ones are there. */
export function useCounts(source: CountSource): readonly ImageCounts[] | null {
  const { stores } = useApp()
  const sequence = useDocument(({ history }) => history.sequence)
  const [counts, setCounts] = useState<readonly ImageCounts[] | null>(null)
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(() => {
      stores.clients.project.counts({ source }).then(
        (answer) => {
          if (wanted) setCounts(answer)
        },
        (thrown: unknown) => {
          stores.messages.failed('Count', thrown)
        },
      )
    }, CALM)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [stores, source, sequence])
  return counts
}
