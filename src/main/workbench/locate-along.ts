import { say } from '#shared/i18n/say.ts'
import type { ImageId } from '#shared/records/ids.ts'
import { pathsOf } from '../images/image-paths.ts'
import { movedAlong } from '../images/relocate.ts'
import type { Workbench } from './workbench.ts'

/**
 * After the file of one image was found: tries the same move for the other images whose files are missing, and puts those that are found in their new
 * place by one edit. Answers with them.
 *
 * @throws AppError `project-read-only`.
 */
export async function locateAlong(bench: Workbench, { from, to }: { readonly from: string; readonly to: string }): Promise<ImageId[]> {
  const gone = new Set(await bench.files.missing())
  const missing = bench.images().filter(({ id }) => gone.has(id))
  const found = await movedAlong(missing, from, to)
  const images = missing.flatMap((image) => {
    const file = found.get(image.id)
    return file === undefined ? [] : [{ ...image, ...pathsOf(file, bench.folder) }]
  })
  if (images.length > 0) bench.project.commit({ label: say('Find {{count}} files', { count: images.length }), put: { images }, remove: {} })
  return images.map(({ id }) => id)
}
