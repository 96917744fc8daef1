import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Areas } from '../../../src/renderer/tools/area-edit.ts'
import { pressedRadius } from '../../../src/renderer/tools/area-gestures.ts'
import { type Effect } from '../../../src/renderer/tools/gesture.ts'
import { cancelStep, cursorOf, draftOf, finishStep } from '../../../src/renderer/tools/gesture-machine.ts'
import { backStep } from '../../../src/renderer/tools/polygon-gesture.ts'
import { emptyMask, maskArea, maskBounds, maskHas, maskIsEmpty, masksEqual } from '../../../src/shared/masks/bit-mask.ts'
import { bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { bitMaskOf } from '../../../src/shared/masks/mask-shape.ts'
import { maskOfSpans, paint } from '../../../src/shared/masks/paint.ts'
import { discSpans, strokePieces } from '../../../src/shared/masks/spans.ts'
import { box, discMask, polygon } from '../records.ts'
import { contextOf, Hand, objectOf } from './pointer.ts'

const DISC = discMask(100, 100, 30)
const A = objectOf('a', DISC)
const B = objectOf('b', discMask(160, 100, 30))
const GUESS = objectOf(7, discMask(100, 100, 20))

const hand = (given: Parameters<typeof contextOf>[1] = {}, objects = [A, B]): Hand =>
  new Hand(contextOf(objects, { tool: 'brush', ...given }))
const selected = (...ids: (string | number)[]): { selected: ReadonlySet<never> } => ({
  selected: new Set(ids) as unknown as ReadonlySet<never>,
})

function areasOf(effects: readonly Effect[]): Areas & { readonly verb: string } {
  const made = effects.flatMap((effect) => (effect.kind === 'areas' ? [effect] : []))
  expect(made).toHaveLength(1)
  return { ...made[0]!.areas, verb: made[0]!.verb }
}

describe('the brush', () => {
  it('paints a new object under every piece of its way, as one change', () => {
    const painted = hand().down(200, 300).move(240, 300).move(240, 340).up(240, 340)
    const { fresh, changed, verb } = areasOf(painted.changes)
    const way = [200, 240, 240].map((x, index) => ({ x, y: [300, 300, 340][index]! }))
    const wanted = strokePieces(way, 10).reduce((mask, piece) => paint(mask, piece), emptyMask())
    expect(masksEqual(fresh, wanted)).toBe(true)
    expect([changed.size, verb]).toEqual([0, 'Paint'])
    painted.isAtRest()
  })

  it('paints at the first touch, and shows it', () => {
    const touched = hand().down(200, 300)
    const draft = draftOf(touched.gesture, touched.context)
    expect(draft.areas).toHaveLength(1)
    expect(draft.areas[0]!.id).toBeNull()
    expect(masksEqual(draft.areas[0]!.mask, maskOfSpans(discSpans({ x: 200, y: 300 }, 10)))).toBe(true)
    expect(areasOf(touched.up(200, 300).changes).fresh.tiles.size).toBeGreaterThan(0)
  })

  it('is as wide on screen at any zoom', () => {
    const near = hand({ view: { zoom: 4, centre: { x: 320, y: 240 }, angle: 0 } }).click(200, 300)
    expect(maskBounds(areasOf(near.changes).fresh)).toMatchObject({ width: 4, height: 4 })
  })

  it('is thinner where a pen presses less, and does not mind the pen leaving', () => {
    expect(pressedRadius(10, undefined)).toBe(10)
    expect(pressedRadius(10, 1)).toBe(10)
    expect(pressedRadius(10, 0)).toBe(2.5)
    const drawn = hand().down(200, 300, { pressure: 0.2 }).move(260, 300, { pressure: 0.2 }).up(300, 300, { pressure: 0 })
    expect(maskBounds(areasOf(drawn.changes).fresh)).toMatchObject({ x: 196, y: 296, width: 68, height: 8 })
  })

  it('adds to the selected object with Shift, or when it is set to', () => {
    for (const given of [{}, { adding: true }]) {
      const added = hand({ ...selected('a'), ...given }).drag([120, 100], [200, 100], { shift: given.adding !== true })
      const { fresh, changed } = areasOf(added.changes)
      expect(maskIsEmpty(fresh)).toBe(true)
      expect([...changed.keys()]).toEqual(['a'])
      const now = changed.get(A.id)!
      expect(maskHas(now, 205, 100)).toBe(true)
      expect(maskHas(now, 75, 100)).toBe(true)
    }
  })

  it('makes a new object with Shift where nothing is selected', () => {
    expect(areasOf(hand().click(200, 300, { shift: true }).changes).changed.size).toBe(0)
  })

  it('paints no farther than the image, and nothing beside it', () => {
    const { fresh } = areasOf(hand().drag([630, 470], [700, 520]).changes)
    expect(maskBounds(fresh)).toMatchObject({ x: 620, y: 460, width: 20, height: 20 })
    expect(hand().drag([700, 500], [800, 500]).changes).toEqual([])
  })

  it('leaves no trace after Escape', () => {
    const broken = hand().down(200, 300).move(240, 300)
    broken.take(cancelStep(broken.gesture)).isAtRest()
    expect(broken.changes).toEqual([])
  })

  it('keeps what was painted when something else begins', () => {
    const painting = hand().down(200, 300).move(240, 300)
    painting.take(finishStep(painting.gesture, painting.context)).isAtRest()
    expect(maskHas(areasOf(painting.changes).fresh, 230, 300)).toBe(true)
  })

  it('says why where it may not paint', () => {
    expect(hand({ readOnly: true }).click(200, 300).effects).toEqual([{ kind: 'explain', why: 'read-only' }])
    expect(hand({ classId: null }).click(200, 300).effects).toEqual([{ kind: 'explain', why: 'no-class' }])
    expect(areasOf(hand({ classId: null, tool: 'eraser' }).click(100, 100).changes).changed.size).toBe(1)
  })

  it('selects for a moment with Ctrl', () => {
    expect(hand().click(100, 100, { mod: true }).selected).toEqual(['a'])
  })

  it('hides the cursor where its circle is seen', () => {
    const { gesture, context } = hand()
    expect(cursorOf(gesture, { kind: 'empty' }, context, false)).toBe('none')
    expect(cursorOf(gesture, { kind: 'empty' }, { ...context, brushSize: 3 }, false)).toBe('crosshair')
  })
})

describe('the eraser', () => {
  const eraser = (given: Parameters<typeof contextOf>[1] = {}, objects = [A, B]): Hand => hand({ tool: 'eraser', ...given }, objects)

  it('takes from every object under its way, in one change', () => {
    const { fresh, changed, verb } = areasOf(eraser().drag([60, 100], [200, 100]).changes)
    expect(maskIsEmpty(fresh)).toBe(true)
    expect([...changed.keys()]).toEqual(['a', 'b'])
    expect(verb).toBe('Erase')
    const before = maskArea(bitMaskOf(DISC))
    expect(maskArea(changed.get(A.id)!)).toBeLessThan(before)
    expect(maskHas(changed.get(A.id)!, 100, 100)).toBe(false)
  })

  it('takes from the selected alone, as Alt does with the brush', () => {
    for (const erased of [
      eraser(selected('b')).drag([60, 100], [200, 100]),
      hand(selected('b')).drag([60, 100], [200, 100], { alt: true }),
    ])
      expect([...areasOf(erased.changes).changed.keys()]).toEqual(['b'])
  })

  it('leaves guesses alone unless they are selected', () => {
    expect([...areasOf(eraser({}, [GUESS, A]).click(100, 100).changes).changed.keys()]).toEqual(['a'])
    expect([...areasOf(eraser(selected(7), [GUESS, A]).click(100, 100).changes).changed.keys()]).toEqual([7])
  })

  it('empties what it covers, and changes nothing where there is nothing', () => {
    const { changed } = areasOf(eraser({ brushSize: 80 }).click(100, 100).changes)
    expect(maskIsEmpty(changed.get(A.id)!)).toBe(true)
    expect(eraser().drag([300, 300], [400, 300]).changes).toEqual([])
  })

  it('works on polygons and boxes too', () => {
    const square = objectOf('square', polygon([10, 10, 60, 10, 60, 60, 10, 60]))
    const upright = objectOf('box', box(70, 10, 50, 50))
    const { changed } = areasOf(eraser({}, [square, upright]).drag([0, 30], [130, 30]).changes)
    expect([...changed.keys()]).toEqual(['square', 'box'])
    expect(maskHas(changed.get(square.id)!, 30, 30)).toBe(false)
    expect(maskHas(changed.get(square.id)!, 30, 55)).toBe(true)
  })

  it('takes away what a brush of the same way adds, and no other pixel', () => {
    const place = fc.tuple(fc.integer({ min: 40, max: 220 }), fc.integer({ min: 40, max: 160 }))
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 60 }), (way, brushSize) => {
        const along = (one: Hand): Hand => way.reduce((hand, [x, y]) => hand.move(x, y), one.down(...way[0]!)).up(...way.at(-1)!)
        const painted = areasOf(along(hand({ brushSize })).changes).fresh
        const gesture = along(eraser({ brushSize }))
        const changed = gesture.changes.length === 0 ? new Map() : areasOf(gesture.changes).changed
        const left = changed.get(A.id) ?? bitMaskOf(DISC)
        for (let y = 70; y < 130; y += 3)
          for (let x = 70; x < 130; x += 3) expect(maskHas(left, x, y)).toBe(maskHas(bitMaskOf(DISC), x, y) && !maskHas(painted, x, y))
      }),
      { numRuns: 25 },
    )
  })
})

describe('the wand', () => {
  /** A place looks like a square that grows with the tolerance. */
  const likeAt = ({ x, y }: { x: number; y: number }, tolerance: number): ReturnType<typeof emptyMask> =>
    bitMaskOfShape(box(x - tolerance, y - tolerance, 2 * tolerance, 2 * tolerance))
  const wand = (given: Parameters<typeof contextOf>[1] = {}): Hand => hand({ tool: 'wand', likeAt, ...given })

  it('takes what looks like the place that is clicked, as one object', () => {
    const { fresh, verb } = areasOf(wand().click(300, 200).changes)
    expect(maskBounds(fresh)).toEqual({ x: 288, y: 188, width: 24, height: 24 })
    expect(verb).toBe('Pick')
  })

  it('takes more or less as the pointer goes right or left, and keeps that tolerance', () => {
    const dragged = wand().down(300, 200).move(324, 200).move(344, 210)
    expect(maskBounds(draftOf(dragged.gesture, dragged.context).areas[0]!.mask)).toMatchObject({ width: 32 })
    dragged.move(264, 200).up(264, 200)
    expect(maskBounds(areasOf(dragged.changes).fresh)).toMatchObject({ width: 18 })
    expect(dragged.effects.at(-1)).toEqual({ kind: 'tolerance', tolerance: 8.8 })
    dragged.isAtRest()
  })

  it('adds to the selected with Shift and takes away with Alt', () => {
    const added = areasOf(wand(selected('a')).click(130, 100, { shift: true }).changes)
    expect(maskHas(added.changed.get(A.id)!, 140, 100)).toBe(true)
    const cut = areasOf(wand(selected('a')).click(100, 100, { alt: true }).changes)
    expect(maskHas(cut.changed.get(A.id)!, 100, 100)).toBe(false)
  })

  it('says so while the image is not there', () => {
    expect(wand({ likeAt: () => null }).click(300, 200).effects).toEqual([{ kind: 'explain', why: 'no-pixels' }])
  })
})

describe('the polygon', () => {
  const tool = (given: Parameters<typeof contextOf>[1] = {}): Hand => hand({ tool: 'polygon', ...given })
  const shapeOf = (one: Hand): unknown => one.changes.map((effect) => (effect.kind === 'draw' ? effect.shape : effect.kind))
  const TRIANGLE = polygon([200, 200, 300, 200, 300, 300])
  const begun = (): Hand => tool().click(200, 200).click(300, 200).click(300, 300)

  it('takes a corner at each click and ends near the first, at the last, or by Enter', () => {
    expect(shapeOf(begun().move(205, 203).click(205, 203))).toEqual([TRIANGLE])
    expect(shapeOf(begun().click(300, 300))).toEqual([TRIANGLE])
    const one = begun()
    expect(shapeOf(one.take(finishStep(one.gesture, one.context)))).toEqual([TRIANGLE])
    one.isAtRest()
  })

  it('shows whether the next click would close it', () => {
    const one = begun().move(250, 280)
    expect(draftOf(one.gesture, one.context).polygon?.closing).toBe(false)
    one.move(203, 204)
    expect(draftOf(one.gesture, one.context).polygon?.closing).toBe(true)
  })

  it('is drawn by a free hand while the button is held, and ends when it is let go', () => {
    const one = tool().down(200, 200)
    for (const [x, y] of [
      [250, 200],
      [300, 200],
      [300, 250],
      [300, 300],
      [250, 250],
    ] as const)
      one.move(x, y)
    expect(shapeOf(one.up(210, 210))).toEqual([polygon([200, 200, 250, 200, 300, 200, 300, 250, 300, 300, 250, 250])])
    one.isAtRest()
  })

  it('goes on by clicks after a line by a free hand between corners', () => {
    const one = tool().click(200, 200).down(300, 200).move(310, 250).move(300, 300).up(300, 300)
    expect(one.gesture.kind).toBe('polygon')
    expect(shapeOf(one.click(200, 200))).toEqual([polygon([200, 200, 300, 200, 310, 250, 300, 300])])
  })

  it('takes back corners one by one, with the first one everything', () => {
    const one = begun()
    const back = (): Hand => (one.gesture.kind === 'polygon' ? one.take(backStep(one.gesture)) : one)
    back()
    expect(shapeOf(one.click(200, 300).click(202, 201))).toEqual([polygon([200, 200, 300, 200, 200, 300])])
    const two = tool().click(200, 200)
    if (two.gesture.kind === 'polygon') two.take(backStep(two.gesture)).isAtRest()
    expect(two.changes).toEqual([])
  })

  it('leaves nothing after Escape or without an area', () => {
    const broken = begun()
    broken.take(cancelStep(broken.gesture)).isAtRest()
    const flat = tool().click(200, 200).click(300, 200)
    flat.take(finishStep(flat.gesture, flat.context)).isAtRest()
    expect([...broken.changes, ...flat.changes]).toEqual([])
  })

  it('keeps its corners in the image', () => {
    expect(shapeOf(tool().click(600, 400).click(700, 400).click(700, 600).click(600, 400))).toEqual([
      polygon([600, 400, 640, 400, 640, 480]),
    ])
  })

  it('goes on after the view was moved by the middle button', () => {
    const one = begun().drag([300, 300], [320, 320], { button: 1 })
    expect(one.gesture.kind).toBe('polygon')
  })
})
