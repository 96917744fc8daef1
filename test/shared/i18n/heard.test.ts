import { afterEach, describe, expect, it } from 'vitest'
import { heard } from '#shared/i18n/heard.ts'
import { say } from '#shared/i18n/say.ts'
import { inLanguage, setLanguage } from '#shared/i18n/translate.ts'

afterEach(() => {
  setLanguage('en')
})

describe('a sentence without a window', () => {
  it('is English, with its values and the plural form of its count', () => {
    expect([1, 2, 12_345].map((count) => say('{{count}} images', { count }))).toEqual(['1 image', '2 images', '12,345 images'])
    expect(say('Move {{name}}', { name: 'RBC' })).toBe('Move RBC')
  })
  it('says the same as a window in English', () => {
    for (const count of [0, 1, 7])
      expect(say('Take {{count}} flags off', { count })).toBe(inLanguage('en')('Take {{count}} flags off', { count }))
  })
  it('keeps what looks like a placeholder in a value', () => {
    expect(say('Rename {{name}}', { name: '{{name}} $& $1' })).toBe('Rename {{name}} $& $1')
  })
})

describe('what another process said', () => {
  it('stays as it is in English', () => {
    expect(heard('Move 3 objects')).toBe('Move 3 objects')
  })
  it('is put into the window’s language with its values, however deep', () => {
    setLanguage('cs')
    expect(heard('Delete region')).toBe('Smazat oblast')
    expect(heard('Move RBC')).toBe('Přesunout RBC')
    expect(['Move object', 'Move 3 objects', 'Move 5 objects'].map(heard)).toEqual([
      'Přesunout objekt',
      'Přesunout 3 objekty',
      'Přesunout 5 objektů',
    ])
    expect(heard('Relabel 1,234 objects as a (b) [c]')).toBe('Změnit třídu (1\u00a0234 objektů) na a (b) [c]')
  })
  it('knows a plural form that does not tell its count', () => {
    setLanguage('ru')
    expect(['Take a flag off', 'Take 22 flags off'].map(heard)).toEqual(['Снять 1 флажок', 'Снять 22 флажка'])
  })
  it('follows the language', () => {
    setLanguage('cs')
    expect(heard('Draw region')).toBe('Nakreslit oblast')
    setLanguage('ja')
    expect(heard('Draw region')).toBe('領域を描く')
  })
  it('may be several sentences, of which those that are known are put into words', () => {
    setLanguage('cs')
    expect(heard('Nothing to undo. ENOENT: no such file.')).toBe('Není co vrátit zpět. ENOENT: no such file.')
  })
  it('stays as it is where it is none of ours', () => {
    setLanguage('cs')
    for (const text of ['Copy the file again.', 'x', 'image.png', 'ENOENT: no such file or directory']) expect(heard(text)).toBe(text)
  })
  it('keeps names that look like numbers', () => {
    setLanguage('cs')
    expect(heard('Move 2024')).toBe('Přesunout 2024')
  })
})

describe('errors and notes of main and the engine', () => {
  it('are put into words with the names in them', () => {
    setLanguage('cs')
    expect(heard('The disk of Demo.slidewright is full.')).toBe('Disk s Demo.slidewright je plný.')
    expect(heard('RBC has only 4 labels to learn from: 20 or more are better.')).toBe('RBC má k učení jen 4 anotace: lepší je 20 a více.')
    expect(heard('RBC has only 1 label to learn from: 20 or more are better.')).toBe('RBC má k učení jen 1 anotaci: lepší je 20 a více.')
  })
  it('say why in the same language, where the reason is known', () => {
    setLanguage('cs')
    expect(heard('It was looked at in its own colours, since it is grey: the model may do worse.')).toBe(
      'Hodnoceno ve vlastních barvách, protože je šedý: model může být horší.',
    )
    expect(heard('Preparing training images failed: ENOSPC')).toBe('Příprava trénovacích obrázků selhala: ENOSPC')
  })
})
