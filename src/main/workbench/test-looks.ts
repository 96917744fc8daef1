import { z } from 'zod'
import { type TestLook, testLook } from '#shared/test-looks.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import type { OpenProject } from './open-project.ts'

const KEY = 'testLooks'
const looks = z.array(testLook)

/** All looks at the test images so far, oldest first. */
export const testLooks = (project: OpenProject): TestLook[] => project.db.setting(KEY, (value) => looks.parse(value)) ?? []

/** Notes that a model's score on the test images was asked for, and tells of all that were; the same model again is no further look. */
export function noteTestLook(project: OpenProject, { id, name }: ModelRecord): TestLook[] {
  const before = testLooks(project)
  if (project.readOnly !== '' || before.some(({ model }) => model === id)) return before
  const all = [...before, { model: id, name, who: project.person, at: new Date().toISOString() }]
  project.db.setSetting(KEY, all)
  return all
}
