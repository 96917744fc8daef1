import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { lookedAt, type TestLook, testLook } from '#shared/test-looks.ts'
import { headlineFigures, type MeasuredThere, measuredThere, type TestMeasure } from '#shared/test-measure.ts'
import type { ModelId } from '#shared/records/ids.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { makerName } from './model-cell.ts'
import type { OpenProject } from './open-project.ts'
import { workbenchTask } from './tasks/registry.ts'
import type { TaskReport } from './tasks/workbench-task.ts'

const KEY = 'testLooks'
const looks = z.array(testLook)

/** All looks at the test images so far, oldest first. */
export const testLooks = (project: OpenProject): TestLook[] => project.db.setting(KEY, (value) => looks.parse(value)) ?? []

/**
 * Notes that the score of models (one, or several together) on the test images was asked for, and tells of all looks, this one included; the same
 * again is no further look. Where nothing can be changed it is told and not kept.
 */
export function noteTestLook(project: OpenProject, ...asked: readonly (readonly [ModelRecord, ...ModelRecord[]])[]): TestLook[] {
  const before = testLooks(project)
  const all = asked.reduce((known, models) => withTestLook(known, models, project.person), before)
  if (project.readOnly === '' && all.length > before.length) project.db.setSetting(KEY, all)
  return all
}

function withTestLook(before: TestLook[], models: readonly [ModelRecord, ...ModelRecord[]], who: string): TestLook[] {
  const of = { model: models[0].id, models: models.map(({ id }) => id) }
  if (before.some((look) => lookedAt(look) === lookedAt(of))) return before
  return [...before, { ...of, name: makerName(models[0], models.length), who, at: new Date().toISOString(), last: null }]
}

interface Scored {
  readonly report: TaskReport
  readonly score: number | null
  readonly flips: boolean
}

/**
 * As `noteTestLook` of one predictor, and what it scored: the headline figures of the report stand with the look until another evaluation finds
 * others.
 */
export function noteTestScores(project: OpenProject, models: readonly [ModelRecord, ...ModelRecord[]], scored: Scored): TestLook[] {
  const looks = noteTestLook(project, models)
  const measure = measureOf(project, scored)
  const own = lookedAt({ model: models[0].id, models: models.map(({ id }) => id) })
  const all = looks.map((look) => (lookedAt(look) === own && !isSame(look.last, measure) ? { ...look, last: measure } : look))
  if (project.readOnly === '' && all.some((look, at) => look !== looks[at])) project.db.setSetting(KEY, all)
  return all
}

function measureOf({ task, person }: OpenProject, { report, score, flips }: Scored): TestMeasure {
  return {
    ...{ at: new Date().toISOString(), who: person, split: 'test', images: report.images, flips },
    score: score === workbenchTask(task).countedFrom ? null : score,
    figures: headlineFigures(task, report),
  }
}

/** Whether nothing but the moment and the person differ: the same figures again are no news, and the window asks often. */
const isSame = (before: TestMeasure | null, now: TestMeasure): boolean =>
  before !== null && isDeepStrictEqual(before, { ...now, at: before.at, who: before.who })

/** The place among the looks of that at these models together, -1: none. */
export const placeOfLook = (looks: readonly TestLook[], models: readonly Pick<ModelRecord, 'id'>[]): number =>
  looks.findIndex((look) => lookedAt(look) === models.map(({ id }) => id).join(' '))

const keyThere = (model: ModelId): string => `measured-there ${model}`

/** Keeps what an imported model's package told of its scores on test images that are not here. */
export function keepMeasuredThere({ db }: OpenProject, model: ModelId, measured: MeasuredThere | null): void {
  if (measured !== null) db.setSetting(keyThere(model), measured)
}

export const measuredThereOf = ({ db }: OpenProject, model: ModelId): MeasuredThere | null =>
  db.setting(keyThere(model), (value) => measuredThere.parse(value)) ?? null
