import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { anImage } from '../main/workbench/records.ts'
import { givenProject } from './given-project.ts'

describe('slidewright pixel-size', () => {
  const given = givenProject(() => [anImage('a'), anImage('b', { sha256: '1'.repeat(64), micronsPerPixel: 0.5 })])
  const said = (...words: string[]): Promise<string[]> => given.said('pixel-size', 'PROJECT', ...words)
  const refused = (...words: string[]): Promise<string> => given.refused('pixel-size', 'PROJECT', ...words)
  const stored = async (): Promise<unknown[]> =>
    (await given.stored()).map(({ micronsPerPixel, pixelSizeBy }) => [micronsPerPixel, pixelSizeBy])

  it('sets it where it is missing and says what the project has now, as one JSON object too', async () => {
    const lines = await said('0.25', '--missing')
    expect(lines).toEqual(['1 image of 1 changed. The project now: 1 set by hand, 1 as the file states, 0 without.'])
    expect(JSON.parse((await said('--json', '0,125', '--all')).at(-1)!)).toMatchObject({ images: 2, changed: 2, overridden: 1, sizes: { person: 2 } }) // prettier-ignore
    expect(await stored()).toEqual([[0.125, 'person'], [0.125, 'person']]) // prettier-ignore
  })

  it('doubts a size that no light microscope has, and sets it all the same', async () => {
    const warned = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    onTestFinished(() => warned.mockRestore())
    await said('0.25', '--all')
    expect(warned).not.toHaveBeenCalled()
    await said('250', '--all')
    expect(warned.mock.calls.join('')).toContain('That is very large: images of light microscopes have 0.05 to 20 µm a pixel.')
    await said('0.025', '--all')
    expect(warned.mock.calls.join('')).toContain('That is very small')
    expect(await stored()).toEqual([[0.025, 'person'], [0.025, 'person']]) // prettier-ignore
  })

  it('goes back to what the files state', async () => {
    await said('0.25', '--all')
    expect((await said('--reset', '--images', 'b*')).at(0)).toContain('1 image of 1 changed.')
    expect(await stored()).toEqual([[0.25, 'person'], [0.5, 'file']]) // prettier-ignore
  })

  it('refuses what is no size of a pixel, or says nothing of which images', async () => {
    for (const wrong of ['0', '-1', '1e9', 'text', '', '0x10', '1,2,3']) expect(await refused(wrong, '--all')).toContain('micrometres a pixel are wanted, a number from 0.0001 to 1000.') // prettier-ignore
    expect(await refused('0.25')).toContain('say which images are meant')
    expect(await refused('0.25', '--all', '--missing')).toContain('cannot be used with')
    expect(await refused('--all')).toContain('give either a size')
    expect(await refused('0.25', '--all', '--reset')).toContain('give either a size')
    await expect(said('0.25', '--images', 'zzz*')).rejects.toMatchObject({ code: 'no-images' })
    expect(await stored()).toEqual([[null, 'file'], [0.5, 'file']]) // prettier-ignore
  })
})
