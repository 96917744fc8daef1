import { type ClassRecord } from '#shared/records/class.ts'
import { type ClassId } from '#shared/records/ids.ts'

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

/** Objects of a class and of all that are a kind of it. */
export function countOf(
  counts: ReadonlyMap<ClassId, number> | undefined,
  { record, below }: Pick<ClassBranch, 'record' | 'below'>,
): number {
  return [record.id, ...below].reduce((sum, id) => sum + (counts?.get(id) ?? 0), 0)
}
