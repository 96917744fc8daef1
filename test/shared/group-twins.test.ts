import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupTwins } from '#shared/group-twins.ts'

const pairs = (...names: string[]): string[] => groupTwins(names).map(({ longer, shorter }) => `${longer} > ${shorter}`)

describe('groupTwins', () => {
  it('finds a name that stands whole in another', () => {
    expect(pairs('C168P129ThinF', 'ParasitizedC168P129ThinF', 'C170P1ThinF')).toEqual(['ParasitizedC168P129ThinF > C168P129ThinF'])
    expect(pairs('patient7', 'patient7_b', 'site_patient7')).toEqual(['patient7_b > patient7', 'site_patient7 > patient7'])
    expect(pairs('P12', 'C4P12', 'AC4P12')).toEqual(['C4P12 > P12', 'AC4P12 > C4P12'])
  })

  it('does not cut numbers and words', () => {
    expect(pairs('P12', 'P123', 'P120', 'C1P1', 'C11P1', 'case7', 'case7b', '112', '2112')).toEqual([])
    expect(pairs('a', 'ba', 'slide', 'slide-one', 'A1', 'XA1')).toEqual([])
  })

  it('finds what comparing each with each finds', () => {
    const name = fc.stringMatching(/^[ab1_]{1,7}$/)
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const stands = (part: string, whole: string): boolean =>
          part.length >= 3 &&
          part.includes('1') &&
          part !== whole &&
          [...whole].some(
            (_, at) =>
              whole.startsWith(part, at) && !(part.startsWith('1') && whole[at - 1] === '1') && (whole[at + part.length] ?? '_') === '_',
          )
        const found = groupTwins(names)
        expect(found.map(({ longer }) => longer)).toEqual(names.filter((whole) => names.some((part) => stands(part, whole))))
        for (const { longer, shorter } of found)
          for (const part of names) if (stands(part, longer)) expect(part.length).toBeLessThanOrEqual(shorter.length)
      }),
    )
  })
})
