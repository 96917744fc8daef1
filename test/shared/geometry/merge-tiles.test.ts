import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Box, boxArea, clipBox, iou, translateBox } from '#shared/geometry/box.ts'
import { mergeTiles, type TileDetections } from '#shared/geometry/merge-tiles.ts'
import { type ScoredBox } from '#shared/geometry/scored-box.ts'
import { tilesOf } from '#shared/geometry/tiles.ts'
import { createRandom, type Random } from '#shared/random.ts'

const OVERLAP = 48
const LARGEST = OVERLAP - 8 // within the overlap, the border tolerance on both sides taken off

/** Objects of three classes, those of one class overlapping by IoU 0.45 at most (what a detector's own NMS would keep). */
function scene(random: Random, width: number, height: number, count: number, largest = LARGEST): ScoredBox[] {
  const objects: ScoredBox[] = []
  for (let i = 0; i < count; i++) {
    const size = { width: random.uniform(8, largest), height: random.uniform(8, largest) }
    const box = { x: random.uniform(0, width - size.width), y: random.uniform(0, height - size.height), ...size }
    const classId = random.int(3)
    const crowded = objects.some((other) => other.classId === classId && iou(other.box, box) > 0.45)
    if (!crowded) objects.push({ box, classId, score: 0.5 + i / 10_000 })
  }
  return objects
}

/** What a faultless detector reports of one tile: every object's visible part, less sure where it is cut, up to `noise` px off. */
function look(tile: Box, objects: readonly ScoredBox[], noise: () => number): TileDetections<ScoredBox> {
  const detections = objects.flatMap((object) => {
    const seen = clipBox(object.box, tile)
    if (seen === null || boxArea(seen) < 0.15 * boxArea(object.box)) return []
    const local = translateBox(seen, -tile.x, -tile.y)
    const box = { x: local.x + noise(), y: local.y + noise(), width: local.width + noise(), height: local.height + noise() }
    return [{ ...object, box }]
  })
  return { tile, detections }
}

const inOrder = (items: readonly ScoredBox[]): ScoredBox[] => [...items].sort((a, b) => b.score - a.score)
const none = (): number => 0

describe('mergeTiles', () => {
  it('gives back the untiled scene when no object is larger than the overlap', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 90, max: 500 }), fc.integer({ min: 60, max: 400 }), (seed, width, height) => {
        const objects = scene(createRandom(seed), width, height, 120)
        const tiles = tilesOf(width, height, 128, OVERLAP).map((tile) => look(tile, objects, none))
        const merged = mergeTiles({ width, height }, tiles)
        expect(merged.map(({ classId, score }) => [classId, score])).toEqual(inOrder(objects).map(({ classId, score }) => [classId, score]))
        for (const [i, { box }] of inOrder(objects).entries()) expect(iou(merged[i]!.box, box)).toBeGreaterThan(1 - 1e-9)
      }),
      { numRuns: 60 },
    )
  })

  it('counts right when boxes are a pixel or so off', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed)
        const objects = scene(random, 400, 300, 60).filter(({ box }) => Math.min(box.width, box.height) > 15)
        const tiles = tilesOf(400, 300, 128, OVERLAP).map((tile) => look(tile, objects, () => random.uniform(-0.7, 0.7)))
        const merged = mergeTiles({ width: 400, height: 300 }, tiles)
        expect(merged.map(({ score }) => score)).toEqual(inOrder(objects).map(({ score }) => score))
      }),
      { numRuns: 60 },
    )
  })

  it('puts an object together that is larger than the overlap, across two, four and nine tiles', () => {
    const tiles = tilesOf(300, 300, 128, 42)
    expect(tiles.length).toBe(9)
    const boxes = [
      { x: 60, y: 10, width: 90, height: 60 },
      { x: 60, y: 70, width: 80, height: 90 },
      { x: 20, y: 20, width: 260, height: 250 },
    ]
    for (const box of boxes) {
      const seen = tiles.map((tile) => look(tile, [{ box, classId: 0, score: 0.9 }], none))
      const merged = mergeTiles({ width: 300, height: 300 }, seen)
      expect(merged).toEqual([{ box, classId: 0, score: 0.9 }])
    }
  })

  it('drops a cut part of another class only if the whole is at least as certain', () => {
    const tiles = tilesOf(200, 100, { width: 120, height: 100 }, 40)
    const part = { box: { x: 100, y: 30, width: 20, height: 30 }, classId: 'Platelets', score: 0.6 }
    const wholeAt = (score: number): ScoredBox => ({ box: { x: 20, y: 30, width: 40, height: 30 }, classId: 'RBC', score })
    const merge = (score: number): unknown[] =>
      mergeTiles({ width: 200, height: 100 }, [
        { tile: tiles[0]!, detections: [part] },
        { tile: tiles[1]!, detections: [wholeAt(score)] },
      ]).map(({ classId }) => classId)
    expect(tiles.map(({ x }) => x)).toEqual([0, 80])
    expect(merge(0.7)).toEqual(['RBC'])
    expect(merge(0.5)).toEqual(['Platelets', 'RBC'])
  })

  it('leaves the objects of one tile alone, keeps what only one tile saw, and what callers add to a detection', () => {
    const tiles = tilesOf(200, 100, { width: 120, height: 100 }, 40)
    const twins = [0.9, 0.8].map((score) => ({ box: { x: 10, y: 10, width: 20, height: 20 }, classId: 0, score, pass: 'flip' }))
    const cutButAlone = { box: { x: 90, y: 60, width: 30, height: 30 }, classId: 0, score: 0.7, pass: 'plain' }
    const merged = mergeTiles({ width: 200, height: 100 }, [
      { tile: tiles[0]!, detections: [...twins, cutButAlone] },
      { tile: tiles[1]!, detections: [] },
    ])
    expect(merged).toEqual([...twins, cutButAlone])
    expect(mergeTiles({ width: 10, height: 10 }, [])).toEqual([])
  })

  it('keeps two touching cells that both tiles saw, though each also overlaps the other', () => {
    const tiles = tilesOf(200, 100, { width: 120, height: 100 }, 40)
    const cells = [
      { box: { x: 85, y: 20, width: 24, height: 24 }, classId: 0, score: 0.9 },
      { box: { x: 90, y: 20, width: 24, height: 24 }, classId: 0, score: 0.8 },
    ]
    expect(iou(cells[0]!.box, cells[1]!.box)).toBeGreaterThan(0.5)
    const merged = mergeTiles(
      { width: 200, height: 100 },
      tiles.map((tile) => look(tile, cells, none)),
    )
    expect(merged).toEqual(cells)
  })
})
