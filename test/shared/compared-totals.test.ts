import { expect, it } from 'vitest'
import { comparedTotals } from '#shared/compared-totals.ts'
import { imageId } from '#shared/records/ids.ts'

const of = (count: number) => Array.from({ length: count }, (_, i) => String(i)) as never[]
const row = (counts: readonly number[], dice?: { a: number | null; b: number | null }) => {
  const [both, onlyA, onlyB, neither, wrongA, wrongB] = counts.map(of)
  return { imageId: imageId.parse('i'), both: both!, onlyA: onlyA!, onlyB: onlyB!, neither: neither!, wrongA: wrongA!, wrongB: wrongB!, ...(dice && { dice }) } // prettier-ignore
}

it('two models come to what each found, missed and got wrong over all images', () => {
  expect(comparedTotals([row([5, 3, 2, 1, 4, 0]), row([1, 0, 1, 0, 0, 7])])).toEqual({
    a: { found: 9, missed: 4, wrong: 4, dice: null },
    b: { found: 9, missed: 4, wrong: 7, dice: null },
  })
})

it('Dice is the mean over the images on which there is one', () => {
  const rows = [row([0, 0, 0, 0, 0, 0], { a: 0.5, b: null }), row([0, 0, 0, 0, 0, 0], { a: 1, b: 0.25 })]
  const { a, b } = comparedTotals(rows)
  expect([a.dice, b.dice]).toEqual([0.75, 0.25])
  expect(comparedTotals([]).a).toEqual({ found: 0, missed: 0, wrong: 0, dice: null })
})
