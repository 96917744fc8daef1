import { isZarrName, type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { IMAGE_FILTERS } from '../app/file-filters.ts'
import { namesNow } from '../state/names.ts'
import { type AppModel } from '../app/context.ts'

/** Lets the person show where an image's file is now; main checks that it is the same one. */
export async function locateImage({ stores, library }: Pick<AppModel, 'stores' | 'library'>, image: ImageRecord): Promise<void> {
  try {
    const [path] = await stores.clients.app.pickFiles({
      title: t('Where is {{of}}?', { of: namesNow(stores).of(image) }),
      folders: isZarrName(image.name),
      filters: isZarrName(image.name) ? [] : [...IMAGE_FILTERS],
    })
    if (path === undefined) return
    const { absolutePath } = await stores.clients.project.locate({ imageId: image.id, path })
    library.found(image.id)
    stores.messages.done(t('Found {{of}}', { of: namesNow(stores).of(image) }))
    if (library.getState().missing.size === 0) return
    // What lay beside it may have come along.
    const others = await stores.clients.project.locateAlong({ from: image.absolutePath, to: absolutePath })
    await library.findMissing()
    if (others.length > 0) stores.messages.done(t('{{count}} more were found beside it', { count: others.length }))
  } catch (thrown) {
    stores.messages.failed(t('Find the file'), thrown)
  }
}
