import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readViews } from '../../../bench/outline-views.ts'
import { maskOverlap, mostInterior, wholeOf } from '../../../bench/outline-clicks.ts'
import { expandBox, intersectionArea, iou, type Box } from '../../../src/shared/geometry/box.ts'
import { type Point } from '../../../src/shared/geometry/point.ts'
import { openNet } from '../../../src/shared/outline/net.ts'
import { createOutliner, type Outlined } from '../../../src/shared/outline/outliner.ts'
import { smear } from '../../../src/shared/synthetic/smear.ts'

const net = openNet(new Uint8Array(readFileSync(path.resolve(import.meta.dirname, '../../../resources/smart-outline/weights.bin'))).buffer)
const SMEAR = smear({ width: 640, height: 480, redCellDiameter: 80, seed: 1 })
const SIZE = { width: SMEAR.width, height: SMEAR.height }
const outliner = createOutliner(SMEAR, net)

const inside = ({ x, y }: Point): { x: number; y: number; inside: boolean } => ({ x, y, inside: true })
const middleOf = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 })
const has = (found: Outlined | null, { x, y }: Point): boolean => wholeOf(found, SIZE)[Math.floor(y) * SIZE.width + Math.floor(x)] === 1

/** Red cells that touch nothing, and platelets. */
const lone = SMEAR.objects.filter(({ box, className }) => {
  const others = SMEAR.objects.filter((other) => other.box !== box)
  return className !== 'WBC' && others.every((other) => intersectionArea(expandBox(box, 4), other.box) === 0)
})
const cell = lone.find(({ className }) => className === 'RBC')!.box

describe('the smart outline of synthetic cells', () => {
  it.each(lone.map(({ className, box }) => [className, box] as const))('finds a %s by one click in its middle: %o', (_, box) => {
    const found = outliner.outline({ clicks: [inside(middleOf(box))], box: null })
    expect(iou(found!.box, box)).toBeGreaterThan(0.65)
  })

  it('finds a cell by a box drawn round it, and nothing far outside of that', () => {
    const drawn = expandBox(cell, 5)
    const found = outliner.outline({ clicks: [], box: drawn })!
    expect(iou(found.box, cell)).toBeGreaterThan(0.7)
    const { x, y, width, height } = expandBox(drawn, 0.05 * Math.max(drawn.width, drawn.height) + 1)
    expect(found.box.x).toBeGreaterThanOrEqual(x)
    expect(found.box.y).toBeGreaterThanOrEqual(y)
    expect(found.box.x + found.box.width).toBeLessThanOrEqual(x + width)
    expect(found.box.y + found.box.height).toBeLessThanOrEqual(y + height)
  })

  it('has every place in or out as it was said', () => {
    const middle = middleOf(cell)
    const [added, cut] = [
      { x: cell.x - 15, y: middle.y },
      { x: cell.x + 0.8 * cell.width, y: middle.y },
    ]
    const found = outliner.outline({ clicks: [inside(middle), inside(added), { ...cut, inside: false }], box: null })
    expect([middle, added, cut].map((place) => has(found, place))).toEqual([true, true, false])
  })

  it('answers the same whatever was asked before', () => {
    const clicks = [inside(middleOf(cell)), { x: cell.x - 3, y: cell.y - 3, inside: false }]
    const fresh = createOutliner(SMEAR, net).outline({ clicks, box: null })
    outliner.outline({ clicks: clicks.slice(0, 1), box: null })
    expect(outliner.outline({ clicks, box: null })).toEqual(fresh)
  })

  it('finds nothing where nothing was said to be inside, and stays in the picture', () => {
    expect(outliner.outline({ clicks: [], box: null })).toBeNull()
    expect(outliner.outline({ clicks: [{ x: 50, y: 50, inside: false }], box: null })).toBeNull()
    const { box } = outliner.outline({ clicks: [inside({ x: 0, y: 0 })], box: null })!
    expect([box.x >= 0, box.y >= 0, box.x + box.width <= SIZE.width, box.y + box.height <= SIZE.height]).toEqual([true, true, true, true])
  })
})

const hasNuclei = existsSync(path.resolve(import.meta.dirname, '../../../../shared/data/dsb2018'))

describe('the smart outline of real nuclei', () => {
  it.skipIf(!hasNuclei)('finds most of one by one click, on images that it did not learn from (skipped: no ../shared/data)', async () => {
    const overlaps: number[] = []
    for await (const { image, objects } of readViews('dsb2018', true, 4, 3, 20)) {
      const one = createOutliner(image, net)
      for (const truth of objects) {
        const { x, y } = mostInterior(truth, image)
        overlaps.push(maskOverlap(truth, wholeOf(one.outline({ clicks: [{ x, y, inside: true }], box: null }), image)))
      }
    }
    expect(overlaps.length).toBeGreaterThan(8)
    expect(overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length).toBeGreaterThan(0.5)
  })
})
