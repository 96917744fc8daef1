import { BESIDE, type CountColumns, type CountKind } from '../contracts/counts.ts'
import { type Box, intersectionOverSmaller, iou } from '../geometry/box.ts'
import { buildBoxIndex } from '../geometry/box-index.ts'
import { regionTest } from '../geometry/regions.ts'
import { areaBounds } from '../geometry/shape-overlap.ts'
import { groupBy } from '../group-by.ts'
import { areaOfShape, isAreaShape } from '../masks/draw-shape.ts'
import { type ClassId, type ImageId } from '../records/ids.ts'
import { type Shape } from '../records/shape.ts'
import { countsFrom } from './counts-from.ts'

/**
 * IoU from which two objects of one class are held to be one that was marked twice. Among the 3,949 boxes of BCCD this and `WITHIN` name seven pairs,
 * the same as with 0.7 and 0.9; an IoU of 0.5 would name thirteen, neighbours among them.
 */
const TWICE = 0.6
/** Share of the smaller one from which it is held to lie within the other. */
const WITHIN = 0.8

export interface Marked {
  readonly classId: ClassId
  readonly shape: Shape
}

/** Of two that are one object the first stays: a label before a prediction, of predictions the one with the higher score, else the older. */
export const byTrust = (a: { readonly score: number }, b: { readonly score: number }): number => trust(b.score) - trust(a.score)
const trust = (score: number): number => (Number.isNaN(score) ? 2 : score)

/**
 * Objects of one image and class that lie on one another (IoU of 0.6 or more) or of which one lies nearly within the other (0.8 of it), as pairs of
 * places in the list: first the one that comes earlier there, then the one that is one too many. Boxes go by themselves, outlines by their pixels;
 * points and lines lie on nothing. Throws AppError `mask-damaged`.
 */
export function markedTwice(objects: readonly Marked[]): [number, number][] {
  const areas = objects.flatMap(({ classId, shape }, at) => {
    const box = areaBounds(shape)
    return box === null ? [] : [{ at, classId, shape, box }]
  })
  return [...groupBy(areas, ({ classId }) => classId).values()].flatMap((own) => {
    const index = buildBoxIndex(own.map(({ box }) => box))
    return own.flatMap((one, i) =>
      index
        .searchWhere(one.box, (j) => j > i && isOn(one.box, own[j]!.box))
        .filter((j) => liesOn(one.shape, own[j]!.shape))
        .map((j): [number, number] => [one.at, own[j]!.at]),
    )
  })
}

const isOn = (a: Box, b: Box): boolean => iou(a, b) >= TWICE || intersectionOverSmaller(a, b) >= WITHIN

/** Of two whose bounds do: whether they themselves lie on one another. */
function liesOn(a: Shape, b: Shape): boolean {
  if (a.type === 'box' && b.type === 'box') return true
  if (!isAreaShape(a) || !isAreaShape(b)) return false
  const [one, other] = [areaOfShape(a), areaOfShape(b)]
  const shared = regionTest([a]).pixelsOf(b)
  return shared > 0 && (shared >= TWICE * (one + other - shared) || shared >= WITHIN * Math.min(one, other))
}

/** How many objects count that lie on another which counts as well, by the images that have any, in the columns' order. */
export function countedTwice(
  columns: CountColumns,
  { kind, score, shown }: { readonly kind: CountKind; readonly score: number; readonly shown: ReadonlySet<ImageId> },
): Map<ImageId, number> {
  const counts = countsFrom(columns, kind, score, BESIDE[kind])
  const extra = new Set<number>()
  for (let at = 0; at < columns.twice.length; at += 2) {
    const [one, other] = [columns.twice[at]!, columns.twice[at + 1]!]
    if (counts(one) && counts(other)) extra.add(other)
  }
  const found = new Map<ImageId, number>()
  for (const object of [...extra].sort((a, b) => a - b)) {
    const id = columns.imageIds[columns.images[object]!]!
    if (shown.has(id)) found.set(id, (found.get(id) ?? 0) + 1)
  }
  return found
}
