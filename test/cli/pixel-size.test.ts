import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { createProject } from '../../src/main/project/create.ts'
import { openProject } from '../../src/main/project/open.ts'
import { anImage } from '../main/workbench/records.ts'

describe('slidewright pixel-size', () => {
  let folder: string
  let project: string
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
    project = path.join(folder, 'p.slidewright')
    const db = await createProject(project, { task: 'detection', classes: ['RBC'] })
    const images = [anImage('a'), anImage('b', { sha256: '1'.repeat(64), micronsPerPixel: 0.5 })]
    db.commit({ label: 'Test', put: { images }, remove: {} })
    await db.close()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  async function said(json: boolean, ...words: string[]): Promise<string[]> {
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    await program(makeOutput(json)).parseAsync(['pixel-size', project, ...words], { from: 'user' })
    const lines = out.mock.calls.map(([text]) => String(text).trim())
    out.mockRestore()
    return lines
  }

  /** What it says against a wrong use; the project stays as it was. */
  async function refused(...words: string[]): Promise<string> {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await expect(said(false, ...words)).rejects.toMatchObject({ exitCode: 1 })
    const text = write.mock.calls.map(([line]) => String(line)).join('')
    write.mockRestore()
    return text
  }

  async function stored(): Promise<unknown[]> {
    const db = await openProject(project)
    const sizes = db.images().map(({ micronsPerPixel, pixelSizeBy }) => [micronsPerPixel, pixelSizeBy])
    await db.close()
    return sizes
  }

  it('sets it where it is missing and says what the project has now, as one JSON object too', async () => {
    const lines = await said(false, '0.25', '--missing')
    expect(lines).toEqual(['1 image of 1 changed. The project now: 1 set by hand, 1 as the file states, 0 without.'])
    expect(JSON.parse((await said(true, '0,125', '--all')).at(-1)!)).toMatchObject({ images: 2, changed: 2, overridden: 1, sizes: { person: 2 } }) // prettier-ignore
    expect(await stored()).toEqual([[0.125, 'person'], [0.125, 'person']]) // prettier-ignore
  })

  it('goes back to what the files state', async () => {
    await said(false, '0.25', '--all')
    expect((await said(false, '--reset', '--images', 'b*')).at(0)).toContain('1 image of 1 changed.')
    expect(await stored()).toEqual([[0.25, 'person'], [0.5, 'file']]) // prettier-ignore
  })

  it('refuses what is no size of a pixel, or says nothing of which images', async () => {
    for (const wrong of ['0', '-1', '1e9', 'text', '', '0x10', '1,2,3']) expect(await refused(wrong, '--all')).toContain('micrometres a pixel are wanted, a number from 0.0001 to 1000.') // prettier-ignore
    expect(await refused('0.25')).toContain('say which images are meant')
    expect(await refused('0.25', '--all', '--missing')).toContain('cannot be used with')
    expect(await refused('--all')).toContain('give either a size')
    expect(await refused('0.25', '--all', '--reset')).toContain('give either a size')
    await expect(said(false, '0.25', '--images', 'zzz*')).rejects.toMatchObject({ code: 'no-images' })
    expect(await stored()).toEqual([[null, 'file'], [0.5, 'file']]) // prettier-ignore
  })
})
