import { z } from 'zod'

/** The four kinds of work of docs/architecture.md. A project has one. */
export const taskKind = z.enum(['detection', 'segmentation', 'classification', 'anomaly'])
export type TaskKind = z.infer<typeof taskKind>

/** Which part of the images an image belongs to; null = not assigned yet. */
export const split = z.enum(['train', 'val', 'test'])
export type Split = z.infer<typeof split>

/** An instant, ISO 8601 in UTC. */
export const instant = z.iso.datetime()
