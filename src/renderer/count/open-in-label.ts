import { imageId } from '#shared/records/ids.ts'
import { type AppModel } from '../app/context.ts'
import { boundsOf } from '../viewer/area-outline.ts'
import { type ObjectId } from '../viewer/scene.ts'

/** Goes to Label with an image open, and an object selected where one is named and shown. */
export function openInLabel(
  { stores, shell }: Pick<AppModel, 'stores' | 'shell'>,
  id: number | string,
  object: ObjectId | null = null,
): void {
  shell.goTo('label')
  void stores.actions.openImage(imageId.parse(String(id))).then(() => {
    const shown = object === null ? undefined : stores.scene.getState().scene.byId.get(object)
    if (!shown) return
    stores.selection.select([shown.id])
    if (shown.shape.type !== 'point') stores.view.zoomTo(boundsOf(shown.shape))
  })
}
