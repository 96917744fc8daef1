import { describe, expect, it } from 'vitest'
import { anImage } from '../main/workbench/records.ts'
import { givenProject } from './given-project.ts'

describe('slidewright origin', () => {
  const given = givenProject(() => ['P1_S1_a.png', 'P1_S2_a.png', 'P2_S1_a.png'].map((name, i) => anImage(name, { name, sha256: String(i).repeat(64), group: null }))) // prettier-ignore
  const { said, refused } = given
  const stored = async (): Promise<unknown[]> => (await given.stored()).map(({ patient, slide, group }) => [patient, slide, group])

  it('reads them out of names and says what the project knows now', async () => {
    const lines = await said('origin', 'PROJECT', '--all', '--patient-by', '^(P\\d)', '--slide-by', 'S\\d')
    expect(lines).toEqual([
      '3 images of 3 changed. The project now: 2 patients of 3 images, 2 slides of 3 images, 0 groups of 0 images.',
      'The pattern for the patient fits 3 of 3 images.',
      'The pattern for the slide fits 3 of 3 images.',
    ])
    expect(await stored()).toEqual([['P1', 'S1', null], ['P1', 'S2', null], ['P2', 'S1', null]]) // prettier-ignore
    const told = JSON.parse((await said('--json', 'origin', 'PROJECT', '--images', 'P2*', '--patient', '', '--group', 'arm B')).at(-1)!)
    expect(told).toMatchObject({ images: 1, changed: 1, known: { patient: 2, slide: 3, group: 1 } })
    expect((await stored())[2]).toEqual([null, 'S1', 'arm B'])
  })

  it('says how many names a pattern fits, and refuses one that fits none', async () => {
    expect((await said('origin', 'PROJECT', '--all', '--patient-by', '^(P1)_', '--slide-by', 'X')).slice(1, 3)).toEqual([
      'The pattern for the patient fits 2 of 3 images.',
      'The pattern for the slide fits 0 of 3 images.',
    ])
    const before = await stored()
    // What is known of an image hides that the pattern does not fit it.
    await expect(said('origin', 'PROJECT', '--all', '--patient-by', '^Q(\\d)')).rejects.toMatchObject({
      code: 'pattern-fits-none',
      message: 'The pattern ^Q(\\d) fits none of 3 images.',
    })
    expect(await stored()).toEqual(before)
  })

  it('divides by them with split, which takes the same patterns', async () => {
    await said('split', 'PROJECT', '--split', 'auto', '--val', '0.5', '--test', '0', '--patient-by', '^(P\\d)')
    const splits = (await given.stored()).map(({ split }) => split)
    expect(splits[0]).toBe(splits[1])
    expect(splits[2]).not.toBe(splits[0])
  })

  it('refuses what says neither which images nor what of them', async () => {
    expect(await refused('origin', 'PROJECT', '--patient', 'x')).toContain('say which images are meant')
    expect(await refused('origin', 'PROJECT', '--all')).toContain('say what is known of them')
    expect(await refused('origin', 'PROJECT', '--all', '--images', 'P*', '--patient', 'x')).toContain('cannot be used with')
    expect(await refused('origin', 'PROJECT', '--all', '--patient', 'x'.repeat(513))).toContain('at most 512 letters')
    await expect(said('origin', 'PROJECT', '--all', '--slide-by', '(')).rejects.toMatchObject({ code: 'bad-pattern' })
    expect(await stored()).toEqual([[null, null, null], [null, null, null], [null, null, null]]) // prettier-ignore
  })
})
