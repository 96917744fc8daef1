import { connectedComponents } from '#shared/masks/components.ts'
import type { MaskFacts } from '#shared/contracts/label-maps.ts'
import { type LabelImage, readLabelImage } from './label-image.ts'

/** Values that are told of. */
const LISTED = 4096

/** What a picture of labels holds. Throws AppError of `ImageFailure`. */
export async function readMaskFacts(file: string): Promise<MaskFacts> {
  return factsOf(await readLabelImage(file))
}

/** As `readMaskFacts`, of a decoded picture. */
export function factsOf(image: LabelImage): MaskFacts {
  const { width, height, kind, bitDepth, palette } = image
  const counts = countValues(image)
  const parts = kind === 'colour' ? null : countParts(image)
  const ordered = [...counts].sort(([a, n], [b, m]) => m - n || a - b)
  const values = ordered.slice(0, LISTED).map(([value, pixels]) => ({
    value,
    pixels,
    // The background is one: nobody asks for its pieces.
    parts: parts === null ? null : value === 0 ? 1 : (parts.get(value) ?? 1),
    color: palette?.[value] ?? null,
  }))
  return { width, height, kind, bitDepth, values, more: ordered.length - values.length }
}

function countValues({ values }: LabelImage): Map<number, number> {
  const counts = new Map<number, number>()
  // Runs, since labels come in long ones.
  for (let i = 0; i < values.length;) {
    const value = values[i]!
    const from = i
    while (i < values.length && values[i] === value) i++
    counts.set(value, (counts.get(value) ?? 0) + i - from)
  }
  return counts
}

function countParts({ values, width, height }: LabelImage): Map<number, number> {
  const parts = new Map<number, number>()
  for (const { value } of connectedComponents(values, width, height).components) parts.set(value, (parts.get(value) ?? 0) + 1)
  return parts
}
