import { type ClassRecord } from '#shared/records/class.ts'
import { classId, modelId, newId, runId, type ClassId, type ImageId, type ModelId } from '#shared/records/ids.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { type TaskKind } from '#shared/records/task.ts'
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
export async function projectWithRun(
  folder: string,
  files: readonly SmearFile[],
  guesses: readonly Guess[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] }, 'Test')
  try {
    await bench.import({ paths: files.map(({ path }) => path) })
    const { db } = bench.project
    const images = new Map<string, ImageId>(db.images().map(({ name, id }) => [name, id]))
    const classes = new Map<string, ClassId>(db.classes().map(({ name, id }) => [name, id]))
    const model = modelId.parse(newId())
    const run = runId.parse(newId())
    db.putModel(givenModel(model, 'detection', db.classes()))
    const predictions = guesses.map(({ image, className, score, box: [x, y, width, height] }) => ({
      imageId: images.get(image)!,
      classId: classes.get(className) ?? classId.parse('none'),
      score,
      shape: { type: 'box' as const, x, y, width, height },
    }))
    const record = {
      id: run,
      modelId: model,
      settings,
      images: files.length,
      objects: predictions.length,
      seconds: 1,
      createdAt: new Date().toISOString(),
    }
    db.addRun(record, [...images.values()], predictions)
  } finally {
    await bench.close()
  }
}

/** Makes a project of cells that a model has said a class of: how sure it is of the second of two, in the order of the files. */
export async function projectWithClasses(
  folder: string,
  files: readonly SmearFile[],
  scores: readonly number[],
  threshold: number,
): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'classification', classes: ['Healthy', 'Infected'] }, 'Test')
  try {
    await bench.import({ paths: files.map(({ path }) => path) })
    const { db } = bench.project
    const byName = new Map(db.images().map(({ name, id }) => [name, id]))
    const images = files.map(({ name }) => byName.get(name)!)
    const [healthy, infected] = db.classes().map(({ id }) => id)
    const [model, run] = [modelId.parse(newId()), runId.parse(newId())]
    db.putModel({ ...givenModel(model, 'classification', db.classes()), metrics: { threshold } })
    const said = scores.map((score, i) => ({
      ...{ imageId: images[i]!, shape: { type: 'image' as const } },
      ...(score >= threshold ? { classId: infected!, score } : { classId: healthy!, score: 1 - score }),
    }))
    const results = scores.map((score, i) => ({ imageId: images[i]!, scores: [1 - score, score], anomaly: null, maps: [] }))
    const createdAt = new Date().toISOString()
    db.addRun(
      { id: run, modelId: model, settings: {}, images: files.length, objects: said.length, seconds: 1, createdAt },
      images,
      said,
      results,
    )
  } finally {
    await bench.close()
  }
}

export function givenModel(id: ModelId, task: TaskKind, classes: readonly ClassRecord[]): ModelRecord {
  return {
    ...{
      id,
      name: GIVEN_MODEL,
      task,
      preset: task === 'detection' ? 'cells-lite0' : 'cnn-70',
      parent: null,
      fold: null,
      settings: {},
      dataHash: '',
      ...{ author: '', objects: null, origin: null },
    },
    classes: classes.map(({ id: of, name }) => ({ id: of, name })),
    ...{
      trainImages: 1,
      valImages: 1,
      backend: 'tensorflow',
      epochs: 1,
      seconds: 1,
      secondsPerStep: 1,
      best: 0.5,
      curves: [],
      metrics: {},
    },
    createdAt: new Date().toISOString(),
  }
}
