import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tileBox, tileLevels, type TilePlace } from '#shared/geometry/tile-grid.ts'
import {
  levelAt,
  planTiles,
  seenBox,
  tileKey,
  tilesToDraw,
  tilesWanted,
  type Look,
} from '../../../../src/renderer/viewer/tiles/tile-plan.ts'

const IMAGE = { width: 20_000, height: 15_000 }
const LEVELS = tileLevels(IMAGE)
const CANVAS = { width: 1200, height: 800 }

/** A look at the image with a point of it in the middle of the canvas. */
const lookAt = (x: number, y: number, scale: number, canvas = CANVAS): Look => ({
  image: IMAGE,
  levels: LEVELS,
  canvas,
  transform: { scale, x: canvas.width / 2 - x * scale, y: canvas.height / 2 - y * scale },
})

const looks = fc
  .tuple(fc.integer({ min: 0, max: IMAGE.width }), fc.integer({ min: 0, max: IMAGE.height }), fc.double({ min: -7, max: 6, noNaN: true }))
  .map(([x, y, octave]) => lookAt(x, y, 2 ** octave))

/** A cache by chance: each tile is there or not. */
const having = fc.func(fc.boolean()).map(
  (draw) =>
    (place: TilePlace): boolean =>
      draw(tileKey(place)),
)

const covers = (places: readonly TilePlace[], x: number, y: number): boolean =>
  places.some((place) => {
    const box = tileBox(IMAGE, place)
    return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
  })

describe('the level that fits a zoom', () => {
  it('has a pixel for each one drawn, and less than two of them a side', () => {
    expect([64, 2, 1, 0.995, 0.6, 0.5, 0.49, 0.25, 0.01].map((scale) => levelAt(scale, 6))).toEqual([0, 0, 0, 0, 0, 1, 1, 2, 5])
  })
})

describe('the tiles of a view', () => {
  it('cover all of the image that is in sight, once, from the middle outwards', () => {
    fc.assert(
      fc.property(
        looks,
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))),
        (look, points) => {
          const { level, inSight } = planTiles(look)
          expect(new Set(inSight.map(tileKey)).size).toBe(inSight.length)
          expect(inSight.every((place) => place.level === level)).toBe(true)
          const box = seenBox(look)
          for (const [u, v] of points) {
            const [x, y] = [box.x + u * box.width, box.y + v * box.height]
            if (x < 0 || y < 0 || x > IMAGE.width || y > IMAGE.height) continue
            expect(covers(inSight, x, y)).toBe(true)
          }
        },
      ),
    )
  })

  it('begin with the middle one, and have one ring around them', () => {
    const { level, inSight, ahead } = planTiles(lookAt(10_000, 7_500, 1))
    expect(level).toBe(0)
    expect(inSight[0]).toEqual({ level: 0, column: 19, row: 14 })
    // 1200 x 800 about (10000, 7500): columns 18 to 20, rows 13 to 15.
    expect(inSight).toHaveLength(9)
    expect(ahead).toHaveLength(16)
    expect(ahead.every(({ column, row }) => column >= 17 && column <= 21 && row >= 12 && row <= 16)).toBe(true)
  })

  it('have no neighbours beyond the image', () => {
    const { ahead } = planTiles(lookAt(0, 0, 1))
    expect(ahead.length).toBeGreaterThan(0)
    expect(ahead.every(({ column, row }) => column >= 0 && row >= 0)).toBe(true)
  })

  it('are of a coarser level where a screen would need too many', () => {
    const { level, inSight } = planTiles(lookAt(10_000, 7_500, 0.51, { width: 7680, height: 3200 }))
    expect(level).toBe(1)
    expect(inSight.length).toBeLessThanOrEqual(200)
  })

  it('are none where the image is out of sight', () => {
    expect(planTiles(lookAt(-40_000, 0, 1))).toMatchObject({ inSight: [], ahead: [] })
  })
})

describe('what is drawn', () => {
  it('leaves no hole once the coarsest tile is there, and nothing out that is there', () => {
    fc.assert(
      fc.property(looks, having, (look, isThere) => {
        const has = (place: TilePlace): boolean => place.level === LEVELS - 1 || isThere(place)
        const plan = planTiles(look)
        const { under, tiles } = tilesToDraw(plan, IMAGE, LEVELS, has)
        expect([...under, ...tiles].every(has)).toBe(true)
        expect(tiles).toEqual(plan.inSight.filter(has))
        for (const place of plan.inSight) {
          const { x, y, width, height } = tileBox(IMAGE, place)
          expect(covers([...under.filter(({ level }) => level >= place.level), ...tiles], x + width / 2, y + height / 2)).toBe(true)
        }
      }),
    )
  })

  it('goes from coarse to fine, and draws each once', () => {
    fc.assert(
      fc.property(looks, having, (look, has) => {
        const plan = planTiles(look)
        const { under } = tilesToDraw(plan, IMAGE, LEVELS, has)
        expect(new Set(under.map(tileKey)).size).toBe(under.length)
        const coarser = under.filter(({ level }) => level > plan.level)
        expect(under.slice(0, coarser.length)).toEqual(coarser)
        expect(coarser.map(({ level }) => level)).toEqual(coarser.map(({ level }) => level).sort((a, b) => b - a))
      }),
    )
  })

  it('takes finer tiles after zooming out', () => {
    const plan = planTiles(lookAt(10_000, 7_500, 0.5))
    const { under } = tilesToDraw(plan, IMAGE, LEVELS, ({ level }) => level === 0)
    expect(under.length).toBe(4 * plan.inSight.length)
  })
})

describe('what is asked for', () => {
  it('is the coarsest first, then a better stand-in, then the middle, and what surrounds it last', () => {
    const plan = planTiles(lookAt(10_000, 7_500, 1))
    const wanted = tilesWanted(plan, LEVELS, () => false)
    expect(wanted[0]).toEqual({ level: LEVELS - 1, column: 0, row: 0 })
    const standins = wanted.filter(({ level }) => level === 2)
    expect(wanted.slice(1, 1 + standins.length)).toEqual(standins)
    expect(standins.length).toBeLessThanOrEqual(4)
    expect(wanted.slice(1 + standins.length)).toEqual([...plan.inSight, ...plan.ahead])
  })

  it('is never what is there', () => {
    fc.assert(
      fc.property(looks, having, (look, has) => {
        const wanted = tilesWanted(planTiles(look), LEVELS, has)
        expect(wanted.some(has)).toBe(false)
        expect(new Set(wanted.map(tileKey)).size).toBe(wanted.length)
      }),
    )
  })

  it('has no stand-ins where one is there that will do', () => {
    const plan = planTiles(lookAt(10_000, 7_500, 1))
    expect(tilesWanted(plan, LEVELS, ({ level }) => level >= 3).every(({ level }) => level === 0)).toBe(true)
  })
})
