import { type ClassRecord } from './records/class.ts'
import { type ClassId } from './records/ids.ts'

/** What parts a class from the one that it is a kind of, as in QuPath: `Tumor: Positive`. */
const SEPARATOR = ': '

/** A class as the list shows it. */
export interface ClassBranch {
  readonly record: ClassRecord
  /** How many classes that it is a kind of stand above it. */
  readonly depth: number
  /** Its name without theirs. */
  readonly shown: string
  /** Classes that are a kind of it, wherever they stand: its counts include theirs. */
  readonly below: readonly ClassId[]
}

const isKindOf = (name: string, of: string): boolean => name.startsWith(of + SEPARATOR) && name.length > of.length + SEPARATOR.length

/** Classes in their order, each indented where it follows the class that it is a kind of, or another kind of that one. */
export function classTree(classes: readonly ClassRecord[]): readonly ClassBranch[] {
  // The classes above the row, outermost first.
  let open: readonly string[] = []
  return classes.map((record) => {
    const { name } = record
    const above = open.filter((of) => isKindOf(name, of))
    const parent = above.at(-1)
    open = [...above, name]
    const below = classes.filter((other) => isKindOf(other.name, name)).map(({ id }) => id)
    return { record, depth: above.length, shown: parent === undefined ? name : name.slice(parent.length + SEPARATOR.length), below }
  })
}

/** Classes that are chosen, and with those that come newly all that are a kind of them. */
export function withKinds(
  classes: readonly ClassRecord[],
  before: ReadonlySet<ClassId>,
  chosen: ReadonlySet<ClassId>,
): ReadonlySet<ClassId> {
  const fresh = classTree(classes).filter(({ record }) => chosen.has(record.id) && !before.has(record.id))
  return new Set([...chosen, ...fresh.flatMap(({ below }) => below)])
}

/** Objects of a class and of all that are a kind of it. */
export function countOf(
  counts: ReadonlyMap<ClassId, number> | undefined,
  { record, below }: Pick<ClassBranch, 'record' | 'below'>,
): number {
  return [record.id, ...below].reduce((sum, id) => sum + (counts?.get(id) ?? 0), 0)
}

/** Two classes of which one is the positive, the other the negative kind of the same: `Tumor: Positive` and `Tumor: Negative`. */
export interface PositivePair {
  /** What they are kinds of; empty where they stand for themselves. */
  readonly name: string
  readonly positive: ClassId
  readonly negative: ClassId
}

/** The pairs of which a share of positive ones can be told, in the order of their positive classes; whatever the case of the two words. */
export function positivePairs(classes: readonly Pick<ClassRecord, 'id' | 'name'>[]): PositivePair[] {
  return classes.flatMap(({ id, name }) => {
    const own = kindOf(name)
    if (own.last !== 'positive') return []
    const other = classes.find((one) => {
      const kind = kindOf(one.name)
      return kind.last === 'negative' && kind.of === own.of
    })
    return other ? [{ name: own.of, positive: id, negative: other.id }] : []
  })
}

function kindOf(name: string): { readonly of: string; readonly last: string } {
  const at = name.lastIndexOf(SEPARATOR)
  return at < 0 ? { of: '', last: name.toLowerCase() } : { of: name.slice(0, at), last: name.slice(at + SEPARATOR.length).toLowerCase() }
}
