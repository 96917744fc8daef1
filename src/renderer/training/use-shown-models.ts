import { useMemo } from 'react'
import { shownModels } from '#shared/records/model-note.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { useDocument } from '../app/context.ts'

/** The models that are offered: all but archived ones, oldest first. */
export function useShownModels(): readonly ModelRecord[] {
  const models = useDocument((state) => state.models)
  const notes = useDocument((state) => state.tables.modelNotes)
  return useMemo(() => shownModels(models, notes.values()), [models, notes])
}
