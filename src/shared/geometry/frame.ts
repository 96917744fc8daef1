import type { EllipseShape, RotatedBoxShape } from '../records/shape.ts'
import type { Box } from './box.ts'
import type { Point } from './point.ts'

/** A box about its middle, turned by so many degrees clockwise as seen on the screen (y down): the frame of a rotated box or of an ellipse. */
export type Frame = Omit<RotatedBoxShape, 'type'>
export type FramedShape = EllipseShape | RotatedBoxShape

export function isFramed(shape: { readonly type: string }): shape is FramedShape {
  return shape.type === 'ellipse' || shape.type === 'rotated-box'
}

/** An angle in [0, 360), to a ten-thousandth of a degree: over 10,000 pixels less than a fiftieth of one. */
export function normalAngle(degrees: number): number {
  const turned = Math.round((((degrees % 360) + 360) % 360) * 1e4) / 1e4
  return turned >= 360 ? 0 : turned + 0
}

/** Cosine and sine of an angle in degrees; of right angles exactly 0 and 1. */
export function cosSin(degrees: number): readonly [number, number] {
  const quarter = (((degrees / 90) % 4) + 4) % 4
  if (Number.isInteger(quarter)) return RIGHT_ANGLES[quarter]!
  const angle = (degrees * Math.PI) / 180
  return [Math.cos(angle), Math.sin(angle)]
}

const RIGHT_ANGLES = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const

/** A point turned about another. */
export function turnedPoint({ x, y }: Point, about: Point, degrees: number): Point {
  const [cos, sin] = cosSin(degrees)
  const [dx, dy] = [x - about.x, y - about.y]
  return { x: about.x + dx * cos - dy * sin, y: about.y + dx * sin + dy * cos }
}

/** A flat ring or line turned about a point. */
export function turnedRing(ring: readonly number[], { x, y }: Point, degrees: number): number[] {
  if (degrees % 360 === 0) return [...ring]
  const [cos, sin] = cosSin(degrees)
  const turned: number[] = []
  for (let i = 0; i < ring.length; i += 2) {
    const [dx, dy] = [ring[i]! - x, ring[i + 1]! - y]
    turned.push(x + dx * cos - dy * sin, y + dx * sin + dy * cos)
  }
  return turned
}

export const middleOf = ({ cx, cy }: Pick<Frame, 'cx' | 'cy'>): Point => ({ x: cx, y: cy })

/** The frame as it lies before it is turned. */
export const uprightOf = ({ cx, cy, width, height }: Frame): Box => ({ x: cx - width / 2, y: cy - height / 2, width, height })

/** A box turned about its own middle. */
export function frameOfBox({ x, y, width, height }: Box, angle = 0): Frame {
  return { cx: x + width / 2, cy: y + height / 2, width, height, angle: normalAngle(angle) }
}

/** The corners clockwise from what is the top-left one before the turn, flat. */
export function frameRing(frame: Frame): number[] {
  const { x, y, width, height } = uprightOf(frame)
  return turnedRing([x, y, x + width, y, x + width, y + height, x, y + height], middleOf(frame), frame.angle)
}

/**
 * The frame of four corners that are those of a rectangle to within `tolerance` pixels; null where they are none. The first side gives width and
 * angle, so corners in either direction are taken.
 */
export function frameOfRing(ring: readonly number[], tolerance: number): Frame | null {
  if (ring.length !== 8) return null
  const [ax, ay, bx, by, px, py, qx, qy] = ring as unknown as [number, number, number, number, number, number, number, number]
  const frame: Frame = {
    cx: (ax + bx + px + qx) / 4,
    cy: (ay + by + py + qy) / 4,
    width: Math.hypot(bx - ax, by - ay),
    height: Math.hypot(px - bx, py - by),
    angle: normalAngle((Math.atan2(by - ay, bx - ax) * 180) / Math.PI),
  }
  if (!(frame.width > 0 && frame.height > 0)) return null
  const [cos, sin] = cosSin(frame.angle)
  const side = (qx - ax) * -sin + (qy - ay) * cos < 0 ? -1 : 1
  const corners = frameRing(frame)
  const expected = side === 1 ? corners : [...corners.slice(6), ...corners.slice(4, 6), ...corners.slice(2, 4), ...corners.slice(0, 2)]
  return expected.every((value, i) => Math.abs(value - ring[i]!) <= tolerance) ? frame : null
}

/** How far the polygon of an ellipse may lie within its line, pixels. */
const ELLIPSE_ERROR = 0.02

/** An ellipse as a ring of at least 12 corners on its line, no side further than 0.02 pixels inside it (up to radii of 2,000 pixels). */
export function ellipseRing(frame: Frame): number[] {
  const { cx, cy } = frame
  const [a, b] = [frame.width / 2, frame.height / 2]
  const longest = Math.max(a, b, 1e-9)
  const corners = Math.min(720, Math.max(12, Math.ceil(Math.PI / Math.acos(Math.max(0, 1 - ELLIPSE_ERROR / longest)))))
  const ring: number[] = []
  for (let i = 0; i < corners; i++) {
    const [cos, sin] = cosSin((360 * i) / corners)
    ring.push(cx + a * cos, cy + b * sin)
  }
  return turnedRing(ring, { x: cx, y: cy }, frame.angle)
}

/** The line round a shape in a frame, flat, not closed. */
export function framedRing(shape: FramedShape): number[] {
  return shape.type === 'ellipse' ? ellipseRing(shape) : frameRing(shape)
}

/** The smallest upright box round a shape in a frame, exact. */
export function framedBounds(shape: FramedShape): Box {
  const [cos, sin] = cosSin(shape.angle)
  const [a, b] = [shape.width / 2, shape.height / 2]
  const reach = (alongA: number, alongB: number): number =>
    shape.type === 'ellipse' ? Math.hypot(alongA, alongB) : Math.abs(alongA) + Math.abs(alongB)
  const [across, down] = [reach(a * cos, b * sin), reach(a * sin, b * cos)]
  return { x: shape.cx - across, y: shape.cy - down, width: 2 * across, height: 2 * down }
}
