import type { Found, PredictedImage, PredictResult } from '#shared/contracts/job.ts'
import type { ClassId, ImageId, RunId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { type ModelRecord, type RunRecord, withLook } from '#shared/records/model.ts'
import { type ImageResult, resultNotes } from '#shared/records/prediction.ts'
import { AppError } from '#shared/errors.ts'
import type { ProjectDatabase } from '../project/database.ts'
import type { NewPrediction } from '../project/tables/predictions.ts'

/** How images are looked at; see the contract's `predictRequest`. */
export interface PredictionSettings {
  readonly minScore: number
  readonly flips: boolean
  readonly tissueOnly: boolean
  readonly inRegions: boolean
}

/** What a prediction has told so far, image by image, on its way to becoming a run of the project. */
export class ToldRun {
  readonly #db: ProjectDatabase
  readonly #models: readonly ModelRecord[]
  readonly #classes: readonly (ClassId | null)[]
  readonly #seen: ImageId[] = []
  readonly #found: NewPrediction[] = []
  readonly results: ImageResult[] = []

  constructor(db: ProjectDatabase, models: readonly ModelRecord[]) {
    this.#db = db
    this.#models = models
    this.#classes = classesOf(db, models[0]!)
  }

  take({ imageId, found, result }: PredictedImage): void {
    this.#seen.push(imageId)
    // One by one: a slide has more objects than a call may have arguments.
    for (const one of found) {
      const prediction = predictionOf(one, imageId, this.#classes)
      if (prediction !== null) this.#found.push(prediction)
    }
    if (result !== null) this.results.push({ imageId, ...result })
  }

  /** All of it as one run, in one transaction. */
  keep(
    run: RunId,
    settings: PredictionSettings & { readonly outOfFold?: string; readonly aside?: boolean },
    { runtime, seconds }: Pick<PredictResult, 'runtime' | 'seconds'>,
  ): RunRecord {
    const { inRegions, ...looks } = settings
    const ensemble = this.#models.length > 1 ? { ensemble: this.#models.map(({ id }) => id) } : {}
    const record: RunRecord = {
      id: run,
      modelId: this.#models[0]!.id,
      settings: { ...looks, ...(inRegions ? { inRegions } : {}), runtime, ...ensemble },
      images: this.#seen.length,
      objects: this.#found.length,
      seconds,
      createdAt: new Date().toISOString(),
    }
    this.#db.addRun(record, this.#seen, this.#found, this.results)
    return record
  }

  /** All of it as a part of a run that is there, in one transaction. What joined that run meanwhile stays as it is. @throws AppError `unknown-run`. */
  join(run: RunId, { seconds }: Pick<PredictResult, 'seconds'>): RunRecord {
    const there = this.#db.runs().find(({ id }) => id === run)
    if (there === undefined) throw new AppError('unknown-run', 'The run that this was to join is not in the project any more.')
    const before = new Set(this.#db.imagesOfRun(run))
    const isNew = ({ imageId }: { readonly imageId: ImageId }): boolean => !before.has(imageId)
    const images = this.#seen.filter((imageId) => !before.has(imageId))
    const found = this.#found.filter(isNew)
    const record = withLook(there, { images: images.length, objects: found.length, seconds }, new Date().toISOString())
    this.#db.extendRun(record, images, found, this.results.filter(isNew))
    return record
  }

  /** Images that were looked at so far. */
  get seen(): readonly ImageId[] {
    return this.#seen
  }
}

/** The model's classes as the project knows them now: by id, else by name; a class that is gone gives no predictions. */
function classesOf(db: ProjectDatabase, model: ModelRecord): (ClassId | null)[] {
  const classes = db.classes()
  return model.classes.map((m) => (classes.find((c) => c.id === m.id) ?? classes.find((c) => c.name === m.name))?.id ?? null)
}

function predictionOf(found: Found, imageId: ImageId, classes: readonly (ClassId | null)[]): NewPrediction | null {
  const classId = classes[found.classIndex] ?? null
  if (classId === null) return null
  return { imageId, classId, score: Math.min(1, Math.max(0, found.score)), shape: found.shape }
}

/** Of one slide or large image: the share of its area that is glass (0..1), and how many of its tiles showed nothing else and were left out. */
export interface LeftGlass {
  readonly image: string
  readonly share: number
  readonly tiles: number
  readonly skipped: number
}

export function glassOf(results: readonly ImageResult[], names: ReadonlyMap<ImageId, string>): LeftGlass[] {
  return results.flatMap(({ imageId, glass }) => (glass ? [{ image: names.get(imageId) ?? imageId, ...glass }] : []))
}

/** What has to be known of a run's results on some images to understand the counts there, with the image's name before it. */
export function runNotes(images: readonly ImageRecord[], results: readonly ImageResult[]): string[] {
  const names = new Map(images.map(({ id, name }) => [id, name]))
  return results.flatMap((result) => {
    const name = names.get(result.imageId)
    return name === undefined ? [] : resultNotes(result).map((note) => `${name}: ${note}`)
  })
}

/** How the models of a prediction are called in a line. */
export function nameOf(models: readonly ModelRecord[]): string {
  return models.length === 1 ? models[0]!.name : `${models.length} models together`
}
