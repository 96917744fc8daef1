import { describe, expect, it } from 'vitest'
import { type Box } from '../../../src/shared/geometry/box.ts'
import { type Certainty, differencesOn, type LookedAt, type LookedAtGuess, usualCertainty } from '../../../src/shared/review/second-look.ts'

const at = (x: number): Box => ({ x, y: 0, width: 20, height: 20 })
const label = (classAt: number, x: number): LookedAt => ({ classAt, box: at(x), isBox: true })
const guess = (classAt: number, x: number, score: number, open = true): LookedAtGuess => ({ ...label(classAt, x), score, open })
const rules = { complete: () => true, seen: () => true, crowds: [] }
const kinds = (labels: readonly LookedAt[], guesses: readonly LookedAtGuess[], by: Parameters<typeof differencesOn>[1]): string[] =>
  differencesOn({ labels, guesses }, by).map(
    ({ kind, label: of, guess: by, strength }) => `${kind} ${String(of)} ${String(by)} ${strength.toFixed(2)}`,
  )

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
    const whole = { box: null, classAt: 0, isBox: false }
    expect(kinds([whole], [{ ...guess(1, 0, 0.6), box: null, isBox: false }], rules)).toEqual(['class 0 0 0.60'])
    expect(kinds([whole], [{ ...guess(0, 0, 0.6), box: null, isBox: false }], rules)).toEqual([])
    expect(kinds([whole], [], rules)).toEqual([])
  })

  it('names a box that lies beside one of its class, once, in place of nothing found and something overlooked', () => {
    // Half a box apart: a third in common.
    expect(kinds([label(0, 0)], [guess(0, 10, 0.9)], rules)).toEqual(['place 0 0 0.60'])
    expect(kinds([label(0, 0)], [guess(1, 10, 0.9)], rules)).toEqual(['missed 0 null 1.00', 'extra null 0 0.90'])
    expect(kinds([label(0, 0)], [{ ...guess(0, 10, 0.9), isBox: false }], rules)).toEqual(['missed 0 null 1.00', 'extra null 0 0.90'])
    expect(kinds([label(0, 0)], [guess(0, 17, 0.9)], rules)).toEqual(['missed 0 null 1.00', 'extra null 0 0.90'])
    // Two labels beside one box: it is the place of the nearer one.
    expect(kinds([label(0, 0), label(0, 19)], [guess(0, 9, 0.9)], rules)).toEqual(['place 0 0 0.56', 'missed 1 null 1.00'])
    // A box that is another label's says nothing of this one.
    expect(kinds([label(0, 0), label(0, 10)], [guess(0, 10, 0.9)], rules)).toEqual(['missed 0 null 1.00'])
    // Once it was kept beside the label, it is no longer asked whether the label is there at all.
    expect(kinds([label(0, 0)], [guess(0, 10, 0.9, false)], rules)).toEqual([])
  })

  it('takes what a model usually says of a class for sure, where that is known', () => {
    const certainty = (classAt: number): Certainty =>
      classAt === 0 ? { says: 0.9, confident: 0.9, usual: 0.9 } : { says: 0.6, confident: 0.6, usual: 0.6 }
    const sure = { ...rules, certainty }
    expect(kinds([label(1, 0)], [guess(0, 0, 0.89)], sure)).toEqual([])
    expect(kinds([label(1, 0)], [guess(0, 0, 0.95), guess(1, 1, 0.3)], sure)).toEqual(['class 0 0 0.65'])
    expect(kinds([label(1, 0), label(0, 50)], [guess(0, 50, 0.1)], sure)).toEqual(['missed 0 null 0.60', 'missed 1 null 0.80'])
    expect(kinds([], [guess(0, 0, 0.89), guess(1, 50, 0.6)], sure)).toEqual(['extra null 1 0.60'])
  })

  it('knows what a model usually says from ten labels of a class on', () => {
    const labels = Array.from({ length: 10 }, (_, i) => label(0, 50 * i))
    // Nine found at 0.9, of which one more surely as another class; one not at all.
    const guesses = labels.slice(1).flatMap((_, i) => [guess(0, 50 * (i + 1), 0.9), ...(i === 0 ? [guess(1, 50, 0.95)] : [])])
    const of = usualCertainty([
      { labels: [...labels.slice(0, 5), label(1, 900)], guesses },
      { labels: labels.slice(5), guesses },
    ])
    expect(of(0).usual).toBeCloseTo(0.81, 12)
    expect(of(0)).toEqual({ says: of(0).usual, confident: of(0).usual, usual: of(0).usual })
    expect(of(1)).toEqual({ says: 0.5, confident: 0.8, usual: 1 })
    expect(usualCertainty([{ labels, guesses: [] }])(0)).toEqual({ says: 0.5, confident: 0.5, usual: 0 })
  })
})
