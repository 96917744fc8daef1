import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hiderOf } from '../../../src/renderer/state/masking.ts'

const hide = hiderOf(
  new Map([
    ['1', 'a group'],
    ['2', 'a group'],
    ['Control', 'a group'],
    ['P1-7', 'a group'],
    ['7.png', 'Image 1'],
    ['/data/Ada/7.png', 'Image 1'],
    ['a 7.png', 'Image 2'],
  ]),
)

describe('hiding names in a text', () => {
  it('takes a plain number or word for a name only where it stands as a value', () => {
    expect(hide('1 image of 2 was left out (1 of 1,234; 1.5 %).')).toBe('1 image of 2 was left out (1 of 1,234; 1.5 %).')
    expect(hide('2 patients stand in more than one split (1, 2): scores will look better.')).toBe(
      '2 patients stand in more than one split (a group, a group): scores will look better.',
    )
    expect(hide('The same side: 1, 2, …')).toBe('The same side: a group, a group, …')
    expect(hide('They look alike (1 – 2).')).toBe('They look alike (a group – a group).')
    expect(hide('Control images were compared (Control)')).toBe('Control images were compared (a group)')
    expect(hide('/data/Control/new.png')).toBe('/data/a group/new.png')
  })

  it('takes what is plainly a name wherever it stands, but not inside of a longer one', () => {
    expect(hide('7.png and P1-7 are damaged, 17.png and P1-77 are not')).toBe('Image 1 and a group are damaged, 17.png and P1-77 are not')
    expect(hide('/data/Ada/7.png: not found')).toBe('Image 1: not found')
    expect(hide('a 7.png')).toBe('Image 2')
  })

  it('does so where words are written without spaces', () => {
    expect(hide('画像7.pngは読めません')).toBe('画像Image 1は読めません')
    expect(hide('複数の区分にあります（1、2）：')).toBe('複数の区分にあります（a group、a group）：')
    expect(hide('画像1枚')).toBe('画像1枚')
  })

  it('leaves a text without names as it is, and no name in a list of them', () => {
    const name = fc.stringMatching(/^[a-z]{1,4}[0-9]{1,3}$/)
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), (names) => {
        const all = hiderOf(new Map(names.map((one) => [one, '#'])))
        expect(all(names.join(', '))).toBe(names.map(() => '#').join(', '))
        expect(all('Nothing of it.')).toBe('Nothing of it.')
      }),
    )
  })
})
