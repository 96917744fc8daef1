import type { DetectionLabel } from '../preset.ts'
import { type Corners, cornersAt, encodeBox } from './box-coding.ts'

/** A default box that overlaps a label at least this much learns it. */
const MATCH_IOU = 0.5
/** A default box with more than this share of its area in an ignore box is neither object nor background. */
const IGNORE_SHARE = 0.5

/** What the default boxes of one image learn. */
export interface Matches {
  /** Per default box: 0 background, 1 + classIndex, -1 counts for nothing. */
  readonly classes: Int32Array
  /** Per default box four encoded offsets; zero where there is no object. */
  readonly offsets: Float32Array
}

/**
 * Assigns labels to default boxes (Liu et al. 2016, section 2.2; torchvision's SSDMatcher): each default box takes the label that it
 * overlaps most, if that is an IoU of at least 0.5; then each label takes its best default box whatever the IoU, later labels first.
 * Labels without area teach nothing, and closed default boxes (1) learn nothing.
 */
export function matchLabels(labels: readonly DetectionLabel[], priors: Float32Array, closed: Uint8Array | null = null): Matches {
  const solid = labels.filter(({ box }) => box.width > 0 && box.height > 0)
  const learned = solid.filter(({ ignore }) => !ignore)
  const matched = bestLabels(learned.map(corners), priors, closed)
  const count = priors.length / 4
  const classes = new Int32Array(count)
  const offsets = new Float32Array(priors.length)
  const ignored = solid.filter(({ ignore }) => ignore).map(corners)
  for (let i = 0; i < count; i++) {
    if (closed?.[i] === 1) {
      classes[i] = -1
      continue
    }
    const label = learned[matched[i]!]
    const prior = cornersAt(priors, i)
    if (label) {
      classes[i] = 1 + label.classIndex
      encodeBox(corners(label), prior, offsets, i * 4)
    } else if (ignored.some((box) => intersection(box, prior) > IGNORE_SHARE * area(prior))) classes[i] = -1
  }
  return { classes, offsets }
}

/** Index of the label that each open default box learns, -1 for none. */
function bestLabels(boxes: readonly Corners[], priors: Float32Array, closed: Uint8Array | null): Int32Array {
  const count = priors.length / 4
  const matched = new Int32Array(count).fill(-1)
  const best = new Float64Array(count)
  const favourites: number[] = []
  for (const [label, box] of boxes.entries()) {
    const overlaps = overlapsWith(box, priors)
    closed?.forEach((value, i) => { if (value === 1) overlaps[i] = -1 }) // prettier-ignore
    let favourite = 0
    for (let i = 0; i < count; i++) {
      const overlap = overlaps[i]!
      if (overlap > overlaps[favourite]!) favourite = i
      // Equal overlaps go to the first label.
      if (overlap >= MATCH_IOU && overlap > best[i]!) {
        best[i] = overlap
        matched[i] = label
      }
    }
    favourites.push(overlaps[favourite]! > 0 ? favourite : -1)
  }
  for (const [label, prior] of favourites.entries()) if (prior !== -1) matched[prior] = label
  return matched
}

/** IoU of a box with every default box. A loop over plain numbers: it runs 8732 times a label. */
function overlapsWith([left, top, right, bottom]: Corners, priors: Float32Array): Float64Array {
  const overlaps = new Float64Array(priors.length / 4)
  const own = (right - left) * (bottom - top)
  for (let i = 0, at = 0; i < overlaps.length; i++, at += 4) {
    const width = Math.min(right, priors[at + 2]!) - Math.max(left, priors[at]!)
    const height = Math.min(bottom, priors[at + 3]!) - Math.max(top, priors[at + 1]!)
    if (width <= 0 || height <= 0) continue
    const prior = (priors[at + 2]! - priors[at]!) * (priors[at + 3]! - priors[at + 1]!)
    overlaps[i] = (width * height) / (own + prior - width * height)
  }
  return overlaps
}

function corners({ box }: DetectionLabel): Corners {
  return [box.x, box.y, box.x + box.width, box.y + box.height]
}

function area(box: Corners): number {
  return (box[2] - box[0]) * (box[3] - box[1])
}

function intersection(a: Corners, b: Corners): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  return width > 0 && height > 0 ? width * height : 0
}
