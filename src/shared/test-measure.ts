import { z } from 'zod'
import { drawnBy } from './drawn-by.ts'
import { figureTitle } from './figure-names.ts'
import { instant, split, type TaskKind } from './records/task.ts'

/** A headline figure of an evaluation. `of`: the class that it is of, empty: of all. Limits of its 95 % interval are null where none can be told. */
export const testFigure = z.object({
  name: z.string().max(80),
  of: z.string().max(200).default(''),
  value: z.number(),
  lower: z.number().nullable().default(null),
  upper: z.number().nullable().default(null),
})
export type TestFigure = z.infer<typeof testFigure>

/** What a model, or several together, scored on test images: when and by whom it was asked, on how many images. */
export const testMeasure = z.object({
  at: instant,
  who: z.string().max(200),
  split: split.default('test'),
  images: z.number().int().nonnegative(),
  /** Score from which objects counted; null: the task's own. */
  score: z.number().nullable().default(null),
  /** Whether mirrored images were predicted too. */
  flips: z.boolean().default(false),
  /** By what the intervals were drawn; null: kept before that was told. */
  drawn: drawnBy.nullable().default(null),
  figures: z.array(testFigure).max(2000),
})
export type TestMeasure = z.infer<typeof testMeasure>

/** A measure, and the project in which it was taken; where that is this one, its name may be empty. */
export const measuredThere = z.object({ project: z.string().max(400), measure: testMeasure })
export type MeasuredThere = z.infer<typeof measuredThere>

interface Headline {
  readonly all: readonly string[]
  readonly perClass: readonly string[]
  /** Of fewer classes those alone say no more than the whole. */
  readonly fewestClasses: number
}

/** By their names in the report of an evaluation, the one that says most first. */
const HEADLINES: Readonly<Record<TaskKind, Headline>> = {
  detection: { all: ['ap50', 'ap', 'ap75'], perClass: ['ap50'], fewestClasses: 2 },
  classification: {
    all: ['accuracy', 'sensitivity', 'specificity', 'auc', 'balancedAccuracy'],
    ...{ perClass: ['sensitivity', 'auc'], fewestClasses: 3 },
  },
  segmentation: { all: ['dice', 'jaccard'], perClass: ['dice'], fewestClasses: 2 },
  anomaly: { all: ['imageAuroc', 'pixelAuroc', 'sensitivity', 'specificity'], perClass: [], fewestClasses: 2 },
}
/** Of the objects that areas are, under names of their own. */
const OBJECTS: Readonly<Record<string, string>> = { ap50: 'objectAp50', pq: 'objectPq' }
/** A figure of it is none of a class. */
const BACKGROUND = 'background'

/** The headline figures of an evaluation's report; what is not defined there is left out. */
export function headlineFigures(task: TaskKind, report: object): TestFigure[] {
  const { all, perClass, fewestClasses } = HEADLINES[task]
  const [figures, intervals] = [asRecord(report), asRecord(asRecord(report)['intervals'])]
  const classes = Object.entries(asRecord(figures['perClass'])).filter(([name]) => name !== BACKGROUND)
  const ofClass = asRecord(intervals['perClass'])
  const [objects, objectIntervals] = [asRecord(figures['objects']), asRecord(intervals['objects'])]
  return [
    ...all.flatMap((name) => figure({ name, of: '' }, figures[name], intervals[name])),
    ...Object.entries(OBJECTS).flatMap(([from, name]) => figure({ name, of: '' }, objects[from], objectIntervals[from])),
    ...(classes.length < fewestClasses
      ? []
      : classes.flatMap(([of, own]) => perClass.flatMap((name) => figure({ name, of }, asRecord(own)[name], asRecord(ofClass[of])[name])))),
  ]
}

function figure(named: Pick<TestFigure, 'name' | 'of'>, value: unknown, interval: unknown): TestFigure[] {
  // COCO's -1 means that nothing was there to be found.
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return []
  const { lower, upper } = asRecord(interval)
  return [{ ...named, value, lower: typeof lower === 'number' ? lower : null, upper: typeof upper === 'number' ? upper : null }]
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** As the field calls it, that of a class after its name. */
export const testFigureTitle = ({ name, of }: Pick<TestFigure, 'name' | 'of'>): string =>
  [...(of === '' ? [] : [of]), figureTitle(name)].join(', ')
