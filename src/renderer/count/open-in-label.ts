import { type CountSource } from '#shared/contracts/project.ts'
import { t } from '#shared/i18n/translate.ts'
import {
  imageId,
  type AnnotationId,
  type ClassId,
  type ImageId,
  type PredictionId,
  type RegionId,
  type RunId,
} from '#shared/records/ids.ts'
import { type AppModel } from '../app/context.ts'
import { goToLabel } from '../app/go-to-label.ts'
import { ensureShown } from '../panels/class-visibility.ts'
import { boundsOf } from '../viewer/area-outline.ts'
import { type ObjectId } from '../viewer/scene.ts'

type Means = Pick<AppModel, 'stores' | 'shell'>

/** A run whose predictions are to be seen, and the score from which on they are at least. */
interface RunToSee {
  readonly runId: RunId
  readonly score: number
}

/** Goes to Label with an image open, and an object selected where one is named and shown; `run`: with its predictions. */
export function openInLabel(
  { stores, shell }: Means,
  id: number | string,
  { object = null, run = null }: { readonly object?: ObjectId | null; readonly run?: RunToSee | null } = {},
): void {
  void goToLabel(shell)
    .then(() => (run === null ? undefined : seeRun(stores, run)))
    .then(() => stores.actions.openImage(imageId.parse(String(id))))
    .then(() => {
      const shown = object === null ? undefined : stores.scene.getState().scene.byId.get(object)
      if (!shown) return
      stores.selection.select([shown.id])
      if (shown.shape.type !== 'point') stores.view.zoomTo(boundsOf(shown.shape))
    })
}

async function seeRun(stores: Means['stores'], { runId, score }: RunToSee): Promise<void> {
  if (stores.predictions.getState().runId !== runId) await stores.actions.visitRun(runId)
  stores.predictions.setThreshold(Math.min(score, stores.predictions.getState().threshold))
}

/** A number of the table: of which image, which region of it, which classes, counted how. */
export interface ToOpen {
  readonly imageId: ImageId
  readonly region: RegionId | 'none' | null
  readonly classIds: readonly ClassId[]
  readonly source: CountSource
  /** Those alone that lie on another which counts too. */
  readonly twice?: boolean
}

/** Objects of one image, and how they are to be seen. */
interface ToShow {
  readonly imageId: ImageId
  readonly annotations: readonly AnnotationId[]
  readonly predictions: readonly PredictionId[]
  /** The run whose predictions are shown, from this score on; null: those that are shown already. */
  readonly runId: RunId | null
  readonly score: number
}

/** Goes to Label with objects selected; their layers and scores are shown. What cannot be selected is said. */
export async function openObjects(means: Means, shown: ToShow): Promise<void> {
  try {
    await show(means, shown)
  } catch (thrown) {
    means.stores.messages.failed(t('Show the objects'), thrown)
  }
}

async function show({ stores, shell }: Means, { imageId: id, annotations, predictions, runId, score }: ToShow): Promise<void> {
  await goToLabel(shell)
  if (runId !== null) await seeRun(stores, { runId, score })
  stores.display.setState({ annotations: true, ...(predictions.length > 0 ? { predictions: true } : {}) })
  await stores.actions.openImage(id)
  const { byId } = stores.scene.getState().scene
  const ids: readonly ObjectId[] = [...annotations, ...predictions]
  const shown = ids.filter((one) => byId.has(one))
  stores.selection.select(shown)
  if (shown.length < ids.length)
    stores.messages.hint(
      t('{{count}} objects of {{ids}} selected.', { count: shown.length, ids: ids.length }),
      t(
        'The others are predictions that somebody rejected, labels that were deleted since, or classes of the whole image: they cannot be selected here.',
      ),
    )
}

/** Goes to Label with the objects behind a number selected; their layers, classes and scores are shown. What cannot be selected is said. */
export async function openCounted(means: Means, { source, ...number }: ToOpen): Promise<void> {
  const { stores } = means
  try {
    const behind = await stores.clients.project.countedObjects({ source, ...number, classIds: [...number.classIds] })
    for (const id of number.classIds) ensureShown(stores, id)
    const run = source.kind === 'truth' ? { runId: null, score: 0 } : { runId: source.runId, score: source.score }
    await show(means, { imageId: number.imageId, ...behind, ...run })
  } catch (thrown) {
    stores.messages.failed(t('Show the objects'), thrown)
  }
}
