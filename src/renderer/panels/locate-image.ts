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
    await stores.clients.project.locate({ imageId: image.id, path })
    library.found(image.id)
    // The same folder may hold others that are missing.
    await library.findMissing()
    stores.messages.done(t('Found {{of}}', { of: namesNow(stores).of(image) }))
  } catch (thrown) {
    stores.messages.failed(t('Find the file'), thrown)
  }
}
