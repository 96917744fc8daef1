import { describe, expect, it } from 'vitest'
import { acceleratorOf, chordsOf, normaliseChord, showChord, type KeyPress } from '../../src/shared/keys.ts'

const press = (key: string, code: string, held: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, altGraph: false },
  ...held,
})

describe('normaliseChord', () => {
  it.each([
    ['r', 'R'],
    ['shift+ctrl+z', 'Mod+Shift+Z'],
    ['Mod+Shift+Z', 'Mod+Shift+Z'],
    ['Cmd + option + arrowleft', 'Mod+Alt+ArrowLeft'],
    ['+', 'Plus'],
    ['ctrl++', 'Mod+Plus'],
    ['space', 'Space'],
    ['f11', 'F11'],
    ['pagedown', 'PageDown'],
    ['.', '.'],
  ])('writes %s as %s', (text, chord) => {
    expect(normaliseChord(text)).toBe(chord)
  })

  it.each(['', 'shift', 'ctrl+', 'hyper+x', 'F25', 'ab', 'mod+dead'])('refuses "%s"', (text) => {
    expect(normaliseChord(text)).toBeNull()
  })

  it('leaves its own answers as they are', () => {
    for (const chord of ['Mod+Alt+Shift+Z', 'Plus', 'Mod+Plus', 'Shift+Tab', ',']) expect(normaliseChord(chord)).toBe(chord)
  })
})

describe('chordsOf', () => {
  it('takes Ctrl as Mod on Windows and Linux, Cmd on a Mac', () => {
    expect(chordsOf(press('z', 'KeyZ', { ctrlKey: true }), false)).toEqual(['Mod+Z'])
    expect(chordsOf(press('z', 'KeyZ', { metaKey: true }), true)).toEqual(['Mod+Z'])
    expect(chordsOf(press('z', 'KeyZ', { ctrlKey: true }), true)).toEqual([])
  })

  it('finds a letter by its place on a layout that is not Latin', () => {
    expect(chordsOf(press('к', 'KeyR'), false)).toContain('R')
    expect(chordsOf(press('Я', 'KeyZ', { ctrlKey: true, shiftKey: true }), false)).toContain('Mod+Shift+Z')
  })

  it('goes by the letter, not the place, on other Latin layouts', () => {
    // German: the key at Z's place types y.
    expect(chordsOf(press('y', 'KeyZ', { ctrlKey: true }), false)).toEqual(['Mod+Y'])
  })

  it('finds digits on a French layout, with and without Shift', () => {
    expect(chordsOf(press('&', 'Digit1'), false)).toContain('1')
    expect(chordsOf(press('1', 'Digit1', { shiftKey: true }), false)).toContain('1')
    expect(chordsOf(press('1', 'Numpad1'), false)).toEqual(['1'])
  })

  it('does not ask how a sign is typed', () => {
    expect(chordsOf(press('+', 'Equal', { shiftKey: true }), false)).toEqual(['Plus'])
    expect(chordsOf(press('+', 'BracketRight'), false)).toEqual(['Plus'])
    expect(chordsOf(press('>', 'Period', { shiftKey: true }), false)).toEqual(['>'])
  })

  it('keeps Shift with letters and named keys', () => {
    expect(chordsOf(press('Z', 'KeyZ', { shiftKey: true }), false)).toEqual(['Shift+Z'])
    expect(chordsOf(press('Tab', 'Tab', { shiftKey: true }), false)).toEqual(['Shift+Tab'])
    expect(chordsOf(press('ArrowUp', 'ArrowUp', { shiftKey: true, altKey: true }), false)).toEqual(['Alt+Shift+ArrowUp'])
  })

  it('is no chord while AltGr types a character, nor for modifiers and dead keys alone', () => {
    expect(chordsOf(press('@', 'KeyQ', { ctrlKey: true, altKey: true, altGraph: true }), false)).not.toContain('Mod+Alt+Q')
    expect(chordsOf(press('Shift', 'ShiftLeft', { shiftKey: true }), false)).toEqual([])
    expect(chordsOf(press('Dead', 'BracketLeft'), false)).toEqual([])
  })
})

describe('how chords are shown', () => {
  it('writes names on Windows and signs on a Mac', () => {
    expect(showChord('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z')
    expect(showChord('Mod+Shift+Z', true)).toBe('⇧⌘Z')
    expect(showChord('Plus', false)).toBe('+')
    expect(showChord('Mod+ArrowLeft', false)).toBe('Ctrl+←')
  })

  it('gives menus those keys only that no text field types', () => {
    expect(acceleratorOf('Mod+Shift+Z')).toBe('CmdOrCtrl+Shift+Z')
    expect(acceleratorOf('F7')).toBe('F7')
    expect(acceleratorOf('Alt+ArrowLeft')).toBe('Alt+Left')
    expect(acceleratorOf('R')).toBeNull()
    expect(acceleratorOf('Shift+Tab')).toBeNull()
  })
})
