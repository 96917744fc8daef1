import { useEffect } from 'react'
import { useStore } from 'zustand'
import { type ModelFamily } from '#shared/fold-names.ts'
import { useApp, useDocument } from '../app/context.ts'
import { type FoldsAnswer } from './folds-store.ts'

interface Told {
  /** Null until there is one. */
  readonly answer: FoldsAnswer | null
  /** Labels or folds are others by now, and the report is being made anew. */
  readonly isOld: boolean
}

/** The report of a cross-validation: asked for when it is shown, and anew after an edit and when another fold is done. */
export function useFoldsReport({ id, models }: ModelFamily): Told {
  const { stores, folds } = useApp()
  const folder = useDocument(({ project }) => project?.folder ?? '')
  const sequence = useDocument(({ history }) => history.sequence)
  const runs = useDocument((state) => state.runs.filter(({ modelId }) => models.some((model) => model.id === modelId)).length)
  const told = useStore(folds, (state) => state.told)
  const [of, as] = [`${id} ${folder}`, `${String(runs)} ${String(sequence)}`]
  useEffect(() => {
    folds.ask({ of, as }, () => stores.clients.work.foldsReport({ of: id }))
  }, [stores, folds, id, of, as])
  return told?.of === of ? { answer: told.answer, isOld: told.as !== as } : { answer: null, isOld: false }
}
