import { type CountSource } from '#shared/contracts/project.ts'
import { imageId, type ClassId, type ImageId, type RegionId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AppModel } from '../app/context.ts'
import { ensureShown } from '../panels/class-visibility.ts'
import { boundsOf } from '../viewer/area-outline.ts'
import { type ObjectId } from '../viewer/scene.ts'

type Means = Pick<AppModel, 'stores' | 'shell'>

/** Goes to Label with an image open, and an object selected where one is named and shown. */
export function openInLabel({ stores, shell }: Means, id: number | string, object: ObjectId | null = null): void {
  shell.goTo('label')
  void stores.actions.openImage(imageId.parse(String(id))).then(() => {
    const shown = object === null ? undefined : stores.scene.getState().scene.byId.get(object)
    if (!shown) return
    stores.selection.select([shown.id])
    if (shown.shape.type !== 'point') stores.view.zoomTo(boundsOf(shown.shape))
  })
}

/** A number of the table: of which image, which region of it, which classes, counted how. */
export interface ToOpen {
  readonly imageId: ImageId
  readonly region: RegionId | 'none' | null
  readonly classIds: readonly ClassId[]
  readonly source: CountSource
}

/** Goes to Label with the objects behind a number selected; their layers, classes and scores are shown. What cannot be selected is said. */
export async function openCounted({ stores, shell }: Means, { source, ...number }: ToOpen): Promise<void> {
  try {
    const { annotations, predictions } = await stores.clients.project.countedObjects({ source, ...number, classIds: [...number.classIds] })
    shell.goTo('label')
    if (source.kind !== 'truth') {
      await stores.actions.chooseRun(source.runId)
      stores.predictions.setThreshold(Math.min(source.score, stores.predictions.getState().threshold))
    }
    for (const id of number.classIds) ensureShown(stores, id)
    stores.display.setState({ annotations: true, ...(predictions.length > 0 ? { predictions: true } : {}) })
    await stores.actions.openImage(number.imageId)
    const { byId } = stores.scene.getState().scene
    const ids: readonly ObjectId[] = [...annotations, ...predictions]
    const shown = ids.filter((id) => byId.has(id))
    stores.selection.select(shown)
    if (shown.length < ids.length)
      stores.messages.hint(
        t('{{count}} objects of {{ids}} selected.', { count: shown.length, ids: ids.length }),
        t('The others are predictions that somebody decided on, or classes of the whole image: they cannot be selected here.'),
      )
  } catch (thrown) {
    stores.messages.failed(t('Show the objects'), thrown)
  }
}
