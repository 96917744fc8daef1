import { z } from 'zod'

const coordinate = z.number().finite().min(-1e7).max(1e7)
const extent = z.number().finite().positive().max(1e7)

/** An upright box: top-left corner and size, full-resolution pixels, floats. */
export const boxShape = z.object({ type: z.literal('box'), x: coordinate, y: coordinate, width: extent, height: extent }).readonly()
/** A point, full-resolution pixels. Counted like a box, not learned from by a detector of boxes. */
export const pointShape = z.object({ type: z.literal('point'), x: coordinate, y: coordinate }).readonly()
export const shape = z.union([boxShape, pointShape])

export type BoxShape = z.infer<typeof boxShape>
export type PointShape = z.infer<typeof pointShape>
export type Shape = z.infer<typeof shape>
