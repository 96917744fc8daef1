import { z } from 'zod'
import { classId } from './ids.ts'

/** A class that an object can be labelled with. */
export const classRecord = z
  .object({
    id: classId,
    name: z.string().min(1).max(120),
    /** `#rrggbb`. */
    color: z.string().regex(/^#[0-9a-f]{6}$/i),
    /** The key that picks it, 1 to 9, or null. */
    digit: z.number().int().min(1).max(9).nullable(),
    order: z.number().int().nonnegative(),
  })
  .readonly()
export type ClassRecord = z.infer<typeof classRecord>
