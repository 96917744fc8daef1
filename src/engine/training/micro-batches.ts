import type { Batch, BatchArray } from './step.ts'

/** A part of a batch, and its share of the batch's images. */
export interface MicroBatch {
  readonly batch: Batch
  readonly share: number
}

/** Images of a part when a batch is worked through in so many. */
export function partSize(images: number, parts: number): number {
  return Math.max(1, Math.ceil(images / parts))
}

/** Images of a batch. */
export function imagesOf(batch: Batch): number {
  return batch['image']?.shape[0] ?? 0
}

/**
 * A batch in at most so many parts, as equal as they can be with one size for all but the last; the arrays are views. Throws Error where an
 * array does not have the images as its first axis.
 */
export function microBatches(batch: Batch, parts: number): MicroBatch[] {
  const images = imagesOf(batch)
  const size = partSize(images, parts)
  if (size >= images) return [{ batch, share: 1 }]
  return Array.from({ length: Math.ceil(images / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min(images, (i + 1) * size)]
    const arrays = Object.entries(batch).map(([name, array]) => [name, rows(name, array, images, from, to)] as const)
    return { batch: Object.fromEntries(arrays), share: (to - from) / images }
  })
}

function rows(name: string, { shape, data }: BatchArray, images: number, from: number, to: number): BatchArray {
  if (shape[0] !== images) throw new Error(`${name} [${shape.join()}] cannot be cut into parts: its first axis is not the ${images} images`)
  const row = data.length / images
  return { shape: [to - from, ...shape.slice(1)], data: data.subarray(from * row, to * row) }
}

/** Means of the parts' scalars by their shares; one that only some parts give is the mean over those. */
export function meanScalars(
  parts: readonly { readonly share: number; readonly scalars: Readonly<Record<string, number>> }[],
): Record<string, number> {
  const names = new Set(parts.flatMap(({ scalars }) => Object.keys(scalars)))
  const means = [...names].map((name): [string, number] => {
    const having = parts.filter(({ scalars }) => name in scalars)
    const whole = having.reduce((sum, { share }) => sum + share, 0)
    return [name, having.reduce((sum, { share, scalars }) => sum + scalars[name]! * (share / whole), 0)]
  })
  return Object.fromEntries(means)
}
