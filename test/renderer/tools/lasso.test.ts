import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cancelStep, draftOf } from '../../../src/renderer/tools/gesture-machine.ts'
import { boundsOf, liesInside } from '../../../src/renderer/viewer/area-outline.ts'
import { middlesInside } from '../../../src/renderer/viewer/scene.ts'
import { box, point } from '../records.ts'
import { contextOf, Hand, objectOf, type Held } from './pointer.ts'
import { buildScene } from '../scenes.ts'

const A = objectOf('a', box(100, 100, 20, 20))
const B = objectOf('b', box(130, 100, 20, 20))
const GUESS = objectOf(7, box(100, 130, 20, 20))
const FAR = objectOf('far', box(400, 300, 20, 20))
const AROUND = box(0, 0, 600, 400)
const UNDER = objectOf('under', AROUND)

const hand = (given: Parameters<typeof contextOf>[1] = {}): Hand => new Hand(contextOf([UNDER, A, B, GUESS, FAR], given))
const selected = (...ids: string[]): { selected: ReadonlySet<never> } => ({ selected: new Set(ids) as unknown as ReadonlySet<never> })

/** A line round the two boxes on top of the left column, begun on the large object under them. */
function round(one: Hand, held: Held, last: 'up' | 'move' = 'up'): Hand {
  one.down(90, 90, held)
  for (const [x, y] of [[125, 90], [125, 125], [124, 155], [90, 155]] as const) one.move(x, y, held) // prettier-ignore
  return last === 'up' ? one.up(90, 100, held) : one
}

describe('the lasso', () => {
  it.each([['move'], ['select']] as const)('is drawn with Alt by the %s tool and takes what has its middle in it', (tool) => {
    const one = round(hand({ tool }), { alt: true })
    expect(one.selected).toEqual([7, 'a'])
    expect(one.changes).toEqual([])
    one.isAtRest()
  })

  it('is a tool of its own, which clicks and moves what is selected as others do', () => {
    expect(round(hand({ tool: 'lasso' }), {}).selected).toEqual([7, 'a'])
    expect(hand({ tool: 'lasso' }).click(110, 110).selected).toEqual(['a'])
    const moved = hand({ tool: 'lasso', ...selected('a') }).drag([110, 110], [120, 110])
    expect(moved.changes.map(({ kind }) => kind)).toEqual(['reshape'])
  })

  it('adds with Shift, and takes all away where it holds nothing', () => {
    expect(round(hand({ tool: 'lasso', ...selected('far') }), { shift: true }).selected).toEqual(['far', 7, 'a'])
    const empty = hand({ tool: 'lasso', ...selected('far') })
    expect(empty.down(500, 50).move(510, 50).move(510, 60).up(500, 60).selected).toEqual([])
  })

  it('leaves Alt on a selected object to copying', () => {
    const one = hand({ tool: 'select', ...selected('a') }).drag([110, 110], [200, 110], { alt: true })
    expect(one.changes.map(({ kind }) => kind)).toEqual(['copy'])
  })

  it('shows its line back to where it began, and Escape leaves what was selected', () => {
    const one = round(hand({ tool: 'move', ...selected('far') }), { alt: true }, 'move')
    const { line } = draftOf(one.gesture, one.context)
    expect(line.at(0)).toEqual({ x: 90, y: 90 })
    expect(line.at(-1)).toEqual({ x: 90, y: 90 })
    expect(line.length).toBeGreaterThan(4)
    one.take(cancelStep(one.gesture))
    expect(one.selected).toEqual(['far'])
    one.isAtRest()
  })

  it('takes exactly the objects whose middle its ring holds, however it crosses itself', () => {
    const place = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }))
    const ring = fc.array(place, { minLength: 3, maxLength: 12 }).map((corners) => corners.flat())
    fc.assert(
      fc.property(fc.array(place, { maxLength: 60 }), ring, (places, line) => {
        const objects = places.map(([x, y], i) => objectOf(`o${String(i)}`, i % 3 === 0 ? point(x, y) : box(x, y, 1 + (i % 7), 3)))
        const middle = ({ shape }: (typeof objects)[number]) => {
          const { x, y, width, height } = boundsOf(shape)
          return { x: x + width / 2, y: y + height / 2 }
        }
        const inside = objects.filter((object) => liesInside([line], middle(object))).map(({ id }) => id)
        expect(new Set(middlesInside(buildScene(objects), line))).toEqual(new Set(inside))
      }),
    )
  })
})
