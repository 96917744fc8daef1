import path from 'node:path'
import type { Found, JobProgress } from '#shared/contracts/job.ts'
import { predictRequest, type PredictRequest } from '#shared/contracts/work.ts'
import { AppError } from '#shared/errors.ts'
import { jobId, newId, runId, type ClassId, type ImageId, type JobId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelRecord, RunRecord } from '#shared/records/model.ts'
import type { NewPrediction } from '../project/tables/predictions.ts'
import type { ImportProblem } from '../interchange/dataset.ts'
import type { ImageFiles } from './image-files.ts'
import type { JobBook } from './job-book.ts'
import type { OpenProject } from './open-project.ts'

export interface PredictedRun {
  readonly run: RunRecord
  readonly problems: readonly ImportProblem[]
}

/** Predictions of a project's models: runs the job and keeps what it found as one run, apart from the truth. */
export class Prediction {
  readonly #project: OpenProject
  readonly #files: ImageFiles
  readonly #jobs: JobBook

  constructor(project: OpenProject, files: ImageFiles, jobs: JobBook) {
    this.#project = project
    this.#files = files
    this.#jobs = jobs
  }

  async start(input: PredictRequest, onProgress?: (progress: JobProgress) => void): Promise<{ id: JobId; done: Promise<PredictedRun> }> {
    const request = predictRequest.parse(input)
    const model = this.#project.model(request.modelId)
    const images = this.#choose(request)
    if (images.length === 0)
      throw new AppError('no-images', 'No image fits what was asked for.', 'Check --split or --images, or import images first.')
    const id = jobId.parse(newId())
    return { id, done: this.#run(id, model, images, request.minScore, onProgress) }
  }

  /** All conditions must hold; null = any. */
  #choose({ split, images, glob }: { split: string | null; images: readonly ImageId[] | null; glob: string | null }): ImageRecord[] {
    const wanted = images === null ? null : new Set(images)
    return this.#project.db
      .images()
      .filter(
        (i) =>
          (split === null || i.split === split) &&
          (wanted === null || wanted.has(i.id)) &&
          (glob === null || path.matchesGlob(i.name, glob)),
      )
  }

  async #run(
    id: JobId,
    model: ModelRecord,
    images: readonly ImageRecord[],
    minScore: number,
    onProgress?: (progress: JobProgress) => void,
  ): Promise<PredictedRun> {
    const run = runId.parse(newId())
    const { readable, problems } = await this.#files.locateAll(images)
    const classes = this.#classesOf(model)
    const found: NewPrediction[] = []
    const seen: ImageId[] = []
    const result = await this.#jobs.run(
      { kind: 'predict', id, modelFolder: path.join(this.#project.paths.models, model.id), images: readable, minScore },
      { title: `Predicting with ${model.name}`, modelId: model.id, runId: run },
      {
        ...(onProgress ? { onProgress } : {}),
        onPredicted: (image) => {
          seen.push(image.imageId)
          found.push(...image.found.flatMap((f) => predictionOf(f, image.imageId, classes)))
        },
      },
    )
    if (result.kind !== 'predict') throw new AppError('internal', 'The engine answered a prediction with something else.')
    const record: RunRecord = {
      id: run,
      modelId: model.id,
      settings: { minScore, runtime: result.runtime },
      images: seen.length,
      objects: found.length,
      seconds: result.seconds,
      createdAt: new Date().toISOString(),
    }
    this.#project.db.addRun(record, seen, found)
    this.#jobs.finish(id)
    const names = new Map(images.map((i) => [i.id, i.name]))
    const skipped = result.skipped.map((s) => ({ file: names.get(s.imageId) ?? s.imageId, what: s.error.message }))
    return { run: record, problems: [...problems, ...skipped] }
  }

  /** The model's classes as the project knows them now: by id, else by name; a class that is gone gives no predictions. */
  #classesOf(model: ModelRecord): (ClassId | null)[] {
    const classes = this.#project.db.classes()
    return model.classes.map((m) => (classes.find((c) => c.id === m.id) ?? classes.find((c) => c.name === m.name))?.id ?? null)
  }
}

function predictionOf(found: Found, imageId: ImageId, classes: readonly (ClassId | null)[]): NewPrediction[] {
  const classId = classes[found.classIndex] ?? null
  if (classId === null) return []
  return [{ imageId, classId, score: Math.min(1, Math.max(0, found.score)), shape: found.box }]
}
