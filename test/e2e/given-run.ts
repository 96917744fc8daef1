import { classId, modelId, newId, runId, type ClassId, type ImageId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { type SmearFile } from './home.ts'

/** A prediction as a test wants it: where, what, how sure. */
export interface Guess {
  readonly image: string
  readonly className: string
  readonly score: number
  readonly box: readonly [x: number, y: number, width: number, height: number]
}

export const GIVEN_MODEL = 'given model 1'

/** Makes a project whose images a model has looked at already, with exactly these predictions: no engine is needed for it. */
export async function projectWithRun(folder: string, files: readonly SmearFile[], guesses: readonly Guess[]): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] }, 'Test')
  try {
    await bench.import({ paths: files.map(({ path }) => path) })
    const { db } = bench.project
    const images = new Map<string, ImageId>(db.images().map(({ name, id }) => [name, id]))
    const classes = new Map<string, ClassId>(db.classes().map(({ name, id }) => [name, id]))
    const model = modelId.parse(newId())
    const run = runId.parse(newId())
    const createdAt = new Date().toISOString()
    db.putModel({
      id: model,
      name: GIVEN_MODEL,
      task: 'detection',
      preset: 'cells-lite0',
      classes: db.classes().map(({ id, name }) => ({ id, name })),
      parent: null,
      fold: null,
      settings: {},
      dataHash: '',
      trainImages: 1,
      valImages: 1,
      backend: 'tensorflow',
      epochs: 1,
      seconds: 1,
      secondsPerStep: 1,
      best: 0.5,
      curves: [],
      metrics: {},
      createdAt,
    })
    const predictions = guesses.map(({ image, className, score, box: [x, y, width, height] }) => ({
      imageId: images.get(image)!,
      classId: classes.get(className) ?? classId.parse('none'),
      score,
      shape: { type: 'box' as const, x, y, width, height },
    }))
    const record = { id: run, modelId: model, settings: {}, images: files.length, objects: predictions.length, seconds: 1, createdAt }
    db.addRun(record, [...images.values()], predictions)
  } finally {
    await bench.close()
  }
}
