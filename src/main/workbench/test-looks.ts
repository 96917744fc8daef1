import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { drawnOf } from '#shared/drawn-by.ts'
import { glanceOf, lookedAt, looksAt, MOST_SEEN, type TestLook, testLook, unmeasured } from '#shared/test-looks.ts'
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

type Predictor = readonly [ModelRecord, ...ModelRecord[]]

/**
 * Notes that models (one, or several together) were compared on the test images, and tells of all looks, this one included; the same again is no
 * further look. Where nothing can be changed it is told and not kept.
 */
export function noteTestLook(project: OpenProject, ...asked: readonly Predictor[]): TestLook[] {
  const glance = unmeasured(project.person, new Date().toISOString())
  return keep(project, (before) => asked.reduce((known, models) => withLook(known, models, glance), before))
}

interface Scored {
  readonly report: TaskReport
  readonly score: number | null
  readonly flips: boolean
}

/** As `noteTestLook` of one predictor, and what it scored: the headline figures of the report stand with it until another evaluation finds others. */
export function noteTestScores(project: OpenProject, models: Predictor, scored: Scored): TestLook[] {
  const measure = measureOf(project, scored)
  return keep(project, (before) => {
    const own = lookedAt({ model: models[0].id, models: models.map(({ id }) => id) })
    const all = withLook(before, models, glanceOf(measure))
    return all.map((look) => (lookedAt(look) === own && replaces(look.last, measure) ? { ...look, last: measure } : look))
  })
}

function keep(project: OpenProject, change: (before: TestLook[]) => TestLook[]): TestLook[] {
  const before = testLooks(project)
  const all = change(before)
  if (project.readOnly === '' && !isDeepStrictEqual(all, before)) project.db.setSetting(KEY, all)
  return all
}

function withLook(before: TestLook[], models: Predictor, glance: TestMeasure): TestLook[] {
  const of = { model: models[0].id, models: models.map(({ id }) => id) }
  const known = before.find((look) => lookedAt(look) === lookedAt(of))
  if (known === undefined) {
    const { who, at } = glance
    return [...before, { ...of, name: makerName(models[0], models.length), who, at, last: null, seen: [glance] }]
  }
  const seen = looksAt(known)
  if (isSameGlance(seen.at(-1), glance)) return before
  return before.map((look) => (look === known ? { ...look, seen: [...seen, glance].slice(-MOST_SEEN) } : look))
}

/** What the same person has seen last is no further look: the window asks at each edit, and at each score that a figure may not depend on. */
const isSameGlance = (before: TestMeasure | undefined, now: TestMeasure): boolean =>
  before !== undefined && isDeepStrictEqual({ ...before, at: '', score: null }, { ...now, at: '', score: null })

/** A score that somebody tried tells nothing of the model as it is used, where that is known. */
const replaces = (last: TestMeasure | null, now: TestMeasure): boolean =>
  last === null || (!isSame(last, now) && (now.score === null || last.score !== null))

function measureOf({ task, person }: OpenProject, { report, score, flips }: Scored): TestMeasure {
  return {
    ...{ at: new Date().toISOString(), who: person, split: 'test', images: report.images, flips },
    score: score === workbenchTask(task).countedFrom ? null : score,
    drawn: drawnOf(report),
    figures: headlineFigures(task, report),
  }
}

/** Whether nothing but the moment and the person differ: the same figures again are no news, and the window asks often. */
const isSame = (before: TestMeasure, now: TestMeasure): boolean => isDeepStrictEqual(before, { ...now, at: before.at, who: before.who })

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
