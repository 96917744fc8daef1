import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resizedFrame, settled, turnedShape, type Turnable } from '../../../src/renderer/tools/frame-math.ts'
import { type GestureContext } from '../../../src/renderer/tools/gesture.ts'
import { cancelStep, draftOf, finishStep, nudgeStep } from '../../../src/renderer/tools/gesture-machine.ts'
import { backLine } from '../../../src/renderer/tools/line-gesture.ts'
import { fittedInto, sameShape, shifted } from '../../../src/renderer/tools/box-math.ts'
import { framePlaces, turnHandle } from '../../../src/renderer/viewer/frame-handles.ts'
import { hitAll } from '../../../src/renderer/viewer/scene.ts'
import { frameRing } from '../../../src/shared/geometry/frame.ts'
import { type EllipseShape, type PolylineShape, type RotatedBoxShape, type RulerShape } from '../../../src/shared/records/shape.ts'
import { box } from '../records.ts'
import { contextOf, Hand, objectOf } from './pointer.ts'
import { buildScene } from '../scenes.ts'

const ELLIPSE: EllipseShape = { type: 'ellipse', cx: 200, cy: 150, width: 100, height: 60, angle: 0 }
const TURNED: RotatedBoxShape = { type: 'rotated-box', cx: 300, cy: 200, width: 100, height: 40, angle: 30 }
const LINE: PolylineShape = { type: 'polyline', points: [100, 100, 200, 100, 200, 200] }
const RULER: RulerShape = { type: 'ruler', points: [10, 10, 110, 10] }

const hand = (given: Partial<GestureContext> = {}): Hand => new Hand(contextOf([], given))
const drawn = (one: Hand): unknown => one.changes.map((effect) => (effect.kind === 'draw' ? effect.shape : effect.kind))
const handOn = (shape: Parameters<typeof objectOf>[1]): Hand =>
  new Hand(contextOf([objectOf('a', shape)], { selected: new Set([objectOf('a', shape).id]) }))
const reshaped = (one: Hand): unknown =>
  one.changes.map((effect) => (effect.kind === 'reshape' ? [effect.verb, [...effect.shapes.values()][0]] : effect.kind))

describe('the ellipse tool', () => {
  it('draws by a drag or by two clicks, a circle with Shift', () => {
    expect(drawn(hand({ tool: 'ellipse' }).drag([150, 120], [250, 180]))).toEqual([ELLIPSE])
    expect(drawn(hand({ tool: 'ellipse' }).click(150, 120).click(250, 180))).toEqual([ELLIPSE])
    const circle = hand({ tool: 'ellipse' }).down(100, 100).move(160, 120, { shift: true }).up(160, 120, { shift: true })
    expect(drawn(circle)).toEqual([{ type: 'ellipse', cx: 130, cy: 130, width: 60, height: 60, angle: 0 }])
  })

  it('leaves nothing after Escape', () => {
    const half = hand({ tool: 'ellipse' }).down(100, 100).move(160, 120)
    expect(draftOf(half.gesture, half.context).fresh).toMatchObject({ type: 'ellipse' })
    half.take(cancelStep(half.gesture))
    expect(half.effects).toEqual([])
    half.isAtRest()
  })
})

describe('the rotated box tool', () => {
  it('takes a side, then how far the box reaches from it', () => {
    const one = hand({ tool: 'rotated-box' }).drag([100, 100], [180, 160]).move(150, 200)
    expect(draftOf(one.gesture, one.context).fresh).toMatchObject({ type: 'rotated-box' })
    const [shape] = drawn(one.down(74, 168)) as [RotatedBoxShape]
    expect(shape).toMatchObject({ type: 'rotated-box', width: 100, angle: 36.8699 })
    expect(shape.height).toBeCloseTo(70, 1)
    one.isAtRest()
  })

  it('takes the side by two clicks, and an upright box where it is one', () => {
    expect(drawn(hand({ tool: 'rotated-box' }).click(100, 100).move(150, 100).click(180, 100).move(100, 150).click(120, 140))).toEqual([
      box(100, 100, 80, 40),
    ])
  })

  it('keeps its side to every 15 degrees with Shift', () => {
    const one = hand({ tool: 'rotated-box' }).down(100, 100).move(200, 152, { shift: true }).up(200, 152, { shift: true }).move(100, 200)
    expect(drawn(one.down(100, 200))).toMatchObject([{ angle: 30 }])
  })

  it('is done by Enter, and leaves nothing after Escape or without a size', () => {
    const one = hand({ tool: 'rotated-box' }).drag([100, 100], [180, 160]).move(74, 168)
    expect(finishStep(one.gesture, one.context).effects).toMatchObject([{ kind: 'draw' }])
    expect(cancelStep(one.gesture)).toEqual({ gesture: { kind: 'idle' }, effects: [] })
    const flat = hand({ tool: 'rotated-box' }).drag([100, 100], [180, 100]).down(150, 100)
    expect(flat.effects).toEqual([])
    flat.isAtRest()
  })
})

describe('the line tool', () => {
  it('draws by clicks and Enter, and by a free hand', () => {
    const clicked = hand({ tool: 'polyline' }).click(100, 100).click(200, 100).click(200, 200)
    clicked.take(finishStep(clicked.gesture, clicked.context))
    expect(drawn(clicked)).toEqual([LINE])
    const free = hand({ tool: 'polyline' }).down(100, 100).move(110, 100).move(120, 105).up(130, 110)
    expect(drawn(free)).toEqual([{ type: 'polyline', points: [100, 100, 110, 100, 120, 105] }])
  })

  it('takes back corners one by one, and leaves nothing after Escape', () => {
    const one = hand({ tool: 'polyline' }).click(100, 100).click(200, 100).click(300, 100)
    if (one.gesture.kind !== 'line') throw new Error('no line is being drawn')
    one.take(backLine(one.gesture)).click(200, 200)
    one.take(finishStep(one.gesture, one.context))
    expect(drawn(one)).toEqual([LINE])
    expect(cancelStep(hand({ tool: 'polyline' }).click(1, 1).click(9, 9).gesture).effects).toEqual([])
  })

  it('needs a class, and a project that can be changed', () => {
    expect(hand({ tool: 'polyline', classId: null }).down(1, 1).effects).toEqual([{ kind: 'explain', why: 'no-class' }])
    expect(hand({ tool: 'ruler', readOnly: true }).down(1, 1).effects).toEqual([{ kind: 'explain', why: 'read-only' }])
  })
})

describe('the ruler', () => {
  it('measures by a drag or by two clicks', () => {
    expect(drawn(hand({ tool: 'ruler' }).drag([10, 10], [110, 10]))).toEqual([RULER])
    expect(drawn(hand({ tool: 'ruler' }).click(10, 10).move(50, 10).click(110, 10))).toEqual([RULER])
    const half = hand({ tool: 'ruler' }).click(10, 10).move(50, 40)
    expect(draftOf(half.gesture, half.context).fresh).toEqual({ type: 'ruler', points: [10, 10, 50, 40] })
    expect(finishStep(half.gesture, half.context).effects).toEqual([])
  })

  it('is changed by its ends', () => {
    expect(reshaped(handOn(RULER).drag([110, 10], [60, 60]))).toEqual([['Reshape', { type: 'ruler', points: [10, 10, 60, 60] }]])
    // The middle of a ruler is no handle: there it is moved.
    expect(reshaped(handOn(RULER).drag([60, 10], [60, 30]))).toEqual([['Move', { type: 'ruler', points: [10, 30, 110, 30] }]])
  })
})

describe('lines', () => {
  it('are hit along themselves, before the areas below them, not along the way from end to start', () => {
    const scene = buildScene([objectOf('below', box(50, 50, 300, 300)), objectOf('line', LINE)])
    expect(hitAll(scene, { x: 150, y: 103 }, 1).map(({ id }) => id)).toEqual(['line', 'below'])
    expect(hitAll(scene, { x: 150, y: 150 }, 1).map(({ id }) => id)).toEqual(['below'])
  })

  it('get corners by dragging a side', () => {
    expect(reshaped(handOn(LINE).drag([150, 100], [150, 80]))).toEqual([
      ['Reshape', { type: 'polyline', points: [100, 100, 150, 80, 200, 100, 200, 200] }],
    ])
  })

  it('move as a whole, and are pasted as long as they were', () => {
    expect(shifted(RULER, { x: 1.234, y: -2 })).toEqual({ type: 'ruler', points: [11.23, 8, 111.23, 8] })
    expect(fittedInto({ type: 'ruler', points: [500, 400, 600, 400] }, { width: 300, height: 200 })).toEqual({
      type: 'ruler',
      points: [200, 200, 300, 200],
    })
  })
})

const turnable: fc.Arbitrary<Turnable> = fc.record({
  type: fc.constantFrom('ellipse' as const, 'rotated-box' as const),
  ...{ cx: fc.integer({ min: 100, max: 500 }), cy: fc.integer({ min: 100, max: 400 }) },
  ...{ width: fc.integer({ min: 10, max: 200 }), height: fc.integer({ min: 10, max: 200 }), angle: fc.integer({ min: 1, max: 359 }) },
})

describe('handles of a frame', () => {
  it('resize along its own axes: the corner across stays where it was', () => {
    fc.assert(
      fc.property(turnable, fc.integer({ min: -60, max: 60 }), fc.integer({ min: -60, max: 60 }), (from, dx, dy) => {
        const before = frameRing(from as RotatedBoxShape)
        const after = frameRing(resizedFrame(from, 'se', dx, dy, { ratio: false, centred: false }) as RotatedBoxShape)
        // Pulled beyond the fixed corner the frame turns over, and another corner lies there.
        const nearest = Math.min(...[0, 2, 4, 6].map((i) => Math.hypot(after[i]! - before[0]!, after[i + 1]! - before[1]!)))
        expect(nearest).toBeLessThan(0.03)
      }),
    )
  })

  it('are taken where they are seen', () => {
    const [corner] = framePlaces(TURNED, 1)
    const dragged = handOn(TURNED).drag([corner!.x, corner!.y], [corner!.x - 20, corner!.y])
    expect(reshaped(dragged)).toMatchObject([['Resize', { type: 'rotated-box', angle: 30 }]])
    const ellipse = handOn(ELLIPSE).drag([250, 150], [270, 150])
    expect(reshaped(ellipse)).toEqual([['Resize', { ...ELLIPSE, cx: 210, width: 120 }]])
  })

  it('turn it about its middle, with Shift to every 15 degrees; a box becomes a rotated one, and one again', () => {
    const upright = box(200, 100, 100, 60)
    const { at } = turnHandle({ cx: 250, cy: 130, width: 100, height: 60, angle: 0 }, 1)
    const turned = handOn(upright).down(at.x, at.y).move(300, 90, { shift: true }).up(300, 90, { shift: true })
    expect(reshaped(turned)).toEqual([['Turn', { type: 'rotated-box', cx: 250, cy: 130, width: 100, height: 60, angle: 45 }]])
    const quarter = handOn(upright).down(at.x, at.y).move(330, 130).up(330, 130)
    expect(reshaped(quarter)).toEqual([['Turn', box(220, 80, 60, 100)]])
    expect(settled(turnedShape(turnedShape(upright, 12.5), -12.5))).toEqual(upright)
  })

  it('let a click through to what lies below the one that turns', () => {
    const under = objectOf('under', box(240, 60, 20, 20))
    const selected = objectOf('a', box(200, 100, 100, 60))
    expect(new Hand(contextOf([selected, under], { selected: new Set([selected.id]) })).click(250, 76).selected).toEqual(['under'])
  })

  it('have no place on boxes that are small on the screen', () => {
    const small = objectOf('a', box(200, 100, 20, 20))
    expect(
      contextOf([small], { selected: new Set([small.id]) }).targetAt({ image: { x: 210, y: 76 }, screen: { x: 210, y: 76 } }).kind,
    ).toBe('empty')
  })

  it('have keys: a degree a step, one edit when the key is let go', () => {
    const one = handOn(TURNED)
    one.take(nudgeStep(one.gesture, 'turn', 1, 0, one.context)).take(nudgeStep(one.gesture, 'turn', 1, 0, one.context))
    one.take(finishStep(one.gesture, one.context))
    expect(reshaped(one)).toEqual([['Turn', { ...TURNED, angle: 32 }]])
    const wide = handOn(TURNED)
    wide.take(nudgeStep(wide.gesture, 'stretch', 10, 0, wide.context))
    wide.take(finishStep(wide.gesture, wide.context))
    expect(reshaped(wide)).toMatchObject([['Resize', { width: 110, height: 40, angle: 30 }]])
  })
})

describe('shapes in a frame', () => {
  it('are the same only with the same numbers', () => {
    expect(sameShape(TURNED, { ...TURNED })).toBe(true)
    expect(sameShape(ELLIPSE, { ...ELLIPSE, angle: 180 })).toBe(false)
    expect(sameShape(RULER, { ...RULER, points: [110, 10, 10, 10] })).toBe(false)
  })

  it('are pasted whole where there is room, else cut to the image as outlines', () => {
    expect(fittedInto({ ...ELLIPSE, cx: 900 }, { width: 300, height: 200 })).toEqual({ ...ELLIPSE, cx: 250 })
    expect(fittedInto(ELLIPSE, { width: 80, height: 200 })).toMatchObject({ type: 'polygon' })
  })
})
