import { describe, expect, it } from 'vitest'
import { agreementOf, cohenKappa, fleissKappa, type ReadItem } from '../../../src/shared/metrics/reader-agreement.ts'

describe("Cohen's kappa", () => {
  // Cohen 1960, table 1: proportions of 200 patients, by two psychiatrists. p_o = .70, p_c = .41, kappa = .492.
  const COHEN = [
    [88, 14, 18],
    [10, 40, 10],
    [2, 6, 12],
  ]

  it('is that of the paper', () => {
    const { items, observed, expected, kappa } = cohenKappa(COHEN)
    expect(items).toBe(200)
    expect(observed).toBeCloseTo(0.7, 12)
    expect(expected).toBeCloseTo(0.41, 12)
    expect(kappa).toBeCloseTo(0.4915, 4)
  })

  it('has the interval of Fleiss, Cohen & Everitt 1969, worked out by hand for two categories', () => {
    // 50 items: 20 both yes, 5 and 10 of two minds, 15 both no.
    const { kappa, interval } = cohenKappa([
      [20, 5],
      [10, 15],
    ])
    expect(kappa).toBeCloseTo(0.4, 12)
    // rows .5 .5, columns .6 .4. On: .4(1-1.1*.6)^2 + .3(1-.9*.6)^2 = .04624+.06348; off: .36(.1(.6+.5)^2 + .2(.4+.5)^2) = .36(.121+.162);
    // minus (.4-.5*.6)^2 = .01. Sum .20160, over 50 * .5^2 = 12.5: .016128; its root .126996.
    expect(interval!.lower).toBeCloseTo(0.4 - 1.959964 * 0.126996, 4)
    expect(interval!.upper).toBeCloseTo(0.4 + 1.959964 * 0.126996, 4)
  })

  it('says nothing where only one category was said, and 1 where all agree', () => {
    expect(cohenKappa([[5]]).kappa).toBeNull()
    expect(cohenKappa([[0]]).kappa).toBeNull()
    expect(cohenKappa([[3, 0], [0, 4]])).toMatchObject({ kappa: 1, interval: { lower: 1, upper: 1 } }) // prettier-ignore
  })
})

// Ten items by fourteen readers into five categories, the worked example of Fleiss' kappa: kappa 0.210, P 0.378, P_e 0.213.
const FLEISS = [
  [0, 0, 0, 0, 14],
  [0, 2, 6, 4, 2],
  [0, 0, 3, 5, 6],
  [0, 3, 9, 2, 0],
  [2, 2, 8, 1, 1],
  [7, 7, 0, 0, 0],
  [3, 2, 6, 3, 0],
  [2, 5, 3, 2, 2],
  [6, 5, 2, 1, 0],
  [0, 2, 2, 3, 7],
]

describe("Fleiss' kappa", () => {
  it('is that of the worked example', () => {
    const { observed, expected, kappa } = fleissKappa(FLEISS)
    expect(observed).toBeCloseTo(0.378, 3)
    expect(expected).toBeCloseTo(0.213, 3)
    expect(kappa).toBeCloseTo(0.21, 3)
  })
})

const item = (image: string, said: Record<string, number>): ReadItem => ({ image, said: new Map(Object.entries(said)) })

describe('the agreement of readers', () => {
  it('of two is over what both read, by class and by image', () => {
    const read = [
      ...Array.from({ length: 20 }, (_, i) => item(`i${String(i % 2)}`, { Bo: 0, Ada: 0 })),
      ...Array.from({ length: 5 }, () => item('i0', { Ada: 0, Bo: 1 })),
      ...Array.from({ length: 10 }, () => item('i1', { Ada: 1, Bo: 0 })),
      ...Array.from({ length: 15 }, () => item('i0', { Ada: 1, Bo: 1 })),
      item('i9', { Ada: 1 }),
    ]
    const found = agreementOf(read, 3)!
    expect(found).toMatchObject({ readers: ['Ada', 'Bo'], kind: 'cohen', overall: { items: 50 } })
    expect(found.overall.kappa).toBeCloseTo(0.4, 12)
    expect(found.perCategory.map(({ kappa }) => kappa?.toFixed(6) ?? null)).toEqual(['0.400000', '0.400000', null])
    expect(found.perImage.map(({ image, agreement }) => [image, agreement.items])).toEqual([
      ['i0', 30],
      ['i1', 20],
    ])
    expect(found.pairs).toHaveLength(1)
    expect(agreementOf([item('a', { Ada: 1 })], 2)).toBeNull()
  })

  it('of more is Fleiss’, with an interval over images, and of each pair Cohen’s', () => {
    const read = FLEISS.map((row, i) => {
      const said = row.flatMap((count, category) => new Array<number>(count).fill(category))
      return item(`i${String(i)}`, Object.fromEntries(said.map((category, reader) => [`r${String(reader).padStart(2, '0')}`, category])))
    })
    const found = agreementOf(read, 5)!
    expect(found.kind).toBe('fleiss')
    expect(found.overall.kappa).toBeCloseTo(0.21, 3)
    const { lower, upper } = found.overall.interval!
    expect(lower).toBeLessThan(0.21)
    expect(upper).toBeGreaterThan(0.21)
    expect(found.pairs).toHaveLength((14 * 13) / 2)
  })
})
