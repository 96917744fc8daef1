import { z } from 'zod'
import { lookedAt, type TestLook, testLook } from '#shared/test-looks.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { makerName } from './model-cell.ts'
import type { OpenProject } from './open-project.ts'

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
  return [...before, { ...of, name: makerName(models[0], models.length), who, at: new Date().toISOString() }]
}
