import { afterEach, describe, expect, it } from 'vitest'
import { COMMANDS } from '#shared/commands.ts'
import { commandTitle, englishTitle } from '#shared/i18n/command-titles.ts'
import { nameOrder, setFormats, shownDate, shownDecimals, shownNumber, shownSignificant } from '#shared/i18n/formats.ts'
import { LANGUAGES, languageOf } from '#shared/i18n/languages.ts'
import { inLanguage, label, setLanguage, t, translated } from '#shared/i18n/translate.ts'

afterEach(() => {
  setLanguage('en')
})

const images = (language: (typeof LANGUAGES)[number]) => (count: number) => inLanguage(language)('{{count}} images', { count })

describe('plural forms by CLDR', () => {
  it('has two in English', () => {
    expect([0, 1, 2, 1.5].map(images('en'))).toEqual(['0 images', '1 image', '2 images', '1.5 images'])
  })
  it('has four in Czech: one, a few, fractions, many', () => {
    expect([1, 2, 5, 1.5].map(images('cs'))).toEqual(['1 obrázek', '2 obrázky', '5 obrázků', '1.5 obrázku'])
  })
  it('has those of the last digits in Russian', () => {
    expect([1, 2, 5, 21, 11, 1.5].map(images('ru'))).toEqual([
      '1 изображение',
      '2 изображения',
      '5 изображений',
      '21 изображение',
      '11 изображений',
      '1.5 изображения',
    ])
  })
  it('has one in Japanese', () => {
    expect([1, 2, 5].map(images('ja'))).toEqual(['画像1枚', '画像2枚', '画像5枚'])
  })
})

describe('a text', () => {
  it('is its own key in English, dots, colons and all', () => {
    expect(t('No such text: not a key. At all_one.')).toBe('No such text: not a key. At all_one.')
  })
  it('is shown in the window’s language, and in English where that has no other', () => {
    setLanguage('cs')
    expect([t('Close'), translated(label('Close')), t('No such text')]).toEqual(['Zavřít', 'Zavřít', 'No such text'])
  })
  it('takes values as they are: nothing in them is escaped, looked up or filled in', () => {
    const name = '<b>$t(Close) {{name}} & $1'
    expect(t('Project {{name}}', { name })).toBe(`Project ${name}`)
  })
  it('writes numbers as the window’s language does, and plainly elsewhere', () => {
    setLanguage('cs')
    expect(t('{{count}} images', { count: 12_345.5 })).toBe('12\u00a0345,5 obrázku')
    setLanguage('en')
    expect(t('{{count}} images', { count: 12_345 })).toBe('12,345 images')
  })
})

describe('numbers, dates and names', () => {
  it.each([
    ['en', '1,234.5', '0.50', '12.3', '3/9/2026'],
    ['cs', '1\u00a0234,5', '0,50', '12,3', '9. 3. 2026'],
    ['ru', '1\u00a0234,5', '0,50', '12,3', '09.03.2026'],
    ['ja', '1,234.5', '0.50', '12.3', '2026/3/9'],
  ] as const)('are those of %s', (language, number, decimals, significant, date) => {
    setFormats(language)
    expect(shownNumber(1234.5)).toBe(number)
    expect(shownDecimals(0.5, 2)).toBe(decimals)
    expect(shownSignificant(12.345)).toBe(significant)
    expect(shownDate(new Date(2026, 2, 9), {}).replaceAll('\u00a0', ' ')).toBe(date)
  })
  it('sorts names as the language does, digits by value', () => {
    setFormats('cs')
    expect(['hodnota', 'chyba', 'čára 10', 'čára 9', 'cela'].sort(nameOrder().compare)).toEqual([
      'cela',
      'čára 9',
      'čára 10',
      'hodnota',
      'chyba',
    ])
  })
})

describe('the language', () => {
  it('is the chosen one, else the first of the system’s that there is, else English', () => {
    expect(languageOf('ja', ['cs-CZ'])).toBe('ja')
    expect(languageOf('system', ['de-DE', 'ru_RU', 'cs'])).toBe('ru')
    expect(languageOf('system', ['CS-CZ'])).toBe('cs')
    expect(languageOf('system', ['de', 'csb'])).toBe('en')
    expect(languageOf('system', [])).toBe('en')
  })
})

describe('a command', () => {
  it('is titled in the window’s language, and found by its English title', () => {
    setLanguage('ru')
    const command = COMMANDS.find(({ id }) => id === 'object.move-left-far')
    if (!command) throw new Error('there is no such command')
    expect(commandTitle(command)).toBe('Сдвинуть выделенное на 10 пкс влево')
    expect(englishTitle(command)).toBe('Move the selected 10 px left')
  })
  it('has a title of its own in each language', () => {
    for (const language of LANGUAGES) {
      const titles = COMMANDS.map((command) => commandTitle(command, inLanguage(language)))
      expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
      expect(titles.filter((title) => title.includes('{{'))).toEqual([])
    }
  })
})
