import { AppError } from '#shared/errors.ts'
import { type ClassificationReport, classificationSteps } from '#shared/metrics/classification-report.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { say } from '#shared/i18n/say.ts'
import { stepped, type Steps } from '#shared/steps.ts'
import { writeClassesCsv } from '../../interchange/csv.ts'
import type { WrittenLabels } from '../../interchange/label-set.ts'
import { compareImages } from './compare-images.ts'
import { imageLabel, imageLabelsOf } from './image-labels.ts'
import { withMeanThreshold } from './mean-threshold.ts'
import { calledAs, labelledAs } from './whole-image.ts'
import { type EvaluatedImage, type Evaluation, type PredictedRun, resultsByImage, type WorkbenchTask } from './workbench-task.ts'
import { allGrouped, groupOf } from './whole-groups.ts'

/** A class for each image as a whole. */
export const classificationTask: WorkbenchTask = {
  kind: 'classification',
  isLabelled: (_image, annotations) => imageLabel(annotations) !== undefined,
  labelsOf: imageLabelsOf,
  learnsFrom: () => true,
  firstStep: say('Give some images a class, or import folders named after the classes, then train.'),
  fewLabels: 50,
  warnings: (train, _val, classes) => {
    const counts = classes.map((_, k) => train.filter(({ labels }) => labels.some(({ classIndex }) => classIndex === k)).length)
    const most = Math.max(...counts)
    const least = Math.min(...counts.filter((count) => count > 0))
    return most > UNBALANCED * least
      ? [say('The classes are unbalanced, {{count}} images to {{least}}: accuracy alone says little then.', { count: most, least })]
      : []
  },
  // Every image has a class: the one that is said, however unsure.
  countedFrom: 0,
  measuresAreas: false,
  evaluate,
  together: withMeanThreshold,
  compare: (compared) =>
    compareImages(compared, { labelOf: ({ annotations }) => imageLabel(annotations), isRight: (said, label) => said === label.classId }),
  writePredictions,
  sharedClasses: 'all',
  checkClasses: (names) => {
    if (names.length < 2)
      throw new AppError(
        'wrong-classes',
        'A classification needs two classes or more.',
        'Name them, separated by commas: --classes "Healthy,Infected".',
      )
  },
}

const UNBALANCED = 5

function* evaluate({ images, read, classes, model }: Evaluation): Steps<ClassificationReport> {
  const places = model.classes.map((m) => classes.findIndex(({ id, name }) => id === m.id || name === m.name))
  const grouped = allGrouped(images)
  const classified = (yield* stepped(images, (image) => classifiedImage(read(image), { classes, places, grouped }))).flat()
  if (classified.length === 0)
    throw new AppError('no-labels', 'None of these images has both a label and a prediction.', 'Label them first, or choose another split.')
  const threshold = classes.length === 2 ? thresholdOf(model) : undefined
  return yield* classificationSteps({ images: classified, classes: classes.map(({ id, name }) => ({ id, name })), threshold })
}

interface Classifying extends Pick<Evaluation, 'classes'> {
  /** Of the model's classes, among the project's. */
  readonly places: readonly number[]
  readonly grouped: boolean
}

function classifiedImage({ image, annotations, result }: EvaluatedImage, { classes, places, grouped }: Classifying) {
  const label = imageLabel(annotations)
  const truth = classes.findIndex(({ id }) => id === label?.classId)
  if (truth < 0 || !result?.scores) return []
  // The model's order of classes, as the project has them now.
  const scores = new Array<number>(classes.length).fill(0)
  for (const [index, place] of places.entries()) if (place >= 0) scores[place] = result.scores[index] ?? 0
  return [{ id: image.id, truth, scores, group: groupOf(image, grouped) }]
}

/** The threshold that the training picked on its validation images. */
export function thresholdOf({ metrics }: ModelRecord): number | undefined {
  const threshold = metrics['threshold']
  return typeof threshold === 'number' ? threshold : undefined
}

async function writePredictions(file: string, run: PredictedRun): Promise<WrittenLabels> {
  const model = run.model()
  const rows = resultsByImage(run).flatMap(({ image, result: { scores } }) =>
    scores === null ? [] : [{ image, scores, className: saidClass(run, image, scores, model), truth: labelledAs(run, image) }],
  )
  const names = model.classes.map(({ name }) => name)
  return writeClassesCsv(file, { classes: names, rows, model: run.madeBy(), run: run.run })
}

/** The class that the run gave the image: a threshold may have chosen another than the most probable. */
function saidClass(run: PredictedRun, image: ImageRecord, scores: readonly number[], { classes }: ModelRecord): string {
  return calledAs(run, image) ?? classes[scores.indexOf(Math.max(...scores))]?.name ?? ''
}
