import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { createProject } from '../../src/main/project/create.ts'
import { anAnnotation, anImage } from '../main/workbench/records.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { picture, save } from '../main/images/fixtures.ts'
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

describe('slidewright check', () => {
  it('names images with objects on one another, which count twice', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const project = path.join(folder, 'p.slidewright')
    const file = await save(path.join(folder, 'a.png'), picture(1))
    const bench = await Workbench.create({ folder: project, task: 'detection', classes: ['A'] }, 'Ada')
    await bench.import({ paths: [file] })
    const [classId, image] = [bench.classes()[0]!.id, bench.images()[0]!.id]
    const box = (id: string, x: number) => anAnnotation(id, image, { classId, shape: { type: 'box', x, y: 5, width: 9, height: 9 } })
    bench.edit({ label: 'Test', put: { annotations: [box('1', 5), box('2', 6), box('3', 30)] }, remove: {} })
    await bench.close()
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    onTestFinished(() => void vi.restoreAllMocks())
    await program(makeOutput(false)).parseAsync(['check', project], { from: 'user' })
    const text = out.mock.calls.map(([said]) => String(said)).join('')
    expect(text).toContain(
      '1 label lies on or in another of its class, on 1 image: counts are too high where they are the same object.\n  a.png: 1\n',
    )
  }, 60_000)
})
