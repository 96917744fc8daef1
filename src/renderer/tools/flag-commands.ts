import { say } from '#shared/i18n/say.ts'
import { flagKey, type FlagRecord, type FlagTarget } from '#shared/records/flag.ts'
import { flagId, newId, type ImageId } from '#shared/records/ids.ts'
import { type Stores } from '../state/stores.ts'
import { type Tables } from '../state/tables.ts'
import { isGuess, type ObjectId } from '../viewer/scene.ts'

// Flags for a colleague: on objects, predictions and images. Each command is one edit.

const byTarget = new WeakMap<Tables['flags'], ReadonlyMap<string, FlagRecord>>()

function flagsByTarget(flags: Tables['flags']): ReadonlyMap<string, FlagRecord> {
  const known = byTarget.get(flags) ?? new Map([...flags.values()].map((flag) => [flagKey(flag), flag]))
  byTarget.set(flags, known)
  return known
}

export const imageTarget = (imageId: ImageId): FlagTarget => ({ imageId, annotationId: null, predictionId: null })

export function objectTarget(imageId: ImageId, id: ObjectId): FlagTarget {
  return isGuess(id) ? { imageId, annotationId: null, predictionId: id } : { imageId, annotationId: id, predictionId: null }
}

/** The flag on something; one that was set on a prediction holds for the annotation that was made of it, too. */
export function flagOn({ flags, annotations }: Pick<Tables, 'flags' | 'annotations'>, target: FlagTarget): FlagRecord | undefined {
  const known = flagsByTarget(flags)
  const own = known.get(flagKey(target))
  if (own !== undefined || target.annotationId === null) return own
  const of = annotations.get(target.annotationId)?.predictionId ?? null
  return of === null ? undefined : known.get(flagKey({ ...target, annotationId: null, predictionId: of }))
}

/** What a flag is set on now: the selected objects, else the open image. */
export function flagTargets({ document, selection }: Pick<Stores, 'document' | 'selection'>): FlagTarget[] {
  const { imageId } = document.getState()
  if (imageId === null) return []
  const { selected } = selection.getState()
  return selected.size === 0 ? [imageTarget(imageId)] : Array.from(selected, (id) => objectTarget(imageId, id))
}

/** The first of them. */
export function firstFlagTarget({ document, selection }: Pick<Stores, 'document' | 'selection'>): FlagTarget | null {
  const { imageId } = document.getState()
  const [first] = selection.getState().selected
  if (imageId === null) return null
  return first === undefined ? imageTarget(imageId) : objectTarget(imageId, first)
}

/** Whether all of some objects of an image are flagged. */
export function areFlagged(tables: Pick<Tables, 'flags' | 'annotations'>, imageId: ImageId | null, ids: ReadonlySet<ObjectId>): boolean {
  // Each object has a flag of its own: where there are fewer, none has to be looked at.
  if (imageId === null || ids.size > tables.flags.size) return false
  return [...ids].every((id) => flagOn(tables, objectTarget(imageId, id)) !== undefined)
}

/** Flags these; where all of them are flagged, takes the flags off. False where there is nothing. */
export function toggleFlags(stores: Stores, targets: readonly FlagTarget[] = flagTargets(stores)): boolean {
  if (targets.length === 0) return false
  const { tables } = stores.document.getState()
  const found = targets.map((target) => flagOn(tables, target))
  const flags = found.filter((flag) => flag !== undefined)
  if (flags.length === targets.length) {
    removeFlags(stores, flags)
    return true
  }
  const now = new Date().toISOString()
  const { author } = stores.tool.getState()
  const facts = { note: '', author, createdAt: now, updatedAt: now }
  const made = targets.filter((_, i) => found[i] === undefined).map((target) => ({ id: flagId.parse(newId()), ...target, ...facts }))
  const label = say('Flag {{what}}', { what: made.length === 1 ? whatIs(made[0]!) : say('{{count}} objects', { count: made.length }) })
  void stores.actions.commit({ label, put: { flags: made }, remove: {} })
  return true
}

export function removeFlags(stores: Stores, flags: readonly FlagRecord[]): void {
  const label = say('Take {{count}} flags off', { count: flags.length })
  void stores.actions.commit({ label, put: {}, remove: { flags: [...new Set(flags.map(({ id }) => id))] } })
}

export function noteFlag(stores: Stores, flag: FlagRecord, note: string): void {
  const flags = [{ ...flag, note, updatedAt: new Date().toISOString() }]
  void stores.actions.commit({ label: say('Write a note on a flag'), put: { flags }, remove: {} })
}

/** What a flag is set on, in a word. */
export function whatIs({ annotationId, predictionId }: FlagTarget): string {
  if (annotationId !== null) return say('object')
  return predictionId === null ? say('image') : say('prediction')
}
