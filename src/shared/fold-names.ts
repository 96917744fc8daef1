import { groupBy } from './group-by.ts'
import type { ModelRecord } from './records/model.ts'

/** What the model of a fold is called: "cells-lite0 2, fold 1 of 5". `index` from 0. */
export const foldName = ({ name, index, folds }: { readonly name: string; readonly index: number; readonly folds: number }): string =>
  `${name}, fold ${index + 1} of ${folds}`

/** What all folds of a cross-validation are called together: "cells-lite0 2"; of another model its name. */
export function familyName({ name, fold }: Pick<ModelRecord, 'name' | 'fold'>): string {
  if (fold === null) return name
  const own = foldName({ name: '', ...fold })
  return name.endsWith(own) ? name.slice(0, -own.length) : name
}

/** Models as people think of them: one by itself, or all folds of a cross-validation. */
export interface ModelFamily {
  /** Of its folds `fold.of`, else the model's own id. */
  readonly id: string
  readonly name: string
  /** How many folds it was to have; null: it is one model by itself. */
  readonly folds: number | null
  /** Folds by their number. */
  readonly models: readonly [ModelRecord, ...ModelRecord[]]
  /** When its newest model was made. */
  readonly createdAt: string
}

/** The models in families, in the order in which these first come. */
export function modelFamilies(models: readonly ModelRecord[]): ModelFamily[] {
  return [...groupBy(models, ({ id, fold }) => fold?.of ?? id)].map(([id, members]) => {
    const [first, ...rest] = [...members].sort((a, b) => (a.fold?.index ?? 0) - (b.fold?.index ?? 0))
    const createdAt = members.reduce((newest, one) => (one.createdAt > newest ? one.createdAt : newest), '')
    return { id, name: familyName(first!), folds: first!.fold?.folds ?? null, models: [first!, ...rest], createdAt }
  })
}
