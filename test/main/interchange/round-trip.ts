import { rm } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { LabelFormatName } from '../../../src/shared/contracts/project.ts'
import { frameRing, isFramed } from '../../../src/shared/geometry/frame.ts'
import { isLine, lineLength } from '../../../src/shared/geometry/line.ts'
import { masksEqual } from '../../../src/shared/masks/bit-mask.ts'
import { bitMaskOfMap } from '../../../src/shared/masks/dense.ts'
import { bitMaskOfShape, isAreaShape } from '../../../src/shared/masks/draw-shape.ts'
import { maskOf } from '../../../src/shared/masks/mask-shape.ts'
import type { MaskShape, Shape } from '../../../src/shared/records/shape.ts'
import type { TaskKind } from '../../../src/shared/records/task.ts'
import type { AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import type { ParsedObject } from '../../../src/main/interchange/dataset.ts'
import type { FoundFormat } from '../../../src/main/interchange/detect.ts'
import { EXPORT_FORMATS } from '../../../src/main/interchange/export-formats.ts'
import { IMPORT_FORMATS } from '../../../src/main/interchange/import-formats.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf, savePicture } from './context.ts'
import { makeAnnotation, makeClass, makeImage } from './records.ts'

export const WIDTH = 37
export const HEIGHT = 29
export const IMAGE = makeImage('a.png', WIDTH, HEIGHT)
export const CLASSES = [makeClass('red cell', 0), makeClass('white <cell> & "more"', 1)]

const inside = (size: number) => fc.double({ min: 0, max: size, noNaN: true })

export const points: fc.Arbitrary<Shape> = fc.record({ type: fc.constant('point' as const), x: inside(WIDTH), y: inside(HEIGHT) })
export const boxes: fc.Arbitrary<Shape> = fc
  .tuple(inside(WIDTH - 1), inside(HEIGHT - 1), fc.double({ min: 0.1, max: 1, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true }))
  .map(([x, y, w, h]) => ({ type: 'box', x, y, width: w * (WIDTH - x), height: h * (HEIGHT - y) }))
/** A star round a place: its line never crosses itself. */
const star = fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: 3, maxLength: 9 }).map((radii) =>
  radii.flatMap((r, i) => {
    const angle = (2 * Math.PI * i) / radii.length
    return [18 + 14 * r * Math.cos(angle), 14 + 12 * r * Math.sin(angle)]
  }),
)
export const outlines: fc.Arbitrary<Shape> = star.map((ring) => ({ type: 'polygon', rings: [ring] }))
/** With a hole in the middle, or a second piece. */
export const severalRings: fc.Arbitrary<Shape> = fc.constantFrom(
  {
    type: 'polygon' as const,
    rings: [
      [2, 2, 30, 2, 30, 25, 2, 25],
      [6, 6, 6, 12, 14, 12, 14, 6],
      [20, 6, 26, 6, 26, 20, 20, 20],
    ],
  },
  {
    type: 'polygon' as const,
    rings: [
      [1.5, 1, 9, 1, 9, 8.25, 1, 8],
      [20, 20, 30, 20, 30, 27],
    ],
  },
  {
    type: 'polygon' as const,
    rings: [
      [0, 0, 20, 0, 20, 20, 0, 20],
      [4, 4, 16, 4, 16, 16, 4, 16],
      [8, 8, 12, 8, 12, 12, 8, 12],
    ],
  },
)
/** Any pixels, with holes and pieces that touch at corners. */
export const masks: fc.Arbitrary<Shape> = fc
  .array(fc.boolean(), { minLength: 100, maxLength: 100 })
  .map((pixels) => maskOf(bitMaskOfMap(pixels.map(Number), { x: 5, y: 7, width: 10, height: 10 })))
  .filter((shape): shape is MaskShape => shape !== null)

const share = fc.double({ min: 0.2, max: 1, noNaN: true })
const frame = (angle: fc.Arbitrary<number>) =>
  fc.record({ cx: inside(WIDTH), cy: inside(HEIGHT), width: share.map((n) => 20 * n), height: share.map((n) => 20 * n), angle })
const anyAngle = fc.double({ min: 0, max: 359.9, noNaN: true })
const notTurned = fc.constant(0)
export const ellipses: fc.Arbitrary<Shape> = frame(anyAngle).map((one) => ({ type: 'ellipse', ...one }))
export const uprightEllipses: fc.Arbitrary<Shape> = frame(notTurned).map((one) => ({ type: 'ellipse', ...one }))
export const circles: fc.Arbitrary<Shape> = frame(notTurned).map((one) => ({ type: 'ellipse', ...one, height: one.width }))
export const rotatedBoxes: fc.Arbitrary<Shape> = frame(fc.double({ min: 0.1, max: 359.9, noNaN: true })).map((one) => ({
  type: 'rotated-box',
  ...one,
}))
const places = (min: number, max: number) =>
  fc.array(fc.tuple(inside(WIDTH), inside(HEIGHT)), { minLength: min, maxLength: max }).map((corners) => corners.flat())
const long = (points: readonly number[]): boolean => lineLength(points) > 1
export const polylines: fc.Arbitrary<Shape> = places(2, 9)
  .filter(long)
  .map((points) => ({ type: 'polyline', points }))
export const rulers: fc.Arbitrary<Shape> = places(2, 2)
  .filter(long)
  .map((points) => ({ type: 'ruler', points }))

/** A note on the second object alone. */
export const noted = (i: number): { readonly note: string } => ({ note: i === 1 ? 'seen "twice"' : '' })

export interface Trip {
  readonly out: LabelFormatName
  readonly in: FoundFormat
  readonly task: TaskKind
  /** Name of what is written, beside the image. */
  readonly target: string
  readonly shapes: readonly fc.Arbitrary<Shape>[]
  /** Objects come back class by class. */
  readonly byClass?: boolean
  /** More to say of each object, where the format holds it. */
  readonly changes?: (index: number) => Partial<AnnotationRecord>
}

/** Writes objects, reads them again, and gives the largest error of a coordinate in pixels; areas in other words must have the same pixels. */
export async function largestError(trip: Trip, numRuns = 30): Promise<number> {
  const root = temporaryFolder()
  await savePicture(path.join(root, 'a.png'), WIDTH, HEIGHT)
  const target = path.join(root, trip.target)
  let largest = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...trip.shapes), { minLength: 1, maxLength: 4 }), async (shapes) => {
      const objects = shapes.map((shape, i) =>
        makeAnnotation(IMAGE, CLASSES[i % 2]!, shape, { id: `a${i}` as never, ...trip.changes?.(i) }),
      )
      await EXPORT_FORMATS[trip.out](target, { images: [IMAGE], classes: CLASSES, objects })
      const context = contextOf({ task: trip.task, classes: CLASSES.map(({ name }) => name) })
      const { images, problems } = await IMPORT_FORMATS[trip.in].read(root, context)
      await rm(target, { recursive: true })
      expect(problems).toEqual([])
      const back = images[0]!.objects
      const sent = objects.map((object, i) => ({ ...object, className: CLASSES[i % 2]!.name, order: i % 2 }))
      if (trip.byClass === true) sent.sort((a, b) => a.order - b.order)
      expect(back.map(asSaid)).toEqual(sent.map(asSaid))
      for (const [i, { shape }] of back.entries()) largest = Math.max(largest, shapeError(sent[i]!.shape, shape))
    }),
    { numRuns },
  )
  return largest
}

function asSaid({ className, crowd, difficult, note = '' }: Omit<ParsedObject, 'shape'>): unknown {
  return { className, crowd, difficult, note }
}

function shapeError(a: Shape, b: Shape): number {
  const [p, q] = [numbersOf(a), numbersOf(b)]
  if (p.length > 0 && p.length === q.length && a.type === b.type) return Math.max(...p.map((value, i) => Math.abs(value - q[i]!)))
  return isAreaShape(a) && isAreaShape(b) && masksEqual(bitMaskOfShape(a), bitMaskOfShape(b)) ? 0 : Infinity
}

function numbersOf(shape: Shape): readonly number[] {
  if (shape.type === 'point') return [shape.x, shape.y]
  if (shape.type === 'box') return [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height]
  // The corners of its frame.
  if (isFramed(shape)) return frameRing(shape)
  if (isLine(shape)) return shape.points
  return shape.type === 'polygon' && shape.rings.length === 1 ? shape.rings[0]! : []
}

/** `file: what`, a line each. */
export const lines = ({ problems }: { readonly problems: readonly { readonly file: string; readonly what: string }[] }): string[] =>
  problems.map(({ file, what }) => `${file}: ${what}`)
