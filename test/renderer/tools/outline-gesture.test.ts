import { describe, expect, it } from 'vitest'
import { type Effect } from '../../../src/renderer/tools/gesture.ts'
import { cancelStep, draftOf, finishStep } from '../../../src/renderer/tools/gesture-machine.ts'
import { backOutline, outlineFound, settleOutline } from '../../../src/renderer/tools/outline-gesture.ts'
import { type BitMask, maskBounds } from '../../../src/shared/masks/bit-mask.ts'
import { bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { type Prompt } from '../../../src/shared/outline/prompt.ts'
import { box, discMask } from '../records.ts'
import { contextOf, Hand, objectOf } from './pointer.ts'

const A = objectOf('a', discMask(100, 100, 30))
const FOUND = bitMaskOfShape(box(280, 180, 40, 40))

const hand = (given: Parameters<typeof contextOf>[1] = {}): Hand => new Hand(contextOf([A], { tool: 'outline', ...given }))
const asked = ({ effects }: Hand): Prompt[] => effects.flatMap((effect) => (effect.kind === 'outline' ? [effect.prompt] : []))
const answer = (one: Hand, found: BitMask | null = FOUND, prompt = asked(one).at(-1)!): Hand =>
  one.take(outlineFound(one.gesture, prompt, found, one.context))
const enter = (one: Hand): Hand => one.take(finishStep(one.gesture, one.context))
const made = (effects: readonly Effect[]): unknown =>
  effects.map((effect) =>
    effect.kind === 'areas' ? [effect.verb, maskBounds(effect.areas.fresh), [...effect.areas.changed.keys()]] : effect,
  )
const WHOLE = ['Outline', { x: 280, y: 180, width: 40, height: 40 }, []]

describe('the smart outline', () => {
  it('asks for what is clicked, shows it, and keeps it with Enter', () => {
    const one = hand().click(300, 200)
    expect(asked(one)).toEqual([{ clicks: [{ x: 300, y: 200, inside: true }], box: null }])
    answer(one)
    const draft = draftOf(one.gesture, one.context)
    expect([draft.areas.map(({ mask }) => maskBounds(mask)), draft.clicks.length]).toEqual([[{ x: 280, y: 180, width: 40, height: 40 }], 1])
    expect(one.changes).toEqual([])
    expect(made(enter(one).changes)).toEqual([WHOLE])
    one.isAtRest()
  })

  it('adds clicks, with Alt outside, and takes them back one by one', () => {
    const one = answer(answer(hand().click(300, 200)).click(340, 200, { alt: true }))
    expect(
      asked(one)
        .at(-1)!
        .clicks.map(({ inside }) => inside),
    ).toEqual([true, false])
    const back = (): Hand => (one.gesture.kind === 'outline' ? one.take(backOutline(one.gesture)) : one)
    expect(asked(back()).at(-1)!.clicks).toEqual([{ x: 300, y: 200, inside: true }])
    back().isAtRest()
    expect(one.changes).toEqual([])
  })

  it('takes clicks for outside without Alt where that was said, but never the first; Alt turns it round', () => {
    const one = answer(hand({ outside: true }).click(300, 200))
    answer(one.click(340, 200))
    answer(one.click(310, 210, { alt: true }))
    expect(asked(one).at(-1)!.clicks.map(({ inside }) => inside)).toEqual([true, false, true]) // prettier-ignore
  })

  it('takes a box that is dragged, from any corner, and shows it meanwhile', () => {
    const one = hand().down(340, 240).move(260, 170)
    expect(draftOf(one.gesture, one.context).fresh).toEqual(box(260, 170, 80, 70))
    one.up(260, 170)
    expect(asked(one)).toEqual([{ clicks: [], box: { x: 260, y: 170, width: 80, height: 70 } }])
    answer(one)
    expect(draftOf(one.gesture, one.context).fresh).toBeNull()
    expect(made(enter(one).changes)).toEqual([WHOLE])
  })

  it('waits for the answer where Enter came before it', () => {
    const one = enter(hand().click(300, 200))
    expect(one.changes).toEqual([])
    expect(made(answer(one).changes)).toEqual([WHOLE])
    one.isAtRest()
  })

  it('passes over an answer to what was said before', () => {
    const one = answer(hand().click(300, 200).click(310, 200), bitMaskOfShape(box(0, 0, 5, 5)), asked(hand().click(300, 200))[0]!)
    expect(draftOf(one.gesture, one.context).areas).toEqual([])
    expect(one.gesture.kind === 'outline' && one.gesture.waiting).toBe(true)
  })

  it('leaves no trace after Escape, and the answer comes in vain', () => {
    const one = hand().click(300, 200)
    one.take(cancelStep(one.gesture))
    answer(one).isAtRest()
    expect(one.changes).toEqual([])
  })

  it('keeps what was found by then when another tool is taken', () => {
    const one = answer(hand().click(300, 200)).click(310, 200)
    if (one.gesture.kind === 'outline') one.take(settleOutline(one.gesture))
    expect(made(one.changes)).toEqual([WHOLE])
  })

  it('goes on over a pan, in the middle of which the answer may come', () => {
    const one = hand().click(300, 200).down(10, 10, { button: 1 }).move(30, 10)
    answer(one).up(30, 10)
    expect(draftOf(one.gesture, one.context).areas).toHaveLength(1)
    expect(made(enter(one).changes)).toEqual([WHOLE])
  })

  it('adds to the selected with Shift', () => {
    const one = enter(answer(hand({ selected: new Set([A.id]) }).click(140, 100, { shift: true })))
    expect(made(one.changes)).toEqual([['Outline', null, ['a']]])
  })

  it('says why nothing is done: Alt first, no class, a project that only reads, nothing found', () => {
    const why = (one: Hand): unknown => one.effects.flatMap((effect) => (effect.kind === 'explain' ? [effect.why] : []))
    expect(why(hand().click(300, 200, { alt: true }))).toEqual(['nothing-outlined'])
    expect(why(hand({ classId: null }).click(300, 200))).toEqual(['no-class'])
    expect(why(hand({ readOnly: true }).click(300, 200))).toEqual(['read-only'])
    const nothing = answer(hand().click(300, 200), null)
    expect(why(nothing)).toEqual(['not-outlined'])
    nothing.isAtRest()
  })
})
