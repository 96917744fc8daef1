import { describe, expect, it } from 'vitest'
import { type Box } from '../../../src/shared/geometry/box.ts'
import { differencesOn, type LookedAt, type LookedAtGuess } from '../../../src/shared/review/second-look.ts'

const at = (x: number): Box => ({ x, y: 0, width: 20, height: 20 })
const label = (classAt: number, x: number): LookedAt => ({ classAt, box: at(x) })
const guess = (classAt: number, x: number, score: number, open = true): LookedAtGuess => ({ classAt, box: at(x), score, open })
const rules = { complete: () => true, seen: () => true, crowds: [] }
const kinds = (...given: Parameters<typeof differencesOn>): string[] =>
  differencesOn(...given).map(({ kind, label: of, guess: by, strength }) => `${kind} ${String(of)} ${String(by)} ${strength.toFixed(2)}`)

describe('where labels and predictions differ', () => {
  it('names another class by its surest prediction, unless one of the label’s own class is there too', () => {
    expect(kinds([label(0, 0)], [guess(1, 2, 0.6), guess(2, 1, 0.7)], rules)).toEqual(['class 0 1 0.70'])
    expect(kinds([label(0, 0)], [guess(1, 2, 0.9), guess(0, 1, 0.5)], rules)).toEqual([])
    expect(kinds([label(0, 0)], [guess(1, 2, 0.49)], rules)).toEqual([])
  })

  it('names a label where nothing is found, and only where the model looked', () => {
    expect(kinds([label(0, 0)], [guess(0, 100, 0.7)], rules)).toEqual(['missed 0 null 1.00'])
    expect(kinds([label(0, 0)], [guess(1, 0, 0.15)], rules)).toEqual(['missed 0 null 0.85'])
    expect(kinds([label(0, 0)], [guess(1, 0, 0.2)], rules)).toEqual([])
    expect(kinds([label(0, 0)], [], { ...rules, seen: () => false })).toEqual([])
  })

  it('names a sure prediction without a label, where everything is labelled and no crowd is', () => {
    expect(kinds([], [guess(1, 0, 0.8), guess(1, 50, 0.79)], rules)).toEqual(['extra null 0 0.80'])
    expect(kinds([], [guess(1, 0, 0.9)], { ...rules, complete: () => false })).toEqual([])
    expect(kinds([], [guess(1, 0, 0.9)], { ...rules, crowds: [at(5)] })).toEqual([])
  })

  it('asks no more about what was decided, which was found all the same', () => {
    expect(kinds([label(0, 0)], [guess(1, 0, 0.9, false)], rules)).toEqual([])
    expect(kinds([], [guess(1, 0, 0.9, false)], rules)).toEqual([])
  })

  it('compares the word on an image as a whole with its label', () => {
    const whole = { box: null, classAt: 0 }
    expect(kinds([whole], [{ ...guess(1, 0, 0.6), box: null }], rules)).toEqual(['class 0 0 0.60'])
    expect(kinds([whole], [{ ...guess(0, 0, 0.6), box: null }], rules)).toEqual([])
    expect(kinds([whole], [], rules)).toEqual([])
  })
})
