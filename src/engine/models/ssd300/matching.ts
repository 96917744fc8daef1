import type { DetectionLabel } from '../detection-preset.ts'
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
 * Labels without area teach nothing.
 */
export function matchLabels(labels: readonly DetectionLabel[], priors: Float32Array): Matches {
  const solid = labels.filter(({ box }) => box.width > 0 && box.height > 0)
  const learned = solid.filter(({ ignore }) => !ignore)
  const matched = bestLabels(learned.map(corners), priors)
  const count = priors.length / 4
  const classes = new Int32Array(count)
  const offsets = new Float32Array(priors.length)
  const ignored = solid.filter(({ ignore }) => ignore).map(corners)
  for (let i = 0; i < count; i++) {
    const label = learned[matched[i]!]
    const prior = cornersAt(priors, i)
    if (label) {
      classes[i] = 1 + label.classIndex
      encodeBox(corners(label), prior, offsets, i * 4)
    } else if (ignored.some((box) => intersection(box, prior) > IGNORE_SHARE * area(prior))) classes[i] = -1
  }
  return { classes, offsets }
}

/** Index of the label that each default box learns, -1 for none. */
function bestLabels(boxes: readonly Corners[], priors: Float32Array): Int32Array {
  const count = priors.length / 4
  const matched = new Int32Array(count).fill(-1)
  const best = new Float64Array(count).fill(MATCH_IOU)
  const favourites: number[] = []
  for (const [label, box] of boxes.entries()) {
    let favourite = 0
    let highest = -1
    for (let i = 0; i < count; i++) {
      const overlap = iou(box, cornersAt(priors, i))
      if (overlap > highest) [highest, favourite] = [overlap, i]
      // Equal overlaps go to the first label, and 0.5 itself is enough.
      if (overlap > best[i]! || (overlap === MATCH_IOU && matched[i] === -1)) {
        best[i] = overlap
        matched[i] = label
      }
    }
    favourites.push(favourite)
  }
  for (const [label, prior] of favourites.entries()) matched[prior] = label
  return matched
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

function iou(a: Corners, b: Corners): number {
  const shared = intersection(a, b)
  return shared === 0 ? 0 : shared / (area(a) + area(b) - shared)
}
