import { type ClassId } from '#shared/records/ids.ts'
import { type Stores } from '../state/stores.ts'

/** Shows a class again if it was hidden. */
export function ensureShown({ display }: Pick<Stores, 'display'>, id: ClassId): void {
  if (display.getState().hiddenClasses.has(id)) display.toggleClass(id)
}

/** What is drawn or relabelled is seen: a hidden class that gets an object is shown again. The returned function stops. */
export function showWhatIsDrawn(stores: Pick<Stores, 'document' | 'display'>): () => void {
  return stores.document.subscribe(({ pending }, before) => {
    if (pending === before.pending || pending.length === 0) return
    const known = new Set(before.pending)
    for (const sent of pending)
      if (!known.has(sent)) for (const { classId } of sent.edit.put.annotations ?? []) ensureShown(stores, classId)
  })
}
