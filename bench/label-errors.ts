// Planted label errors on BCCD's validation images, and how many of them stand first among the labels that look wrong to a detector that did not
// learn from these images. Of every hundred labels, so many get each kind of error: another class; taken away; moved by half to most of
// their size; one more where nothing is. What the data's own labels have of errors counts as a false alarm here, so the shares are lower bounds.
// Use: node bench/label-errors.ts --model <model folder> [--each 1.25] [--seeds 20] [--fixed] [--json FILE]
//   A model folder is what bench/train-bccd.ts leaves. --fixed: by fixed scores in place of those that the model usually has, what it is surest of first.
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Box, iou } from '#shared/geometry/box.ts'
import { createRandom, type Random } from '#shared/random.ts'
import { DIFFERENCE_KINDS, type DifferenceKind, differencesOn, likelihoods, type LookedAt, type LookedAtGuess, usualCertainty } from '#shared/review/second-look.ts' // prettier-ignore
import { boxLabels } from '../src/engine/data/truth.ts'
import { openPredictor } from '../src/engine/inference/open-predictor.ts'
import { rasterSource } from '../src/engine/inference/pixel-source.ts'
import { findPreset } from '../src/engine/models/registry.ts'
import { readRaster } from '../src/imaging/read.ts'
import { BCCD_CLASSES, bccdFolder, readBccd } from './bccd-samples.ts'

const { values: args } = parseArgs({
  options: {
    model: { type: 'string' },
    each: { type: 'string', default: '1.25' },
    seeds: { type: 'string', default: '20' },
    fixed: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})

interface Smear {
  readonly width: number
  readonly height: number
  readonly labels: readonly LookedAt[]
  readonly guesses: readonly LookedAtGuess[]
}

/** A label as it was given, or made wrong, and of which kind its error is: what a difference there would be called. */
interface Given extends LookedAt {
  readonly error: DifferenceKind | null
}

interface Planted {
  readonly guesses: readonly LookedAtGuess[]
  readonly labels: readonly Given[]
  /** Labels that were taken away. */
  readonly gone: readonly LookedAt[]
}

async function smears(): Promise<Smear[]> {
  const { val } = await readBccd(bccdFolder())
  if (args.model === undefined) throw new Error('Name a model that learned from the training list: --model <folder>')
  const environment = { preset: findPreset, openBackend: () => Promise.reject(new Error('no backend is needed')) }
  const predictor = await openPredictor([args.model], environment)
  try {
    const all: Smear[] = []
    const options = { minScore: 0.02, flips: false, mapPlace: null, turn: () => Promise.resolve() }
    for (const { path: file, labels, ...image } of val) {
      const { found } = await predictor.predict(rasterSource(await readRaster(file)), { path: file, ...image }, options)
      const guesses = found.flatMap(({ shape, classIndex, score }) =>
        shape.type === 'box' ? [{ classAt: classIndex, box: shape, isBox: true, score, open: true }] : [],
      )
      const given = boxLabels(labels).map(({ box, classIndex }) => ({ classAt: classIndex, box, isBox: true }))
      all.push({ width: image.width, height: image.height, labels: given, guesses })
    }
    return all
  } finally {
    await predictor.dispose()
  }
}

/** Errors of every kind, as many of each as the share says. */
function plant(all: readonly Smear[], share: number, random: Random): Planted[] {
  const places = random.shuffle(all.flatMap(({ labels }, image) => labels.map((_, at) => `${image} ${at}`)))
  const count = Math.max(1, Math.round(share * places.length))
  const [swapped, gone, moved, added] = [0, 1, 2, 3].map((i) => new Set(places.slice(i * count, (i + 1) * count)))
  return all.map(({ labels, guesses, width, height }, image) => {
    const isIn = (set: Set<string> | undefined) => (at: number) => set!.has(`${image} ${at}`)
    const kept = labels.flatMap((label, at): Given[] => {
      if (isIn(gone)(at)) return []
      if (isIn(swapped)(at)) return [{ ...label, classAt: (label.classAt + 1 + random.int(BCCD_CLASSES.length - 1)) % BCCD_CLASSES.length, error: 'class' }] // prettier-ignore
      return isIn(moved)(at) ? [{ ...label, box: movedBox(label.box!, random), error: 'place' }] : [{ ...label, error: null }]
    })
    const more = labels.flatMap((label, at): Given[] =>
      isIn(added)(at) ? [{ ...label, box: freeBox(label.box!, { labels, width, height }, random), error: 'missed' }] : [],
    )
    return { guesses, labels: [...kept, ...more], gone: labels.filter((_, at) => isIn(gone)(at)) }
  })
}

/** Half to most of its size away. */
function movedBox({ x, y, width, height }: Box, random: Random): Box {
  const [angle, far] = [random.uniform(0, 2 * Math.PI), random.uniform(0.4, 0.7)]
  return { x: x + far * width * Math.cos(angle), y: y + far * height * Math.sin(angle), width, height }
}

/** A place for a box of this size where it covers next to nothing of any label, as good as a few hundred draws find. */
function freeBox({ width, height }: Box, image: Pick<Smear, 'labels' | 'width' | 'height'>, random: Random): Box {
  const drawn = Array.from({ length: 300 }, () => {
    const box = { x: random.uniform(0, image.width - width), y: random.uniform(0, image.height - height), width, height }
    return { box, overlap: Math.max(...image.labels.map((label) => iou(label.box!, box))) }
  })
  return drawn.reduce((a, b) => (b.overlap < a.overlap ? b : a)).box
}

interface Named {
  readonly kind: DifferenceKind
  readonly strength: number
  /** The error that was planted there; null where none was. */
  readonly planted: DifferenceKind | null
}

/** What is named as wrong, the likeliest first; with --fixed what the model is surest of. */
function named(images: readonly Planted[]): Named[] {
  const rules = { complete: () => true, seen: () => true, crowds: [], ...(args.fixed ? {} : { certainty: usualCertainty(images) }) }
  const all = images.flatMap((image) =>
    differencesOn(image, rules).map(({ kind, label, guess, strength }): Named => {
      const isGone = guess !== null && image.gone.some(({ box }) => iou(box!, image.guesses[guess]!.box!) >= 0.5)
      return { kind, strength, planted: label !== null ? image.labels[label]!.error : isGone ? 'extra' : null }
    }),
  )
  const labels = images.reduce((sum, image) => sum + image.labels.length, 0)
  const scores = images.flatMap(({ guesses }) => guesses.map(({ score }) => score))
  const likely = args.fixed ? all.map(({ strength }) => strength) : likelihoods(all, { labels, scores })
  const places = all.map((_, i) => i).sort((a, b) => likely[b]! - likely[a]!)
  return places.map((i) => all[i]!)
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

async function main(): Promise<void> {
  const all = await smears()
  const share = Number(args.each) / 100
  const seeds = Array.from({ length: Number(args.seeds) }, (_, i) => i + 1)
  const runs = seeds.map((seed) => {
    const images = plant(all, share, createRandom(`${seed}/errors`))
    const planted = images.flatMap(({ labels, gone }) => [
      ...labels.flatMap(({ error }) => error ?? []),
      ...gone.map(() => 'extra' as const),
    ])
    const list = named(images)
    const precisionAt = (k: number): number => list.slice(0, k).filter((one) => one.planted !== null).length / k
    const byKind = DIFFERENCE_KINDS.map((kind) => {
      const count = planted.filter((one) => one === kind).length
      const ofKind = list.filter((one) => one.kind === kind)
      return {
        ...{ kind, count, named: ofKind.length },
        precision: ofKind.slice(0, count).filter((one) => one.planted !== null).length / Math.max(1, Math.min(count, ofKind.length)),
        found: list.filter((one) => one.planted === kind).length / count,
      }
    })
    return {
      planted: planted.length,
      named: list.length,
      at12: precisionAt(12),
      at25: precisionAt(25),
      atPlanted: precisionAt(planted.length),
      byKind,
    }
  })
  const mean = (of: (run: (typeof runs)[number]) => number): number => Math.round(1000 * meanOf(runs.map(of))) / 1000
  const report = {
    ...{ labels: all.reduce((sum, { labels }) => sum + labels.length, 0), seeds: seeds.length, planted: mean((r) => r.planted) },
    ...{
      named: mean((r) => r.named),
      precisionAt12: mean((r) => r.at12),
      precisionAt25: mean((r) => r.at25),
      precisionAtPlanted: mean((r) => r.atPlanted),
    },
    byKind: DIFFERENCE_KINDS.map((kind, i) => ({
      ...{ kind, planted: mean((r) => r.byKind[i]!.count), named: mean((r) => r.byKind[i]!.named) },
      ...{ precisionAtPlanted: mean((r) => r.byKind[i]!.precision), found: mean((r) => r.byKind[i]!.found) },
    })),
  }
  console.log(JSON.stringify(report, null, 1))
  if (args.json !== undefined) await writeFile(args.json, JSON.stringify(report, null, 1))
}

await main()
