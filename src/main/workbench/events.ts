import type { Change } from '#shared/records/edit.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { JobUpdate } from '#shared/contracts/work.ts'
import type { jobPreview } from '#shared/contracts/job.ts'
import type { z } from 'zod'
import type { Preparing } from '../images/tile-preparation.ts'

/** What a workbench tells while it is open; the window listens to all of it, the command line to little. */
export interface WorkbenchEvents {
  readonly changed: Change
  readonly imported: { readonly done: number; readonly total: number; readonly name: string }
  readonly reload: Readonly<Record<string, never>>
  readonly thumbnail: { readonly imageId: ImageId }
  readonly preparing: Preparing
  readonly job: JobUpdate
  readonly sample: z.infer<typeof jobPreview>
}

type Listener<T> = (payload: T) => void
type Listeners = { [K in keyof WorkbenchEvents]: Set<Listener<WorkbenchEvents[K]>> }

/** A small typed emitter: listeners are removed by the function that adding them gave. */
export class WorkbenchEmitter {
  readonly #listeners: Listeners = {
    changed: new Set(),
    imported: new Set(),
    reload: new Set(),
    thumbnail: new Set(),
    preparing: new Set(),
    job: new Set(),
    sample: new Set(),
  }

  on<K extends keyof WorkbenchEvents>(event: K, listener: Listener<WorkbenchEvents[K]>): () => void {
    this.#listeners[event].add(listener)
    return () => {
      this.#listeners[event].delete(listener)
    }
  }

  emit<K extends keyof WorkbenchEvents>(event: K, payload: WorkbenchEvents[K]): void {
    for (const listener of this.#listeners[event]) listener(payload)
  }
}
