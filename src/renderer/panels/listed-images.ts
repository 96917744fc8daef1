import { type ImageRecord } from '#shared/records/image.ts'
import { type AppModel } from '../app/context.ts'
import { namesNow } from '../state/names.ts'
import { flaggedOnly, visibleImages } from './library-store.ts'

/** The images that the list shows now, for what is done by command. */
export function listedImages({ stores, library }: Pick<AppModel, 'stores' | 'library'>): ImageRecord[] {
  const { images, tables } = stores.document.getState()
  const settings = library.getState()
  return visibleImages(flaggedOnly(images, tables.flags, settings), tables.counts, settings, namesNow(stores))
}
