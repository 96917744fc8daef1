import { type FlagRecord } from '#shared/records/flag.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type PredictionRecord } from '#shared/records/prediction.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AppModel } from '../app/context.ts'
import { goToLabel } from '../app/go-to-label.ts'
import { type Stores } from '../state/stores.ts'
import { boundsOf } from '../viewer/area-outline.ts'
import { type ObjectId } from '../viewer/scene.ts'

/** Share of the view that what is flagged takes. */
const SHARE = 0.3

/** Shows what a flag is set on: in Review where the queue asks about it, else on its image in Label. */
export async function showFlag(app: AppModel, flag: FlagRecord): Promise<void> {
  const { shell, review, stores } = app
  if (shell.getState().place === 'review') {
    const asked = review
      .getState()
      .queue.find(({ id, imageId, box }) =>
        flag.predictionId === null ? flag.annotationId === null && box === null && imageId === flag.imageId : id === flag.predictionId,
      )
    if (asked) {
      review.configure({ gallery: false })
      review.goTo(asked.id)
      return
    }
    await goToLabel(shell)
  }
  app.labels.setState({ gallery: false })
  if (flag.predictionId === null) await showOn(stores, flag.imageId, flag.annotationId)
  else await showPrediction(stores, flag)
}

async function showPrediction(stores: Stores, { imageId, predictionId }: FlagRecord): Promise<void> {
  const found = await stores.clients.project
    .predictionsById({ ids: predictionId === null ? [] : [predictionId] })
    .catch((thrown: unknown) => {
      stores.messages.failed(t('Read the prediction'), thrown)
      return []
    })
  const [prediction] = found
  if (!prediction) return
  const { runId } = stores.predictions.getState()
  if (prediction.runId !== runId) await stores.actions.visitRun(prediction.runId)
  if (stores.predictions.getState().threshold > prediction.score) stores.predictions.setThreshold(prediction.score)
  await showOn(stores, imageId, prediction.id, prediction)
}

/** The image with an object selected; of a prediction that was decided on meanwhile, the annotation that was made of it. */
async function showOn(stores: Stores, imageId: ImageId, id: ObjectId | null, prediction?: PredictionRecord): Promise<void> {
  await stores.actions.openImage(imageId)
  const { scene } = stores.scene.getState()
  const { decisions } = stores.document.getState().tables
  const made = prediction && [...decisions.values()].find(({ predictionId }) => predictionId === prediction.id)
  const shown = made?.annotationId ?? id
  const object = shown === null ? undefined : scene.byId.get(shown)
  if (!object) {
    stores.view.fit()
    stores.selection.select([])
    return
  }
  stores.view.zoomTo(boundsOf(object.shape), SHARE)
  stores.selection.select([object.id])
}
