import { afterEach, expect, it, vi } from 'vitest'
import { AppError } from '../../src/shared/errors.ts'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'

afterEach(() => vi.restoreAllMocks())

async function saidOn(argv: string[]): Promise<string> {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  await expect(program(makeOutput(false)).parseAsync(argv, { from: 'user' })).rejects.toMatchObject({ exitCode: 1 })
  return write.mock.calls.map(([text]) => String(text)).join('')
}

it('sends whoever used a command wrongly to the help of that command', async () => {
  expect(await saidOn(['split', 'p', '--split', 'other'])).toContain('(slidewright split --help shows how)')
  vi.restoreAllMocks()
  const wrong = await saidOn(['train', 'p', '--preset', 'cells-lite0', '--stain', 'hue'])
  expect(wrong).toContain('Allowed choices are none, reinhard, macenko.')
  vi.restoreAllMocks()
  expect(await saidOn(['nothing'])).toContain('(slidewright --help shows how)')
})

it('parts what happened from what to do by a stop', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  makeOutput(false).fail(new AppError('image-broken', 'a.bmp is damaged: its header makes no sense', 'Open it in another program.'))
  expect(write.mock.calls.map(([text]) => String(text)).join('')).toContain('its header makes no sense. Open it in another program.')
})
