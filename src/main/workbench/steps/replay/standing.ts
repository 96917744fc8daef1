import type { ImageId, ModelId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { OpenProject } from '../../open-project.ts'

/** What the steps of a log made there, and what stands for it here. */
export class Standing {
  readonly models = new Map<ModelId, ModelId>()
  readonly runs = new Map<RunId, RunId>()
  /** The given images, once they are in the project; null: those of the log are meant. */
  images: readonly ImageId[] | null = null

  /** The images that steps may mean. */
  among(project: OpenProject): ImageRecord[] {
    return this.images?.map((id) => project.image(id)) ?? project.db.images()
  }

  /** That of the replayed step, else the very same where the project has it, its own or imported; null where there is none. */
  model({ db }: OpenProject, id: ModelId): ModelId | null {
    const all = db.models()
    return this.models.get(id) ?? (all.find((model) => model.id === id) ?? all.findLast(({ origin }) => origin?.model === id))?.id ?? null
  }

  run({ db }: OpenProject, id: RunId): RunId | null {
    return this.runs.get(id) ?? db.runs().find((run) => run.id === id)?.id ?? null
  }
}
