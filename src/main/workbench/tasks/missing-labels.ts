import type { JobLabel } from '#shared/contracts/job.ts'
import type { LabelledSample } from './workbench-task.ts'

/** A class is expected everywhere when at least this share of the training images carries it, with so many objects in the middle image. */
const PRESENT_SHARE = 0.9
const USUAL_COUNT = 4
/** Nothing is concluded from fewer images. */
const FEWEST_IMAGES = 20

/** For each sample the classes (by index) that it lacks though nearly every other image has several: forgotten labels, most likely. */
export function missingClasses(samples: readonly LabelledSample[]): readonly (readonly number[])[] {
  // Of parts that a person called fully labelled nothing has to be guessed, and they may well lack a class.
  const whole = samples.filter(({ parts }) => parts === undefined)
  if (whole.length < FEWEST_IMAGES) return samples.map(() => [])
  const counts = whole.map(({ labels }) => countsOf(labels))
  const classes = new Set(counts.flatMap((count) => [...count.keys()]))
  const expected = [...classes].filter((index) => {
    const found = counts.map((count) => count.get(index) ?? 0).sort((a, b) => a - b)
    const present = found.filter((count) => count > 0).length
    return present >= PRESENT_SHARE * whole.length && found[Math.floor(found.length / 2)]! >= USUAL_COUNT
  })
  return samples.map(({ labels, parts }) => {
    const count = countsOf(labels)
    return parts === undefined ? expected.filter((index) => !count.has(index)) : []
  })
}

function countsOf(labels: readonly JobLabel[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { classIndex, ignore } of labels) if (!ignore) counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1)
  return counts
}

/**
 * Samples from whose unlabelled parts nothing is learned where a class is missing that nearly all others have: what lies there would be learned
 * as background though it is none. Their labels are learned as ever.
 */
export function withoutDoubtfulBackground<S extends LabelledSample>(samples: readonly S[]): S[] {
  const missing = missingClasses(samples)
  return samples.map((sample, i) => {
    const [first] = missing[i]!
    if (first === undefined) return sample
    const { width, height } = sample.image
    const everything: JobLabel = { shape: { type: 'box', x: 0, y: 0, width, height }, classIndex: first, ignore: true }
    return { ...sample, labels: [...sample.labels, everything] }
  })
}
