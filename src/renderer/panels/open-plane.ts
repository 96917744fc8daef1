import { type ImageRecord } from '#shared/records/image.ts'
import { type ZarrPlane } from '#shared/records/zarr-plane.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AppModel } from '../app/context.ts'
import { namesNow } from '../state/names.ts'

/** Opens another slice or time of the file that an image is of; what the project does not have yet becomes an image of its own. */
export async function openPlane({ stores }: Pick<AppModel, 'stores'>, image: ImageRecord, plane: ZarrPlane): Promise<void> {
  try {
    const known = new Set(stores.document.getState().images.map(({ id }) => id))
    const opened = await stores.clients.project.plane({ imageId: image.id, ...plane })
    // Slices are compared at one place.
    stores.view.seeAlike(opened.id)
    await stores.actions.openImage(opened.id)
    if (!known.has(opened.id)) stores.messages.done(t('{{of}} added as an image of its own', { of: namesNow(stores).of(opened) }))
  } catch (thrown) {
    stores.messages.failed(t('Open the slice'), thrown)
  }
}
