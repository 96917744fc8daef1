import { expect, it } from 'vitest'
import { counted } from '#shared/counted.ts'

it('counts one, none and many, in words that fit the number', () => {
  expect([0, 1, 2, 12_345].map((n) => counted(n, 'epoch'))).toEqual(['0 epochs', '1 epoch', '2 epochs', '12,345 epochs'])
  expect([1, 2].map((n) => counted(n, 'new class', 'new classes'))).toEqual(['1 new class', '2 new classes'])
})
