import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { densityAlpha, densityPixels } from '../../../src/renderer/viewer/density-grid.ts'
import { layersOf } from '../../../src/renderer/viewer/draw-mass.ts'
import { sizeText } from '../../../src/renderer/viewer/draw-edit.ts'
import { createFrameLoop } from '../../../src/renderer/viewer/frame-loop.ts'
import { followTransform, MASS_MARGIN, stretchesTooFar } from '../../../src/renderer/viewer/mass-follow.ts'
import { planMass, SMALLEST_BOX } from '../../../src/renderer/viewer/mass-plan.ts'
import { levelFor } from '../../../src/renderer/viewer/picture.ts'
import { boundsOf, devicePath, liesInside, ringsOf } from '../../../src/renderer/viewer/area-outline.ts'
import { type Scene } from '../../../src/renderer/viewer/scene.ts'
import { deviceRect, penOf } from '../../../src/renderer/viewer/strokes.ts'
import { applied, turnedCanvas } from '../../../src/renderer/viewer/turned-canvas.ts'
import { fitView, toScreen, toUpright, transformOf, type Frame } from '../../../src/renderer/viewer/view-geometry.ts'
import { box, discMask, PLATELET, point, polygon, RBC } from '../records.ts'
import { buildScene, shownObjects } from '../scenes.ts'

const objects = fc.array(
  fc.record({
    x: fc.integer({ min: 0, max: 4000 }),
    y: fc.integer({ min: 0, max: 3000 }),
    side: fc.integer({ min: 0, max: 200 }),
    guess: fc.boolean(),
  }),
  { maxLength: 80 },
)
const sceneOf = (list: readonly { x: number; y: number; side: number; guess: boolean }[]): Scene =>
  buildScene(
    list.map(({ x, y, side, guess }, index) => ({
      id: guess ? predictionId.parse(index) : annotationId.parse(`o${String(index)}`),
      classId: index % 3 === 0 ? PLATELET : RBC,
      shape: side === 0 && !guess ? point(x, y) : box(x, y, side + 1, side + 1),
      score: guess ? 0.5 : null,
    })),
  )

/** What the viewport shows of a canvas that reaches `margin` beyond it. */
const seenWithin = (width: number, height: number, margin: number) => (x: number, y: number) =>
  x >= margin && y >= margin && x < width - margin && y < height - margin

const planOf = (scene: Scene, transform: { scale: number; x: number; y: number }, hidden: ReadonlySet<never> = new Set()) =>
  planMass({ scene, hidden, transform, width: 1280, height: 800, pixelRatio: 1, isSeen: seenWithin(1280, 800, 0) })

const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0)

describe('levels', () => {
  it('are drawn from the lowest up, truth over guesses, whatever the order of the objects', () => {
    const object = (id: string | number, level: number) => ({
      ...{ classId: RBC, shape: box(10, 10, 50, 50), level },
      ...(typeof id === 'number' ? { id: predictionId.parse(id), score: 0.5 } : { id: annotationId.parse(id), score: null }),
    })
    const scene = buildScene([object('c', 5), object('a', -2), object(1, 0), object('b', 0), object('d', 0)])
    const layers = layersOf(planOf(scene, { scale: 1, x: 0, y: 0 }).batches)
    expect(layers.map(([first]) => [first!.guess, first!.level])).toEqual([[true, 0], [false, -2], [false, 0], [false, 5]]) // prettier-ignore
    expect(layers.map((batches) => batches.reduce((sum, { rects }) => sum + rects.length, 0))).toEqual([1, 1, 2, 1])
  })
})

describe('the plan of the mass layer', () => {
  it('has every object in sight exactly once, drawn or counted', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom(0.01, 0.1, 0.3, 2), (list, scale) => {
        const scene = sceneOf(list)
        // The whole image is in sight at the small zooms; at the large one a corner of it.
        const plan = planOf(scene, { scale, x: 10, y: 10 })
        const drawn = plan.batches.reduce((sum, { rects, points }) => sum + rects.length + points.length, 0)
        const counted = [...plan.density.counts.values()].reduce((sum, of) => sum + total(of), 0)
        expect(drawn).toBe(plan.single)
        expect(counted).toBe(plan.dense)
        const inSight = [...shownObjects(scene)].filter(
          ({ shape }) => boundsOf(shape).x * scale + 10 < 1280 && boundsOf(shape).y * scale + 10 < 800,
        ).length
        expect(drawn + counted).toBeGreaterThanOrEqual(inSight)
        expect(drawn + counted).toBeLessThanOrEqual([...shownObjects(scene)].length)
      }),
    )
  })

  it('draws boxes by themselves from three pixels on', () => {
    const scene = sceneOf([{ x: 100, y: 100, side: 9, guess: false }])
    expect(planOf(scene, { scale: SMALLEST_BOX / 10, x: 0, y: 0 }).single).toBe(1)
    expect(planOf(scene, { scale: (SMALLEST_BOX - 0.1) / 10, x: 0, y: 0 })).toMatchObject({ single: 0, dense: 1 })
  })

  it('counts a crowd of points with those beside it, and draws those that stand alone', () => {
    const crowd = Array.from({ length: 40 }, (_, i) => ({ x: 100 + (i % 4), y: 100 + (i % 5), side: 0, guess: false }))
    const beside = { x: 112, y: 100, side: 0, guess: false }
    const alone = { x: 300, y: 300, side: 0, guess: false }
    const plan = planOf(sceneOf([...crowd, beside, alone]), { scale: 1, x: 0, y: 0 })
    expect(plan).toMatchObject({ single: 1, dense: 41 })
    expect(plan.batches.flatMap(({ points }) => points)).toEqual([{ x: 300, y: 300 }])
  })

  it('keeps truth and guesses apart', () => {
    const scene = sceneOf([
      { x: 10, y: 10, side: 20, guess: false },
      { x: 10, y: 10, side: 20, guess: true },
    ])
    expect(planOf(scene, { scale: 1, x: 0, y: 0 }).batches.map(({ guess }) => guess)).toEqual([true, false])
  })

  it('keeps what is selected apart, drawn or counted', () => {
    const scene = sceneOf([
      { x: 10, y: 10, side: 20, guess: false },
      { x: 50, y: 10, side: 20, guess: false },
      { x: 90, y: 10, side: 1, guess: false },
    ])
    const selected = new Set([...shownObjects(scene)].slice(1).map(({ id }) => id))
    const plan = planMass({ scene, hidden: new Set(), selected, transform: { scale: 1, x: 0, y: 0 }, width: 1280, height: 800, pixelRatio: 1, isSeen: seenWithin(1280, 800, 0) }) // prettier-ignore
    expect(plan.batches.map((batch) => [batch.selected, batch.rects.length])).toEqual([[false, 1], [true, 1]]) // prettier-ignore
    expect(total(plan.selectedDensity)).toBe(1)
    expect([...plan.density.counts.values()].map(total)).toEqual([1])
  })

  it('leaves out what a gesture shows elsewhere, and what is out of sight', () => {
    const scene = sceneOf([
      { x: 10, y: 10, side: 20, guess: false },
      { x: 3000, y: 10, side: 20, guess: false },
    ])
    const hidden = new Set([[...shownObjects(scene)][0]!.id])
    const plan = planMass({
      scene,
      hidden,
      transform: { scale: 1, x: 0, y: 0 },
      width: 1280,
      height: 800,
      pixelRatio: 1,
      isSeen: seenWithin(1280, 800, 0),
    })
    expect(plan.single + plan.dense).toBe(0)
  })

  it('counts as in sight what lies in the viewport, not in the margin around it', () => {
    const scene = sceneOf([
      { x: 10, y: 10, side: 20, guess: false },
      { x: 600, y: 400, side: 20, guess: false },
    ])
    const transform = { scale: 1, x: 0, y: 0 }
    const plan = planMass({
      scene,
      hidden: new Set(),
      transform,
      width: 1280,
      height: 800,
      pixelRatio: 1,
      isSeen: seenWithin(1280, 800, 256),
    })
    expect(plan).toMatchObject({ single: 2, inSight: { single: 1, dense: 0 } })
  })

  it('draws areas by their outlines, and counts those that are too small', () => {
    const id = (name: string) => annotationId.parse(name)
    const scene = buildScene([
      { id: id('p'), classId: RBC, shape: polygon([10, 10, 30, 10, 30, 30]), score: null },
      { id: id('m'), classId: RBC, shape: discMask(100, 100, 5), score: null },
    ])
    const plan = planOf(scene, { scale: 2, x: 1, y: 1 })
    expect(plan).toMatchObject({ single: 2, dense: 0 })
    expect(plan.batches[0]?.areas[0]).toEqual({
      rings: [[21, 21, 61, 21, 61, 61]],
      rect: { x: 21, y: 21, width: 40, height: 40 },
      open: false,
      measured: null,
    })
    expect(plan.batches[0]?.areas[1]?.rect).toEqual({ x: 191, y: 191, width: 20, height: 20 })
    expect(planOf(scene, { scale: 0.2, x: 0, y: 0 })).toMatchObject({ single: 1, dense: 1 })
  })

  it('counts points that would cover each other', () => {
    const scene = sceneOf(Array.from({ length: 40 }, () => ({ x: 500, y: 500, side: 0, guess: false })))
    expect(planOf(scene, { scale: 1, x: 0, y: 0 })).toMatchObject({ single: 0, dense: 40 })
  })

  it('colours a cell by what is in it, stronger the more there is', () => {
    const counts = new Map([
      [RBC, Uint32Array.of(3, 0, 0)],
      [PLATELET, Uint32Array.of(1, 0, 200)],
    ])
    const density = { columns: 3, rows: 1, first: { column: 0, row: 0 }, counts }
    const pixels = [...densityPixels(density, (classId) => (classId === RBC ? 0xff0000 : 0x0000ff))]
    expect(pixels.slice(0, 8)).toEqual([191, 0, 64, Math.round(255 * densityAlpha(4)), 0, 0, 0, 0])
    expect(pixels.slice(8, 11)).toEqual([0, 0, 255])
    expect(pixels[11]).toBeGreaterThan(pixels[3]!)
    expect(densityAlpha(1)).toBeLessThan(densityAlpha(10))
    expect(densityAlpha(10)).toBeLessThan(densityAlpha(60))
    expect(densityAlpha(1e6)).toBeLessThanOrEqual(0.85)
  })
})

describe('a picture that follows the view', () => {
  const frame: Frame = { image: { width: 4000, height: 3000 }, viewport: { width: 1280, height: 800 }, pixelRatio: 1 }
  const inImage = fc.record({ x: fc.integer({ min: 0, max: 4000 }), y: fc.integer({ min: 0, max: 3000 }) })
  const views = fc.record({
    zoom: fc.double({ min: 0.2, max: 4, noNaN: true }),
    centre: inImage,
    angle: fc.constantFrom(0, 90, 30, -137.5),
  })

  it('puts every point where the new view wants it', () => {
    fc.assert(
      fc.property(views, views, inImage, fc.constantFrom(0, MASS_MARGIN), (from, to, at, margin) => {
        const drawn = transformOf(from, frame)
        const now = transformOf(to, frame)
        const [a, b, c, d, e, f] = /matrix\((.*)\)/
          .exec(followTransform(drawn, now, margin))![1]!
          .split(', ')
          .map(Number) as [number, number, number, number, number, number]
        const canvas = { width: 1280 + 2 * margin, height: 800 + 2 * margin }
        const { transform, matrix } = turnedCanvas(drawn, canvas, 1, margin)
        const onCanvas = applied(matrix, toUpright(transform, at))
        const x = -margin + a * onCanvas.x + c * onCanvas.y + e
        const y = -margin + b * onCanvas.x + d * onCanvas.y + f
        const wanted = toScreen(now, at)
        expect(Math.abs(x - wanted.x)).toBeLessThan(1e-6)
        expect(Math.abs(y - wanted.y)).toBeLessThan(1e-6)
      }),
    )
  })

  it('is given up before a part of the image would be bare', () => {
    const at = (x: number, zoom = 1): ReturnType<typeof transformOf> => transformOf({ zoom, centre: { x, y: 1500 }, angle: 0 }, frame)
    expect(stretchesTooFar(at(2000), at(2000 + MASS_MARGIN - 1), MASS_MARGIN, frame)).toBe(false)
    expect(stretchesTooFar(at(2000), at(2000 + MASS_MARGIN + 1), MASS_MARGIN, frame)).toBe(true)
    expect(stretchesTooFar(at(2000), at(2000, 2.1), MASS_MARGIN, frame)).toBe(true)
    expect(stretchesTooFar(at(2000, 2.1), at(2000), MASS_MARGIN, frame)).toBe(true)
  })

  it('is given up before a part of a turned image would be bare', () => {
    const at = (x: number, angle: number): ReturnType<typeof transformOf> => transformOf({ zoom: 1, centre: { x, y: 1500 }, angle }, frame)
    expect(stretchesTooFar(at(2000, 90), at(2000 + MASS_MARGIN - 1, 90), MASS_MARGIN, frame)).toBe(false)
    expect(stretchesTooFar(at(2000, 90), at(2000 + MASS_MARGIN + 1, 90), MASS_MARGIN, frame)).toBe(true)
    expect(stretchesTooFar(at(2000, 0), at(2000, 10), MASS_MARGIN, frame)).toBe(false)
    expect(stretchesTooFar(at(2000, 0), at(2000, 90), 200, frame)).toBe(true)
  })

  it('may leave bare what lies beside the image', () => {
    const whole = transformOf(fitView(frame), frame)
    expect(stretchesTooFar(whole, { ...whole, x: whole.x + 400 }, 0, frame)).toBe(false)
  })
})

describe('outlines of areas', () => {
  const canvas = { width: 100, height: 80 }
  const ring = fc.array(fc.integer({ min: -300, max: 400 }), { minLength: 6, maxLength: 40 }).map((list) => list.slice(0, list.length & ~1))
  const seen = fc.record({ x: fc.integer({ min: 0, max: 99 }), y: fc.integer({ min: 0, max: 79 }) })

  it('fill the canvas as before when what is out of sight is left out', () => {
    fc.assert(
      fc.property(ring, seen, (corners, { x, y }) => {
        const path = devicePath(corners, { scale: 1, x: 0, y: 0 }, canvas)
        // Off the corners' own coordinates, so that no point lies on a line.
        const at = { x: x + 0.4931, y: y + 0.5077 }
        expect(liesInside([path], at)).toBe(liesInside([corners], at))
      }),
      { numRuns: 400 },
    )
  })

  it('leave out what is too close together to be seen, and what goes round beyond the canvas', () => {
    const circle = Array.from({ length: 2000 }, (_, i) => 50 + 30 * (i % 2 === 0 ? Math.cos : Math.sin)((2 * Math.PI * (i >> 1)) / 1000))
    expect(devicePath(circle, { scale: 1, x: 0, y: 0 }, canvas).length).toBeLessThan(700)
    expect(devicePath(circle, { scale: 0.1, x: 0, y: 0 }, canvas).length).toBeLessThan(70)
    expect(devicePath(circle, { scale: 1, x: 500, y: 0 }, canvas).length).toBeLessThanOrEqual(6)
  })

  it('leave a dot of the smallest ring', () => {
    expect(devicePath([10, 10, 10.1, 10, 10.1, 10.1], { scale: 1, x: 0, y: 0 }, canvas)).toEqual([10, 10, 11, 10])
  })

  it('of a mask go along the edges of its pixels and are made once', () => {
    const mask = discMask(300, 300, 100)
    expect(ringsOf(mask)).toBe(ringsOf(mask))
    expect(boundsOf(mask)).toEqual({ x: 200, y: 200, width: 200, height: 200 })
    for (const [x, y, inside] of [
      [300, 300, true],
      [201, 201, false],
      [255.5, 300, true],
      [200.5, 300.5, true],
    ] as const)
      expect(liesInside(ringsOf(mask), { x, y })).toBe(inside)
  })

  it('of a mask that can’t be read are its bounds', () => {
    const torn = { ...discMask(20, 20, 5), tiles: [{ column: 0, row: 0, runs: '!' }] }
    expect(ringsOf(torn)).toEqual([[15, 15, 25, 15, 25, 25, 15, 25]])
  })
})

describe('crisp lines', () => {
  it('stand on whole device pixels', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 64, noNaN: true }), fc.double({ min: 0, max: 900, noNaN: true }), (scale, x) => {
        const rect = deviceRect(box(x, x, 10.3, 7.7), { scale, x: 3.4, y: 9.9 })
        for (const value of Object.values(rect)) expect(Number.isInteger(value)).toBe(true)
        expect(Math.abs(rect.x - (x * scale + 3.4))).toBeLessThanOrEqual(0.5)
      }),
    )
  })

  it('are as thick on every screen', () => {
    expect(penOf(2, 1)).toEqual({ line: 2, halo: 1 })
    expect(penOf(2, 2).line).toBe(4)
    expect(penOf(1, 1).line).toBe(1)
  })
})

describe('levels of an image', () => {
  it('are never smaller than what is drawn', () => {
    const widths = [4096, 2048, 1024, 512]
    expect(levelFor(widths, 4096, 1)).toBe(0)
    expect(levelFor(widths, 4096, 64)).toBe(0)
    expect(levelFor(widths, 4096, 0.51)).toBe(0)
    expect(levelFor(widths, 4096, 0.5)).toBe(1)
    expect(levelFor(widths, 4096, 0.2)).toBe(2)
    expect(levelFor(widths, 4096, 0.01)).toBe(3)
  })
})

describe('the frame loop', () => {
  const manual = () => {
    const waiting: (() => void)[] = []
    const frames = { request: (callback: () => void) => waiting.push(callback), cancel: () => undefined }
    return { frames, next: () => waiting.splice(0).forEach((callback) => callback()) }
  }

  it('draws what was asked for once a frame, in order', () => {
    const drawn: string[] = []
    const { frames, next } = manual()
    const loop = createFrameLoop(['image', 'mass', 'edit'], (name) => drawn.push(name), frames)
    loop.request('edit', 'image')
    loop.request('edit')
    expect(drawn).toEqual([])
    next()
    expect(drawn).toEqual(['image', 'edit'])
    next()
    expect(drawn).toHaveLength(2)
  })

  it('keeps what a drawing asks for until the next frame', () => {
    const drawn: string[] = []
    const { frames, next } = manual()
    const loop = createFrameLoop(
      ['image', 'mass'],
      (name) => {
        drawn.push(name)
        if (drawn.length === 1) loop.request('mass')
      },
      frames,
    )
    loop.request('image')
    next()
    expect(drawn).toEqual(['image'])
    next()
    expect(drawn).toEqual(['image', 'mass'])
  })

  it('does not draw again what was just drawn at once', () => {
    const drawn: string[] = []
    const { frames, next } = manual()
    const loop = createFrameLoop(['image', 'mass'], (name) => drawn.push(name), frames)
    loop.request('mass')
    loop.now('mass')
    next()
    expect(drawn).toEqual(['mass'])
  })
})

it('tells sizes in pixels, and in micrometres where they are known', () => {
  expect(sizeText({ width: 34.4, height: 28.2 }, null)).toBe('34 × 28 px')
  expect(sizeText({ width: 4.25, height: 28 }, null)).toBe('4.3 × 28.0 px')
  expect(sizeText({ width: 34, height: 28 }, 0.25)).toBe('34 × 28 px  8.5 × 7.0 µm')
})
