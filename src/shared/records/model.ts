import { z } from 'zod'
import { classId, modelId, type ModelId, runId } from './ids.ts'
import { instant, taskKind } from './task.ts'

/** One point of a training curve. `name` as in the log: `loss`, `loss/box`, `val/ap50`, `val/loss`, `learning-rate`. */
export const curvePoint = z.object({ epoch: z.number().nonnegative(), name: z.string().max(60), value: z.number() }).readonly()
export type CurvePoint = z.infer<typeof curvePoint>

/** A class as a model knows it: kept by name too, since the project's classes may be renamed later. */
export const modelClass = z.object({ id: classId, name: z.string() }).readonly()

/** Objects of a class (images, where images are labelled as wholes) that a model learned from and was validated on. */
export const learnedObjects = z
  .object({
    name: z.string().max(120),
    train: z.number().int().nonnegative(),
    val: z.number().int().nonnegative(),
    /** Learned besides as an earlier model said, on images reviewed in part. */
    guessed: z.number().int().nonnegative().default(0),
  })
  .readonly()
export type LearnedObjects = z.infer<typeof learnedObjects>

/** How many objects a model learned as an earlier one said, nobody having decided on them. */
export const guessedObjects = ({ objects }: { readonly objects: readonly LearnedObjects[] | null }): number =>
  (objects ?? []).reduce((sum, { guessed }) => sum + guessed, 0)

/** Where a model that was not trained in this project came from. */
export const modelOrigin = z
  .object({
    /** Name of the file that was imported, and its sha256. */
    file: z.string().max(400),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The project that it was trained in, and the models that it went on from there, nearest first. */
    project: z.string().max(400),
    /** What it was called there by its id: a log of that project means it by that. null: not known. */
    model: modelId.nullable().default(null),
    ancestors: z.array(z.string().max(200)).max(200).readonly(),
    importedBy: z.string().max(200),
    importedAt: instant,
  })
  .readonly()
export type ModelOrigin = z.infer<typeof modelOrigin>

/** A trained model. Its files lie in models/<id>/ of the project folder. */
export const modelRecord = z
  .object({
    id: modelId,
    name: z.string().min(1).max(200),
    task: taskKind,
    preset: z.string().max(80),
    classes: z.array(modelClass).readonly(),
    /** The model that training went on from, or null for a fresh start. */
    parent: modelId.nullable(),
    /** Settings of the training as given, JSON. */
    settings: z.record(z.string(), z.unknown()),
    /** Who started the training; empty in older records. */
    author: z.string().max(200).default(''),
    /** sha256 over ids and revisions of what was learned from. */
    dataHash: z.string(),
    /** Ids of the images learned from and validated on. */
    trainImages: z.number().int().nonnegative(),
    valImages: z.number().int().nonnegative(),
    /** What was learned from, class by class; null in older records. */
    objects: z.array(learnedObjects).readonly().nullable().default(null),
    /** Null: it was trained in this project. */
    origin: modelOrigin.nullable().default(null),
    /** Which fold of a cross-validation, and the id that its models share; null for a training by the project's own splits. */
    fold: z
      .object({ of: z.string().max(80), index: z.number().int().nonnegative(), folds: z.number().int().min(2) })
      .readonly()
      .nullable()
      .default(null),
    backend: z.string(),
    epochs: z.number().nonnegative(),
    seconds: z.number().nonnegative(),
    secondsPerStep: z.number().nonnegative(),
    /** Best validation score by the task's own measure (detection: AP50), null without validation images. */
    best: z.number().nullable(),
    curves: z.array(curvePoint).readonly(),
    metrics: z.record(z.string(), z.unknown()),
    createdAt: instant,
  })
  .readonly()
export type ModelRecord = z.infer<typeof modelRecord>

/** One pass of a model over images. Predictions belong to a run and stay with it. */
export const runRecord = z
  .object({
    id: runId,
    modelId,
    settings: z.record(z.string(), z.unknown()),
    images: z.number().int().nonnegative(),
    objects: z.number().int().nonnegative(),
    seconds: z.number().nonnegative(),
    createdAt: instant,
  })
  .readonly()
export type RunRecord = z.infer<typeof runRecord>

/**
 * The run that is meant where none is named: of the model that was last asked to predict the one over the most images, the newest of equals. Runs that
 * were made on the way to an evaluation or a comparison count only where there is no other: nobody asked to look at them. Those of a
 * cross-validation never do: each says something of a part of the images alone.
 */
export function usualRun(runs: readonly RunRecord[]): RunRecord | null {
  const whole = runs.filter((run) => outOfFold(run) === null)
  const asked = whole.filter((run) => !isAside(run))
  const chosen = asked.length > 0 ? asked : whole
  const newest = chosen.reduce<RunRecord | null>((best, run) => (best && best.createdAt > run.createdAt ? best : run), null)
  if (newest === null) return null
  const made = madeBy(newest).join(' ')
  const ofModel = chosen.filter((run) => madeBy(run).join(' ') === made)
  return ofModel.reduce((best, run) =>
    run.images > best.images || (run.images === best.images && run.createdAt >= best.createdAt) ? run : best,
  )
}

/** Whether a run was made on the way to an evaluation or a comparison: nobody asked to look at it. */
export const isAside = ({ settings }: Pick<RunRecord, 'settings'>): boolean => settings['aside'] === true

/**
 * The cross-validation that a run was made for, each image by the model that did not see it (`fold.of` of the models), null where it was made
 * for none. All runs of one belong together.
 */
export function outOfFold({ settings }: Pick<RunRecord, 'settings'>): string | null {
  const of = settings['outOfFold']
  return typeof of === 'string' ? of : null
}

/** One pass over images: how many, what was found, and how long it took. */
const look = z.object({ images: z.number().int(), objects: z.number().int(), seconds: z.number() })
export type Look = z.infer<typeof look>

/** Passes over further images that joined a run after it was made, in order, with when each ended (`added` of its settings). */
const addedLooks = z.array(look.extend({ at: instant })).catch([])

/** What was done for a run last: the whole of it, or the images that joined it last. */
export function lastLook(run: RunRecord): Look {
  const { images, objects, seconds } = addedLooks.parse(run.settings['added']).at(-1) ?? run
  return { images, objects, seconds }
}

/** The run with one more pass over further images that somebody asked for. `at`: when it ended. */
export function withLook(run: RunRecord, { images, objects, seconds }: Look, at: string): RunRecord {
  const { aside: _, ...settings } = run.settings
  const added = [...addedLooks.parse(run.settings['added']), { images, objects, seconds, at }]
  const [inAll, foundInAll] = [run.images + images, run.objects + objects]
  return { ...run, images: inAll, objects: foundInAll, seconds: run.seconds + seconds, settings: { ...settings, added } }
}

/** Whether a run looked at the regions of its images alone. */
export const isInRegions = ({ settings }: Pick<RunRecord, 'settings'>): boolean => settings['inRegions'] === true

/** Whether several models, the folds of a cross-validation, predicted together; the run's own is the first of them. */
export const isEnsemble = ({ settings }: Pick<RunRecord, 'settings'>): boolean => Array.isArray(settings['ensemble'])

const together = z.tuple([modelId]).rest(modelId)

/** All models that made a run: one, or those that predicted together, in their order. */
export function madeBy(run: Pick<RunRecord, 'modelId' | 'settings'>): readonly [ModelId, ...ModelId[]] {
  const { modelId: only, settings } = run
  return isEnsemble(run) ? together.catch([only]).parse(settings['ensemble']) : [only]
}
