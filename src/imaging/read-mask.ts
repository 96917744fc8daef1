import { assertNever } from '#shared/assert.ts'
import type { MaskObjects, MaskReading } from '#shared/contracts/label-maps.ts'
import { connectedComponents } from '#shared/masks/components.ts'
import { spansByLabel } from '#shared/masks/dense.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { imageError } from './failure.ts'
import { type LabelImage, readLabelImage } from './label-image.ts'
import { labelsByColor } from './nearest-colors.ts'

/** Objects of one picture: more than that and it was no picture of labels. */
const MOST_OBJECTS = 100_000
const TOLD_VALUES = 8

/** The objects of a picture of labels. Throws AppError of `ImageFailure`. */
export async function readMask({ file, reading }: { readonly file: string; readonly reading: MaskReading }): Promise<MaskObjects> {
  const image = await readLabelImage(file)
  const found = objectsOf(image, reading)
  if (found.objects.length <= MOST_OBJECTS) return found
  throw imageError(
    'image-unsupported',
    file,
    `holds ${found.objects.length} separate areas: too many for a mask.`,
    'Check that it is a mask, and how it is to be read.',
  )
}

/** As `readMask`, of a decoded picture. */
export function objectsOf(image: LabelImage, reading: MaskReading): MaskObjects {
  switch (reading.kind) {
    case 'instances':
      return { ...sizeOf(image), objects: wholes(image).map((shape) => ({ label: 1, shape })), unknown: 0, unknownValues: [], soft: 0 }
    case 'values':
      return areas(image, labelsByValue(image, reading.values))
    case 'colors':
      return areas(image, labelsByColor(image, reading.colors, reading.tolerance))
    default:
      return assertNever(reading)
  }
}

const sizeOf = ({ width, height }: LabelImage) => ({ width, height })

function wholes({ values, width, height }: LabelImage) {
  return [...spansByLabel(values, { x: 0, y: 0, width, height }).values()].flatMap((spans) => maskOf(maskOfSpans(spans)) ?? [])
}

interface Labelled {
  readonly labels: Int32Array
  readonly unknown: ReadonlyMap<number, number>
  readonly soft: number
}

function labelsByValue({ values }: LabelImage, table: readonly { readonly value: number; readonly label: number }[]): Labelled {
  const labelOf = new Map(table.map(({ value, label }) => [value, label]))
  const labels = new Int32Array(values.length)
  const unknown = new Map<number, number>()
  for (let i = 0; i < labels.length; i++) {
    const value = values[i]!
    const label = labelOf.get(value)
    if (label === undefined) unknown.set(value, (unknown.get(value) ?? 0) + 1)
    else labels[i] = label
  }
  return { labels, unknown, soft: 0 }
}

function areas(image: LabelImage, { labels, unknown, soft }: Labelled): MaskObjects {
  const { width, height } = image
  const { ids, components } = connectedComponents(labels, width, height)
  const objects = [...spansByLabel(ids, { x: 0, y: 0, width, height })].flatMap(([id, spans]) => {
    const shape = maskOf(maskOfSpans(spans))
    const label = components[id - 1]?.value ?? 0
    return shape === null || label === 0 ? [] : [{ label, shape }]
  })
  const unknownValues = [...unknown].sort(([a, n], [b, m]) => m - n || a - b).map(([value, pixels]) => ({ value, pixels }))
  return {
    width,
    height,
    objects,
    unknown: unknownValues.reduce((sum, { pixels }) => sum + pixels, 0),
    unknownValues: unknownValues.slice(0, TOLD_VALUES),
    soft,
  }
}
