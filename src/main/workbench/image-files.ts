import type { JobImage } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { fileOfImage } from '../images/image-paths.ts'
import type { ImportProblem } from '../interchange/dataset.ts'
import type { OpenProject } from './open-project.ts'

/** Where the project's image files are now. */
export class ImageFiles {
  readonly #project: OpenProject

  constructor(project: OpenProject) {
    this.#project = project
  }

  find(image: ImageRecord): Promise<string | null> {
    return fileOfImage(image, this.#project.folder)
  }

  async pathOf(image: ImageRecord): Promise<string> {
    const file = await this.find(image)
    if (file !== null) return file
    throw new AppError(
      'image-missing',
      `The file of ${image.name} is not at ${image.absolutePath} any more.`,
      'Its labels are safe. Point to where it is now: it is recognised by its content.',
    )
  }

  /** Images as a job needs them; those whose file is gone are told, and the rest goes on. */
  async locateAll(images: readonly ImageRecord[]): Promise<{ readable: JobImage[]; problems: ImportProblem[] }> {
    const readable: JobImage[] = []
    const problems: ImportProblem[] = []
    for (const image of images) {
      const file = await this.find(image)
      if (file === null)
        problems.push({ file: image.name, what: say('the file is not at {{path}} any more', { path: image.absolutePath }) })
      else readable.push({ id: image.id, path: file, width: image.width, height: image.height, micronsPerPixel: image.micronsPerPixel })
    }
    return { readable, problems }
  }

  async missing(): Promise<ImageId[]> {
    const gone: ImageId[] = []
    for (const image of this.#project.db.images()) if ((await this.find(image)) === null) gone.push(image.id)
    return gone
  }
}
