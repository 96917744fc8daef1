import { afterEach, expect, it } from 'vitest'
import { numberTyped, typedNumber } from '#shared/i18n/formats.ts'
import { LANGUAGES } from '#shared/i18n/languages.ts'
import { setLanguage } from '#shared/i18n/translate.ts'

afterEach(() => {
  setLanguage('en')
})

it.each(LANGUAGES)('in %s a number is read with a point or a comma before decimals, and as it was written', (language) => {
  setLanguage(language)
  expect(['0.25', '0,25', ' .5 ', '2.', '-1', '0,125', '1 000,5'].map(numberTyped)).toEqual([0.25, 0.25, 0.5, 2, -1, 0.125, 1000.5])
  for (const value of [0.25, 0.333333, 1234.5]) expect(numberTyped(typedNumber(value, 6))).toBe(value)
  for (const text of ['', ' ', 'a', '1e9', '0x10', '1,2,3', '1.2.3', '.', ',', '0.25 µm', 'Infinity']) expect(numberTyped(text)).toBeNull()
})

it('reads groups of three where the language writes them with commas', () => {
  expect(['1,000', '12,345.5', '1,00'].map(numberTyped)).toEqual([1000, 12345.5, 1])
  setLanguage('cs')
  expect(['1,000', '1,500'].map(numberTyped)).toEqual([1, 1.5])
})
