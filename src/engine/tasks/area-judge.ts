import type { Found, JobSample } from '#shared/contracts/job.ts'
import type { Size } from '#shared/geometry/point.ts'
import { type AreaShape, drawShape, isAreaShape, shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import { meanOfKnown } from '#shared/metrics/report-parts.ts'
import { type ObjectTally, createObjectFigures, overlapObjects, tallyObjects } from '#shared/metrics/segmentation-objects.ts'
import { classOverlap, countPixels, sumCounts } from '#shared/metrics/segmentation-overlap.ts'
import { areaMap } from '../data/truth.ts'
import type { Validation } from '../training/loop.ts'

/** Gathers what images are told to be against what they are labelled, one after the other; keeps numbers, not maps. */
export class AreaJudge {
  readonly #classes: readonly string[]
  readonly #instances: boolean
  #counts: number[][]
  readonly #tallies: ObjectTally[][]

  constructor(classes: readonly string[], instances: boolean) {
    this.#classes = classes
    this.#instances = instances
    this.#counts = sumCounts([], classes.length + 1)
    this.#tallies = classes.map(() => [])
  }

  /** `predicted` is the class of each pixel, 0 = background; `found` the objects that were made of it. */
  add({ labels, regions }: JobSample, { width, height }: Size, predicted: Uint8Array, found: readonly Found[]): void {
    const region = { x: 0, y: 0, width, height }
    const truth = areaMap({ labels, regions }, region)
    const count = this.#classes.length + 1
    this.#counts = sumCounts([this.#counts, countPixels(truth, predicted, count)], count)
    if (!this.#instances) return
    const truthInstances = shapesToLabelMap(labels.filter(({ ignore }) => !ignore).flatMap(areaOf), region)
    const said = new Uint8Array(truth.length)
    for (const { shape, classIndex } of found) if (isAreaShape(shape)) drawShape(shape, said, region, classIndex + 1)
    const predictedInstances = shapesToLabelMap(found.flatMap(areaOf), region)
    const overlaps = overlapObjects({ truth, predicted: said, truthInstances, predictedInstances })
    for (const [k, tallies] of this.#tallies.entries()) tallies.push(tallyObjects(overlaps, k + 1))
  }

  /** The score is the mean Dice over the classes that occur; beside it Jaccard, and AP50 of objects where they are told apart. */
  validation(): Validation {
    const perClass = this.#classes.map((name, k) => ({ name, ...classOverlap(this.#counts, k + 1), ...this.#objects(k) }))
    const dice = meanOfKnown(perClass.map((one) => one.dice)) ?? 0
    const jaccard = meanOfKnown(perClass.map((one) => one.jaccard)) ?? 0
    const ap50 = this.#instances ? meanOfKnown(perClass.map((one) => one.ap50)) : null
    const byClass = perClass.map((one): [string, number] => [`val/dice/${one.name}`.slice(0, 60), one.dice ?? 0])
    const curves = {
      'val/dice': dice,
      'val/jaccard': jaccard,
      ...(ap50 === null ? {} : { 'val/ap50': ap50 }),
      ...Object.fromEntries(byClass),
    }
    const metrics = { dice, jaccard, ap50, perClass: Object.fromEntries(perClass.map(({ name, ...figures }) => [name, figures])) }
    return { score: dice, curves, metrics }
  }

  #objects(k: number): { ap50: number | null; pq: number | null } {
    const { ap50, pq } = createObjectFigures(this.#tallies[k]!)()
    return { ap50, pq }
  }
}

function areaOf({ shape }: { readonly shape: Found['shape'] }): AreaShape[] {
  return isAreaShape(shape) ? [shape] : []
}
