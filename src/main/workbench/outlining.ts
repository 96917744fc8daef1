import path from 'node:path'
import { type z } from 'zod'
import { type outlineQuestion, type OutlineModel, type OutlineView } from '#shared/contracts/outliner.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { MaskShape } from '#shared/records/shape.ts'
import type { ChildLaunch } from '../../process/child-program.ts'
import { OutlinerHost } from '../engine/outliner-process.ts'
import { bundledEntry, childNode, inElectron } from './child-node.ts'
import type { ImageFiles } from './image-files.ts'
import type { OpenProject } from './open-project.ts'
import { projectRoot } from './root.ts'

function launch(): ChildLaunch {
  const entry = inElectron() ? bundledEntry('engine/outliner.cjs') : path.join(projectRoot(), 'src', 'engine', 'prompting', 'entry.ts')
  return { ...childNode(), entry }
}

/** The smart outline on a project's images by a model of the person's own (docs/formats.md says which fit). */
export class Outlining {
  readonly #project: OpenProject
  readonly #files: ImageFiles
  readonly #host: OutlinerHost

  constructor(project: OpenProject, files: ImageFiles) {
    this.#project = project
    this.#files = files
    this.#host = new OutlinerHost(launch())
  }

  /** Which of some files are encoder and decoder. Throws AppError `outline-model` where they do not fit. */
  check(files: string[]): Promise<OutlineModel> {
    return this.#host.ask((client) => client.check({ files }))
  }

  /** Looks at a view ahead of the first question. Throws AppError `outline-model`, `outliner-crashed`, or of `ImageFailure`. */
  async look(model: OutlineModel | null, imageId: ImageId, view: OutlineView): Promise<void> {
    const looked = await this.#looked(model, imageId, view)
    await this.#host.ask((client) => client.look(looked))
  }

  /** What a prompt means, as pixels of the view. Throws as `look` does. */
  async outline(
    model: OutlineModel | null,
    imageId: ImageId,
    { view, prompt, before }: z.infer<typeof outlineQuestion>,
  ): Promise<{ mask: MaskShape | null }> {
    const looked = await this.#looked(model, imageId, view)
    return this.#host.ask((client) => client.outline({ ...looked, prompt, before }))
  }

  async stop(): Promise<void> {
    await this.#host.stop()
  }

  async #looked(model: OutlineModel | null, imageId: ImageId, view: OutlineView) {
    if (model === null)
      throw new AppError('outline-model', 'No model is chosen for the smart outline.', 'Choose one, or use Slidewright’s own network.')
    const file = await this.#files.pathOf(this.#project.image(imageId))
    return { model, file, cacheFolder: this.#project.paths.cache, view }
  }
}
