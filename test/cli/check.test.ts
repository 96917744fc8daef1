import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { createProject } from '../../src/main/project/create.ts'
import { anImage } from '../main/workbench/records.ts'
import { model } from '../main/project/fixtures.ts'

describe('slidewright check --model', () => {
  let folder: string
  let project: string
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
    project = path.join(folder, 'p.slidewright')
    const db = await createProject(project, { task: 'detection', classes: ['A'] })
    db.commit({ label: 'Test', put: { images: [anImage('a.png')] }, remove: {} })
    db.putModel({ ...model('m'), name: 'm' })
    await db.close()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  const checked = (of: string): Promise<unknown> =>
    program(makeOutput(false)).parseAsync(['check', project, '--model', of], { from: 'user' })

  it('says that nothing could be compared where nothing is known of what the model learned from', async () => {
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    await checked('m')
    expect(out.mock.calls.map(([text]) => String(text)).join('')).toMatch(/^Nothing could be compared/)
  })

  it('refuses a model that the project does not have', async () => {
    await expect(checked('other')).rejects.toMatchObject({ code: 'no-such-model' })
  })
})
