import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeOutput, problemLine } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { createProject } from '../../src/main/project/create.ts'
import { openProject } from '../../src/main/project/open.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
const project = path.join(folder, 'p.slidewright')

beforeAll(async () => {
  await (await createProject(project, { task: 'segmentation', classes: ['Gland'] })).close()
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})
afterEach(() => vi.restoreAllMocks())

async function said(...words: string[]): Promise<string> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await program(makeOutput(false)).parseAsync(words, { from: 'user' })
  return out.mock.calls.map(([text]) => String(text)).join('')
}

describe('what the command line says', () => {
  it('ends the reason why a project can only be read as a sentence', async () => {
    const held = await openProject(project)
    try {
      await expect(said('import', project, folder)).rejects.toMatchObject({
        code: 'read-only',
        message: expect.stringMatching(/^The project can only be read: .*[^.]\.$/) as string,
        hint: 'Nothing was changed.',
      })
    } finally {
      await held.close()
    }
  })

  it('names the whole command by which labels are looked at', async () => {
    await expect(said('check', project, '--labels')).rejects.toMatchObject({
      code: 'no-folds',
      hint: `Train with folds first: slidewright train "${project}" --preset unet-lite0 --folds 5. Or name a run with --run.`,
    })
  })

  it('heads the columns of presets', async () => {
    const [first, second] = (await said('presets')).split('\n')
    expect(first).toMatch(/^preset +task +input +parameters +good for$/)
    // A number ends where its heading does.
    expect(second!.indexOf('2,672,455') + '2,672,455'.length).toBe(first!.indexOf('parameters') + 'parameters'.length)
  })

  it('says that something was left out once, and where it was', () => {
    expect(problemLine({ file: 'a.xml', what: 'object 2: it has no size: left out' })).toBe('a.xml: object 2: it has no size: left out')
    expect(problemLine({ file: 'a.png', what: 'cannot be decoded', leftOut: true })).toBe('left out: a.png: cannot be decoded')
    expect(problemLine({ file: 'a.tif', what: 'It has 2 pages; the first is used.' })).toBe('a.tif: It has 2 pages; the first is used.')
  })
})
