import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IDLE } from '../../../src/renderer/tools/gesture.ts'
import { cancelStep, cursorOf, draftOf, finishStep, nudgeStep } from '../../../src/renderer/tools/gesture-machine.ts'
import { shapeBounds } from '../../../src/shared/geometry/shape-bounds.ts'
import { box, discMask, point, polygon } from '../records.ts'
import { at, contextOf, Hand, objectOf } from './pointer.ts'

const A = objectOf('a', box(100, 100, 40, 30))
const B = objectOf('b', box(300, 200, 50, 50))
const INNER = objectOf('inner', box(110, 105, 10, 10))

const hand = (given: Parameters<typeof contextOf>[1] = {}, objects = [A, B, INNER]): Hand => new Hand(contextOf(objects, given))
const selected = (...ids: string[]): { selected: ReadonlySet<never> } => ({ selected: new Set(ids) as unknown as ReadonlySet<never> })

describe('clicks', () => {
  it('select the smallest object under the pointer, and nothing beside it', () => {
    expect(hand().click(115, 110).selected).toEqual(['inner'])
    expect(hand().click(130, 120).selected).toEqual(['a'])
    expect(hand(selected('a')).click(500, 400).selected).toEqual([])
  })

  it('add and take away with Shift', () => {
    const shift = { shift: true }
    const one = hand(selected('a')).click(320, 220, shift)
    expect(one.selected).toEqual(['a', 'b'])
    expect(one.click(320, 220, shift).selected).toEqual(['a'])
    expect(one.click(500, 400, shift).selected).toEqual(['a'])
  })

  it('keep to one of several selected once the button is let go', () => {
    const two = hand(selected('a', 'b'))
    expect(two.down(320, 220).selected).toEqual(['a', 'b'])
    expect(two.up(320, 220).selected).toEqual(['b'])
  })

  it('are still clicks when the hand trembles, and change nothing', () => {
    const trembling = hand(selected('a')).down(130, 120).move(132, 122).up(132, 121)
    expect(trembling.changes).toEqual([])
    trembling.isAtRest()
  })
})

describe('dragging objects', () => {
  it('moves what is under the pointer with the select tool, as one change', () => {
    const moved = hand().drag([320, 220], [340, 190])
    expect(moved.selected).toEqual(['b'])
    expect(moved.changes).toEqual([{ kind: 'reshape', verb: 'Move', shapes: new Map([['b', box(320, 170, 50, 50)]]) }])
    moved.isAtRest()
  })

  it('moves all selected together, no farther than the border', () => {
    const moved = hand(selected('a', 'b')).drag([120, 120], [-500, 125])
    expect(moved.changes[0]).toMatchObject({
      shapes: new Map([
        ['a', box(0, 105, 40, 30)],
        ['b', box(200, 205, 50, 50)],
      ]),
    })
  })

  it('keeps to one axis with Shift pressed on the way', () => {
    const moved = hand(selected('b')).down(320, 220).move(350, 230).move(350, 230, { shift: true }).up(350, 230, { shift: true })
    expect(moved.changes[0]).toMatchObject({ shapes: new Map([['b', box(330, 200, 50, 50)]]) })
  })

  it('copies with Alt', () => {
    const copied = hand(selected('b')).drag([320, 220], [420, 220], { alt: true })
    expect(copied.changes).toEqual([{ kind: 'copy', shapes: new Map([['b', box(400, 200, 50, 50)]]) }])
  })

  it('starts anew from the snapshot on every move: a way there and back leaves nothing', () => {
    const there = hand(selected('b')).down(320, 220)
    for (const x of [400, 700, -100, 330, 320]) there.move(x, 220)
    expect(there.up(320, 220).changes).toEqual([])
  })

  it('pans with the move tool unless the object is selected', () => {
    const panned = hand({ tool: 'move' }).drag([320, 220], [340, 220])
    expect(panned.changes).toEqual([])
    expect(panned.context.view.centre).toEqual({ x: 300, y: 240 })
    expect(hand({ tool: 'move', ...selected('b') }).drag([320, 220], [340, 220]).changes).toHaveLength(1)
  })

  it('moves the selected large box even where a small one lies in it', () => {
    const moved = hand(selected('a')).drag([115, 110], [125, 110])
    expect(moved.changes[0]).toMatchObject({ shapes: new Map([['a', box(110, 100, 40, 30)]]) })
  })

  it('changes nothing in a project that can’t be changed', () => {
    const locked = hand({ readOnly: true, ...selected('b') }).drag([320, 220], [340, 220])
    expect(locked.changes).toEqual([])
  })
})

describe('handles', () => {
  it('move their edges', () => {
    expect(hand(selected('b')).drag([350, 250], [360, 270]).changes[0]).toMatchObject({
      verb: 'Resize',
      shapes: new Map([['b', box(300, 200, 60, 70)]]),
    })
    expect(hand(selected('b')).drag([325, 200], [400, 190]).changes[0]).toMatchObject({ shapes: new Map([['b', box(300, 190, 50, 60)]]) })
  })

  it('turn the box over when dragged past the other side', () => {
    expect(hand(selected('b')).drag([350, 250], [290, 240]).changes[0]).toMatchObject({ shapes: new Map([['b', box(290, 200, 10, 40)]]) })
  })

  it('keep the ratio with Shift and the middle with Alt', () => {
    expect(hand(selected('b')).drag([350, 250], [400, 255], { shift: true }).changes[0]).toMatchObject({
      shapes: new Map([['b', box(300, 200, 100, 100)]]),
    })
    expect(hand(selected('b')).drag([350, 250], [360, 255], { alt: true }).changes[0]).toMatchObject({
      shapes: new Map([['b', box(290, 195, 70, 60)]]),
    })
  })
})

describe('a rubber band', () => {
  it('selects while it is drawn, and adds with Shift', () => {
    const band = hand().down(50, 50).move(200, 200)
    expect(new Set(band.selected)).toEqual(new Set(['a', 'inner']))
    expect(draftOf(band.gesture, band.context).band).toEqual({ x: 50, y: 50, width: 150, height: 150 })
    expect(band.move(60, 60).up(60, 60).selected).toEqual([])
    expect(hand({ tool: 'move', ...selected('b') }).drag([50, 50], [200, 200], { shift: true }).selected).toContain('b')
  })

  it('gives the selection back on Escape', () => {
    const band = hand(selected('b')).down(50, 50).move(200, 200)
    band.take(cancelStep(band.gesture))
    expect(band.selected).toEqual(['b'])
    band.isAtRest()
  })
})

describe('drawing boxes', () => {
  const boxes = (given: Parameters<typeof contextOf>[1] = {}): Hand => hand({ tool: 'box', ...given })

  it('goes from corner to corner, in any direction', () => {
    const drawn = { kind: 'draw', shape: box(200, 300, 30, 40) }
    expect(boxes().drag([200, 300], [230, 340]).changes).toEqual([drawn])
    expect(boxes().drag([230, 340], [200, 300]).changes).toEqual([drawn])
  })

  it('works by two clicks as well', () => {
    const clicked = boxes().click(200, 300).move(215, 320)
    expect(draftOf(clicked.gesture, clicked.context).fresh).toEqual(box(200, 300, 15, 20))
    expect(clicked.changes).toEqual([])
    expect(clicked.click(230, 340).changes).toEqual([{ kind: 'draw', shape: box(200, 300, 30, 40) }])
    clicked.isAtRest()
  })

  it('starts inside other boxes without moving them', () => {
    expect(boxes(selected('a')).drag([105, 102], [125, 122]).changes).toEqual([{ kind: 'draw', shape: box(105, 102, 20, 20) }])
  })

  it('is square with Shift, and cut at the border', () => {
    expect(boxes().drag([200, 300], [230, 310], { shift: true }).changes).toEqual([{ kind: 'draw', shape: box(200, 300, 30, 30) }])
    expect(boxes().drag([600, 400], [900, 900]).changes).toEqual([{ kind: 'draw', shape: box(600, 400, 40, 80) }])
    expect(boxes().drag([600, 400], [900, 900], { shift: true }).changes).toEqual([{ kind: 'draw', shape: box(600, 400, 40, 40) }])
  })

  it('leaves nothing of a box under two pixels, of a double click, and of Escape', () => {
    const zoomed = { view: { zoom: 32, centre: { x: 0, y: 0 }, angle: 0 } }
    expect(boxes(zoomed).drag([20, 20], [21.5, 40]).changes).toEqual([])
    expect(boxes().click(200, 300).click(201, 301).changes).toEqual([])
    const escaped = boxes().down(200, 300).move(260, 360)
    escaped.take(cancelStep(escaped.gesture)).move(270, 370).up(270, 370)
    expect(escaped.effects).toEqual([])
    escaped.isAtRest()
  })

  it('is ended by Enter between two clicks, not while the button is held', () => {
    const held = boxes().down(200, 300).move(230, 340)
    expect(finishStep(held.gesture, held.context).gesture).toBe(held.gesture)
    const clicked = boxes().click(200, 300).move(230, 340)
    clicked.take(finishStep(clicked.gesture, clicked.context))
    expect(clicked.changes).toEqual([{ kind: 'draw', shape: box(200, 300, 30, 40) }])
  })

  it('goes on after a pan between two clicks', () => {
    const drawn = boxes().click(200, 300).move(210, 310)
    drawn.down(210, 310, { button: 1 }).move(190, 310).up(190, 310, { button: 1 })
    expect(drawn.gesture.kind).toBe('draw')
    expect(drawn.click(230, 340).changes).toEqual([{ kind: 'draw', shape: box(200, 300, 30, 40) }])
  })

  it('says why it does nothing', () => {
    expect(boxes({ classId: null }).drag([10, 10], [50, 50]).effects).toEqual([{ kind: 'explain', why: 'no-class' }])
    expect(boxes({ readOnly: true }).drag([10, 10], [50, 50]).effects).toEqual([{ kind: 'explain', why: 'read-only' }])
  })

  it('selects for a moment with Ctrl', () => {
    const chosen = boxes().click(320, 220, { mod: true })
    expect(chosen.selected).toEqual(['b'])
    expect(chosen.changes).toEqual([])
  })
})

describe('areas in the hand', () => {
  const ring = [200, 50, 260.5, 60, 230, 120]
  const hole = [220, 62, 240, 62, 230, 85]
  const outlined = objectOf('outlined', polygon(ring, hole))
  const disc = objectOf('disc', discMask(400, 300, 20))
  const areas = (given: Parameters<typeof contextOf>[1] = {}): Hand => hand(given, [A, outlined, disc])

  it('are selected by what they cover, not by their bounds nor through their holes', () => {
    expect(areas().click(230, 100).selected).toEqual(['outlined'])
    expect(areas().click(255, 110).selected).toEqual([])
    expect(areas().click(230, 68).selected).toEqual([])
    expect(areas().click(400, 300).selected).toEqual(['disc'])
    expect(areas().click(382, 282).selected).toEqual([])
  })

  it('move with all their rings, and masks by whole pixels', () => {
    const moved = areas(selected('outlined')).drag([230, 100], [240.25, 105])
    const to = (corners: number[]): number[] => corners.map((value, index) => value + (index % 2 === 0 ? 10.25 : 5))
    expect(moved.changes).toEqual([{ kind: 'reshape', verb: 'Move', shapes: new Map([['outlined', polygon(to(ring), to(hole))]]) }])
    const masks = areas(selected('disc')).drag([400, 300], [410.4, 295.6])
    expect(masks.changes).toEqual([{ kind: 'reshape', verb: 'Move', shapes: new Map([['disc', discMask(410, 296, 20)]]) }])
  })

  it('keep together when several move, by whole pixels where a mask is among them', () => {
    const moved = areas(selected('a', 'disc')).drag([400, 300], [407.6, 300])
    expect(moved.changes[0]).toMatchObject({
      shapes: new Map<string, unknown>([
        ['a', box(108, 100, 40, 30)],
        ['disc', discMask(408, 300, 20)],
      ]),
    })
  })

  it('stay in the image, and are drawn where they would be let go', () => {
    const held = areas(selected('disc'))
    held.down(400, 300)
    held.move(900, 300)
    const draft = draftOf(held.gesture, held.context)
    expect(draft.shapes.get(disc.id)).toBe(disc.shape)
    expect(draft.shift).toEqual({ x: 220, y: 0 })
    held.up(900, 300)
    expect(held.changes[0]).toMatchObject({ shapes: new Map([['disc', discMask(620, 300, 20)]]) })
  })

  it('have no edges to stretch', () => {
    const one = areas(selected('outlined', 'disc'))
    one.take(nudgeStep(one.gesture, 'stretch', 5, 0, one.context))
    one.take(finishStep(one.gesture, one.context))
    expect(one.changes).toEqual([])
  })
})

describe('setting points', () => {
  const P = objectOf('p', point(50, 50))
  const points = (given: Parameters<typeof contextOf>[1] = {}): Hand => hand({ tool: 'point', ...given }, [A, P])

  it('takes one click, inside boxes too', () => {
    expect(points().click(110, 110).changes).toEqual([{ kind: 'draw', shape: point(110, 110) }])
  })

  it('follows the pointer until the button is let go, inside the image', () => {
    expect(points().drag([200, 200], [700, 210]).changes).toEqual([{ kind: 'draw', shape: point(640, 210) }])
  })

  it('does not count twice on a double click, but selects and moves the point that is there', () => {
    expect(points().click(52, 51).changes).toEqual([])
    expect(points().click(52, 51).selected).toEqual(['p'])
    expect(points().drag([50, 50], [80, 90]).changes).toEqual([{ kind: 'reshape', verb: 'Move', shapes: new Map([['p', point(80, 90)]]) }])
  })
})

describe('moving the view', () => {
  it('works with Space, with the middle button, and with the move tool', () => {
    for (const panned of [
      hand({ panHeld: true, tool: 'box' }).drag([300, 300], [310, 320]),
      hand({ tool: 'box' }).drag([300, 300], [310, 320], { button: 1 }),
      hand({ tool: 'move' }).drag([500, 400], [510, 420]),
    ]) {
      expect(panned.context.view.centre).toEqual({ x: 310, y: 220 })
      expect(panned.changes).toEqual([])
      panned.isAtRest()
    }
  })

  it('goes back on Escape', () => {
    const panned = hand({ panHeld: true }).down(300, 300).move(400, 300)
    panned.take(cancelStep(panned.gesture))
    expect(panned.context.view.centre).toEqual({ x: 320, y: 240 })
  })
})

describe('arrow keys', () => {
  const nudged = (given: Parameters<typeof contextOf>[1], ...steps: Parameters<typeof nudgeStep>[1][]): Hand => {
    const one = hand(given)
    for (const kind of steps) one.take(nudgeStep(one.gesture, kind, 1, 0, one.context))
    return one
  }

  it('are one change however long the key is held', () => {
    const held = nudged(selected('b'), 'move', 'move', 'move')
    expect(held.changes).toEqual([])
    expect(draftOf(held.gesture, held.context).shapes.get(B.id)).toEqual(box(303, 200, 50, 50))
    held.take(finishStep(held.gesture, held.context))
    expect(held.changes).toEqual([{ kind: 'reshape', verb: 'Move', shapes: new Map([['b', box(303, 200, 50, 50)]]) }])
  })

  it('move either pair of edges', () => {
    const end = nudged(selected('b'), 'stretch')
    expect(draftOf(end.gesture, end.context).shapes.get(B.id)).toEqual(box(300, 200, 51, 50))
    const start = nudged(selected('b'), 'stretch-start')
    expect(draftOf(start.gesture, start.context).shapes.get(B.id)).toEqual(box(301, 200, 49, 50))
  })

  it('leave no trace on Escape, or where there and back is nowhere', () => {
    const held = nudged(selected('b'), 'move')
    expect(cancelStep(held.gesture)).toEqual({ gesture: IDLE, effects: [] })
    held.take(nudgeStep(held.gesture, 'move', -1, 0, held.context))
    expect(held.take(finishStep(held.gesture, held.context)).changes).toEqual([])
  })

  it('stop at the border and at the smallest size', () => {
    const one = hand(selected('inner'))
    for (let step = 0; step < 5; step++) one.take(nudgeStep(one.gesture, 'stretch', -10, 0, one.context))
    expect(draftOf(one.gesture, one.context).shapes.get(INNER.id)).toEqual(box(110, 105, 2, 10))
  })
})

describe('any sequence of events', () => {
  const events = fc.array(
    fc.record({
      kind: fc.constantFrom('down' as const, 'move' as const, 'up' as const, 'escape' as const, 'enter' as const),
      x: fc.integer({ min: -50, max: 700 }),
      y: fc.integer({ min: -50, max: 530 }),
      held: fc.record({ shift: fc.boolean(), alt: fc.boolean(), mod: fc.boolean(), button: fc.constantFrom(0, 0, 0, 1) }),
    }),
    { maxLength: 40 },
  )
  const tools = fc.constantFrom('move' as const, 'select' as const, 'box' as const, 'point' as const)

  it('only ever leaves shapes that lie in the image and are large enough', () => {
    fc.assert(
      fc.property(tools, events, (tool, list) => {
        const one = hand({ tool, ...selected('b') })
        for (const { kind, x, y, held } of list) {
          if (kind === 'escape') one.take(cancelStep(one.gesture))
          else if (kind === 'enter') one.take(finishStep(one.gesture, one.context))
          else one[kind](x, y, held)
        }
        for (const change of one.changes) {
          const shapes = change.kind === 'draw' ? [change.shape] : 'shapes' in change ? [...change.shapes.values()] : []
          for (const shape of shapes) {
            const { x, y, width, height } = shapeBounds(shape)
            if (shape.type === 'box') expect(Math.min(width, height)).toBeGreaterThanOrEqual(2)
            expect(x).toBeGreaterThanOrEqual(0)
            expect(y).toBeGreaterThanOrEqual(0)
            expect(x + width).toBeLessThanOrEqual(640 + 1e-6)
            expect(y + height).toBeLessThanOrEqual(480 + 1e-6)
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never changes a project that can’t be changed', () => {
    fc.assert(
      fc.property(tools, events, (tool, list) => {
        const one = hand({ tool, readOnly: true, ...selected('b') })
        for (const { kind, x, y, held } of list) if (kind !== 'escape' && kind !== 'enter') one[kind](x, y, held)
        expect(one.changes).toEqual([])
      }),
    )
  })
})

describe('cursors', () => {
  it('tell what a press would do', () => {
    const shown = (given: Parameters<typeof contextOf>[1], x: number, y: number, mod = false): string => {
      const context = contextOf([A, B], given)
      const input = at('move', x, y, { mod })
      return cursorOf(IDLE, context.targetAt(input), context, mod)
    }
    expect(shown({}, 500, 400)).toBe('default')
    expect(shown({ tool: 'move' }, 500, 400)).toBe('grab')
    expect(shown({}, 320, 220)).toBe('pointer')
    expect(shown(selected('b'), 320, 220)).toBe('move')
    expect(shown(selected('b'), 350, 250)).toBe('nwse-resize')
    expect(shown({ tool: 'box' }, 320, 220)).toBe('crosshair')
    expect(shown({ tool: 'box' }, 320, 220, true)).toBe('pointer')
    expect(shown({ tool: 'box', panHeld: true }, 320, 220)).toBe('grab')
  })
})
