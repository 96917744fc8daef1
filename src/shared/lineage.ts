import { type ModelFamily, modelFamilies } from './fold-names.ts'
import type { ModelId } from './records/ids.ts'
import type { ModelNote } from './records/model-note.ts'
import type { ModelRecord } from './records/model.ts'

/** A line of the library: a model, what people keep of it, and how far it stands in: 0 = under no other. */
export interface LineageRow {
  readonly model: ModelRecord
  readonly note: ModelNote | null
  readonly depth: number
  /** The first of the folds of a cross-validation that are shown: they stand in by one, under what this says. */
  readonly heads: Pick<ModelFamily, 'name' | 'folds'> | null
}

/**
 * Models as a tree, line by line: each under the one that its training went on from, or the nearest before that which is shown. What is
 * pinned, or holds something that is, stands first, then the newest; models that went on from the same one by age. Folds of a cross-validation
 * stand together, as one.
 * `all`: archived ones too.
 */
export function lineage(models: readonly ModelRecord[], notes: Iterable<ModelNote>, { all = false } = {}): LineageRow[] {
  const noteOf = new Map([...notes].map((note) => [note.id, note]))
  const byId = new Map(models.map((model) => [model.id, model]))
  const shown = new Set(models.filter(({ id }) => all || noteOf.get(id)?.archived !== true).map(({ id }) => id))
  const children = new Map<ModelId | null, ModelRecord[]>()
  for (const model of models) {
    if (!shown.has(model.id)) continue
    const above = shownAbove(model, byId, shown)
    children.set(above, [...(children.get(above) ?? []), model])
  }
  const isPinned = ({ id }: ModelRecord): boolean => noteOf.get(id)?.pinned === true
  const holdsPinned = (model: ModelRecord): boolean => isPinned(model) || (children.get(model.id) ?? []).some(holdsPinned)
  const under = (above: ModelId | null, depth: number): LineageRow[] => {
    const age = above === null ? -1 : 1
    const own = modelFamilies(children.get(above) ?? []).map((family) => ({ family, first: family.models.some(holdsPinned) ? 0 : 1 }))
    own.sort((a, b) => a.first - b.first || age * byAge(a.family, b.family))
    return own.flatMap(({ family: { name, folds, models: members } }) => {
      const inner = folds === null ? depth : depth + 1
      return members.flatMap((model, i): LineageRow[] => [
        { model, note: noteOf.get(model.id) ?? null, depth: inner, heads: folds !== null && i === 0 ? { name, folds } : null },
        ...under(model.id, inner + 1),
      ])
    })
  }
  return under(null, 0)
}

type Aged = Pick<ModelFamily, 'id' | 'createdAt'>

const byAge = (a: Aged, b: Aged): number => (a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1)

/** The nearest model before this one that is shown; a circle, which no training makes, ends the search. */
function shownAbove(model: ModelRecord, byId: ReadonlyMap<ModelId, ModelRecord>, shown: ReadonlySet<ModelId>): ModelId | null {
  const seen = new Set([model.id])
  for (let at = model.parent; at !== null && !seen.has(at); at = byId.get(at)?.parent ?? null) {
    if (shown.has(at)) return isBelow(at, model.id, byId) ? null : at
    seen.add(at)
  }
  return null
}

function isBelow(id: ModelId, other: ModelId, byId: ReadonlyMap<ModelId, ModelRecord>): boolean {
  const seen = new Set<ModelId>()
  for (let at: ModelId | null = id; at !== null && !seen.has(at); at = byId.get(at)?.parent ?? null) {
    if (at === other) return true
    seen.add(at)
  }
  return false
}
