import type { CountColumns } from '#shared/contracts/counts.ts'
import type { Diff } from '#shared/records/edit.ts'
import type { ImageId, RunId } from '#shared/records/ids.ts'
import type { OpenProject } from '../open-project.ts'
import { turns } from '../turns.ts'
import { columnsOf, type ImagePart, imagePart } from './count-columns.ts'

/**
 * Reads for a window what may be counted, again and again while edits come: image by image, with turns for others in between, and anew only the
 * images that an edit changed. Of an edit that comes while all is read the columns may hold a part; whoever shows them asks again after an edit.
 */
class CountReader {
  readonly #project: OpenProject
  #runId: RunId | null = null
  #parts = new Map<ImageId, ImagePart>()

  constructor(project: OpenProject) {
    this.#project = project
    project.events.on('changed', ({ diff }) => {
      const changed = imagesIn(diff)
      if (changed === null) this.#parts = new Map()
      else for (const id of changed) this.#parts.delete(id)
    })
    project.events.on('reload', () => {
      this.#parts = new Map()
    })
  }

  /** @throws AppError `no-such-run`. */
  async read(runId: RunId | null): Promise<CountColumns> {
    const run = runId === null ? null : this.#project.run(runId)
    if (runId !== this.#runId) this.#parts = new Map()
    this.#runId = runId
    const { db } = this.#project
    const parts = new Map<ImageId, ImagePart>()
    const turn = turns()
    for (const image of db.images()) {
      const part = this.#parts.get(image.id) ?? imagePart(this.#project, image, run)
      // Another run may have been asked for meanwhile.
      if (this.#runId === runId) this.#parts.set(image.id, part)
      parts.set(image.id, part)
      await turn()
    }
    // Images that came or went meanwhile are told of by the edit that brought or took them.
    return columnsOf(this.#project, runId, db.images().filter(({ id }) => parts.has(id)), parts) // prettier-ignore
  }
}

/** The images on which a diff may change what is counted; null: any. */
function imagesIn({ images, classes, annotations, decisions, regions }: Diff): ReadonlySet<ImageId> | null {
  if (classes.added.length + classes.updated.length + classes.removed.length > 0) return null
  const all = <T>({ added, updated, removed }: Table<T>): T[] => [...added, ...removed, ...updated.flat()]
  return new Set([
    ...all<{ readonly id: ImageId }>(images).map(({ id }) => id),
    ...annotations.amended.map(({ imageId }) => imageId),
    ...[annotations, decisions, regions].flatMap((table) => all<{ readonly imageId: ImageId }>(table)).map(({ imageId }) => imageId),
  ])
}

interface Table<T> {
  readonly added: readonly T[]
  readonly updated: readonly (readonly [T, T])[]
  readonly removed: readonly T[]
}

const readers = new WeakMap<OpenProject, CountReader>()

/** As `countColumnsOf`, for one who asks again after every edit. @throws AppError `no-such-run`. */
export function readCounts(project: OpenProject, runId: RunId | null): Promise<CountColumns> {
  const reader = readers.get(project) ?? new CountReader(project)
  readers.set(project, reader)
  return reader.read(runId)
}
