import type { ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { madeBy, outOfFold, type RunRecord } from '#shared/records/model.ts'
import type { OpenProject } from './open-project.ts'

/** What another model said of images. */
export interface Rivals {
  /** Of a cross-validation the newest of its runs. */
  readonly newest: RunId
  /** By image the run that looked at it; images without one were not looked at. */
  readonly runs: ReadonlyMap<ImageId, RunId>
}

/**
 * The other model that looked at most of a run's images, the newest of those that looked at as many. The runs of a cross-validation are one, of
 * which each says something of images that its model had not seen. Null where no other model looked at any.
 */
export function rivalsOf({ db }: OpenProject, runId: RunId, images: readonly ImageRecord[]): Rivals | null {
  const all = db.runs()
  const mine = all.find(({ id }) => id === runId)
  if (!mine) return null
  const asked = new Set(images.map(({ id }) => id))
  let most: Rivals | null = null
  for (const group of groupsOf(all).reverse()) {
    if (group.some((run) => run.id === runId || isSame(madeBy(run), madeBy(mine)))) continue
    // Most runs are told by their number of images: to read those of each takes long where there are many.
    if (group.reduce((sum, run) => sum + run.images, 0) <= (most?.runs.size ?? 0)) continue
    const runs = new Map(group.flatMap(({ id }) => db.imagesOfRun(id).flatMap((image) => (asked.has(image) ? [[image, id] as const] : []))))
    if (runs.size > (most?.runs.size ?? 0)) most = { newest: group.at(-1)!.id, runs }
    if (runs.size === asked.size) break
  }
  return most
}

const isSame = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((id, at) => id === b[at])

/** Runs that belong together, in the order of the newest of each. */
function groupsOf(runs: readonly RunRecord[]): (readonly RunRecord[])[] {
  const groups = new Map<string, RunRecord[]>()
  for (const run of runs) {
    const key = outOfFold(run) ?? run.id
    const group = groups.get(key) ?? []
    // The place of a group is that of its newest run.
    groups.delete(key)
    groups.set(key, [...group, run])
  }
  return [...groups.values()]
}
