import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { maskArea } from '#shared/masks/bit-mask.ts'
import { bitMaskOfShape } from '#shared/masks/draw-shape.ts'
import type { PolygonShape, Shape } from '#shared/records/shape.ts'
import { fitShape } from '../../../src/main/interchange/fit-shape.ts'
import { parseGeoJson } from '../../../src/main/interchange/geojson-in.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { areas, put, savePicture } from './context.ts'
import { lines } from './round-trip.ts'

const SIZE = { width: 320, height: 256 }
const polygon = (...ring: number[]): PolygonShape => ({ type: 'polygon', rings: [ring] })

describe('shapes on an image', () => {
  it('an outline that reaches over the edge is clipped there, one within a rounding of it stays', () => {
    const { shape, what } = fitShape(polygon(10, 10, 5000, 10, 5000, 5000, 10, 5000), SIZE)
    expect([shapeBounds(shape!), what]).toEqual([
      { x: 10, y: 10, width: 310, height: 246 },
      'it reaches over the edge of the image: clipped',
    ])
    const rounded = polygon(-0.004, 3, 320.004, 3, 320, 40)
    expect(fitShape(rounded, SIZE)).toEqual({ shape: rounded, what: null })
  })

  it('an outline whose bounds touch the image and whose area does not lies outside', () => {
    const around = polygon(-100, 50, 50, -100, -100, -100)
    expect(fitShape(around, SIZE)).toEqual({ shape: null, what: 'it lies outside the image: left out' })
  })

  it('a bow tie becomes what it encloses, pixel for pixel, and is told', () => {
    const tie = polygon(10, 10, 50, 50, 50, 10, 10, 50)
    const { shape, what } = fitShape(tie, SIZE)
    expect(what).toBe('its outline crosses itself: what it encloses is taken')
    expect((shape as PolygonShape).rings.length).toBe(2)
    expect(maskArea(bitMaskOfShape(shape as PolygonShape))).toBe(maskArea(bitMaskOfShape(tie)))
    expect(fitShape(polygon(-10, 10, 50, 50, 50, 10, -10, 50), SIZE).what).toMatch(/crosses itself and reaches over the edge/)
  })

  it.each<[string, Shape]>([
    ['ellipse', { type: 'ellipse', cx: 1000, cy: 100, width: 1600, height: 50, angle: 0 }],
    ['rotated box', { type: 'rotated-box', cx: 1000, cy: 100, width: 1600, height: 50, angle: 5 }],
    ['line', { type: 'polyline', points: [10, 10, 5000, 5000] }],
  ])('of an %s that lies mostly outside it is told', (_, shape) => {
    expect(fitShape(shape as Exclude<Shape, { type: 'image' }>, SIZE)).toEqual({
      shape,
      what: 'most of it lies outside the image: taken as it is',
    })
  })

  it('GeoJSON says so of each object', async () => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 32, 25)
    const area = (...corners: number[][]) => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [[...corners, corners[0]]] },
      properties: { classification: { name: 'cell' } },
    })
    const features = [
      area([1, 1], [5000, 1], [5000, 5000], [1, 5000]),
      area([2, 2], [20, 20], [20, 2], [2, 20]),
      area([900, 900], [990, 900], [990, 990]),
    ]
    put(root, { 'a.geojson': JSON.stringify({ type: 'FeatureCollection', features }) })
    const found = await parseGeoJson(root, areas())
    expect(found.images[0]!.objects).toHaveLength(2)
    expect(lines(found)).toEqual([
      'a.geojson: object 1: it reaches over the edge of the image: clipped',
      'a.geojson: object 2: its outline crosses itself: what it encloses is taken',
      'a.geojson: object 3: it lies outside the image: left out',
    ])
  })
})
