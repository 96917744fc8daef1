import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { type CountSource } from '#shared/contracts/project.ts'
import { type RunId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useLabelsImages } from '../labels/use-labels.ts'
import { runTitle } from '../panels/run-choice.tsx'
import { sourceOf, type CountState } from './count-store.ts'
import { type Clients } from '../state/clients.ts'
import { type ImageCounts } from './count-table.ts'
import { type RegionCounts } from './region-rows.ts'

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

/** A row an image, or a row a region where the project has any. */
export function useCountedBy(): CountState['by'] {
  const by = useCount((state) => state.by)
  const hasRegions = useDocument(({ tables }) => tables.regions.size > 0)
  return hasRegions ? by : 'image'
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
  return useCounted(source, countImages)
}

/** The same a region, and of each image what lies in none. */
export function useRegionCounts(source: CountSource): readonly RegionCounts[] | null {
  return useCounted(source, countRegions)
}

const countImages = ({ project }: Clients, source: CountSource): Promise<ImageCounts[]> => project.counts({ source })
const countRegions = ({ project }: Clients, source: CountSource): Promise<RegionCounts[]> => project.regionCounts({ source })

function useCounted<T>(source: CountSource, count: (clients: Clients, source: CountSource) => Promise<readonly T[]>): readonly T[] | null {
  const { stores } = useApp()
  const sequence = useDocument(({ history }) => history.sequence)
  const [counts, setCounts] = useState<readonly T[] | null>(null)
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(() => {
      count(stores.clients, source).then(
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
  }, [stores, source, sequence, count])
  return counts
}
