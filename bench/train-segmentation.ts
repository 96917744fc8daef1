// Trains a segmenter on all folds of a set but one and evaluates it on that one: pixels by class, objects parted by the distances that the
// network tells, by a watershed, and not at all. The held-out fold takes no part in the training: the last weights are evaluated.
//
//   node bench/train-segmentation.ts --data glomeruli|dsb2018|wbc [--preset unet-lite0] [--folds 4] [--fold 0,1] [--steps N] [--epochs N]
//     [--batch N] [--rate X] [--seed N] [--size 256] [--infer 512] [--scale N] [--distance-weight N] [--network '{"frozenBlocks":3}'] [--defaults '{"warmupSteps":30}'] [--images N] [--flips]
//     [--backend tensorflow|wasm] [--folder DIR] [--json FILE]
//
// --folder keeps checkpoints and models, a folder a fold; started again on the same folder, it goes on.
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Found, JobProgress, JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { drawShape, isAreaShape, shapesToLabelMap } from '#shared/masks/draw-shape.ts'
import { createSegmentationReport, type SegmentationReporter } from '#shared/metrics/segmentation-report.ts'
import { jobId } from '#shared/records/ids.ts'
import { load } from '../src/engine/backends/probe.ts'
import { readModelFile } from '../src/engine/data/model-folder.ts'
import { areaModel } from '../src/engine/inference/area-model.ts'
import { openOnnxSession } from '../src/engine/inference/onnx-session.ts'
import { rasterSource } from '../src/engine/inference/pixel-source.ts'
import { lookAtAreas, ObjectGatherer } from '../src/engine/inference/segment.ts'
import { JobControl } from '../src/engine/jobs/job-control.ts'
import { findPreset } from '../src/engine/models/registry.ts'
import { UNET_LITE0 } from '../src/engine/models/unet-lite0/network.ts'
import { createUnetLite0Preset } from '../src/engine/models/unet-lite0/preset.ts'
import { areaFacts, type SegmentationPreset } from '../src/engine/models/segmentation-preset.ts'
import { segmentationTask } from '../src/engine/tasks/segmentation.ts'
import { runTrainJob } from '../src/engine/training/train-job.ts'
import { readRaster } from '../src/imaging/read.ts'
import { type DatasetName, foldsOf, readDataset, type Sample } from './segmentation-samples.ts'

const { values: args } = parseArgs({
  options: {
    data: { type: 'string', default: 'glomeruli' }, preset: { type: 'string', default: 'unet-lite0' }, folds: { type: 'string', default: '4' },
    fold: { type: 'string', default: '0' }, steps: { type: 'string' }, epochs: { type: 'string' }, batch: { type: 'string' },
    rate: { type: 'string' }, seed: { type: 'string', default: '0' }, size: { type: 'string' }, infer: { type: 'string' },
    scale: { type: 'string' }, 'distance-weight': { type: 'string' }, network: { type: 'string' }, defaults: { type: 'string' }, images: { type: 'string' }, flips: { type: 'boolean', default: false },
    backend: { type: 'string' }, folder: { type: 'string' }, json: { type: 'string' },
  },
}) // prettier-ignore

const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))

/** The preset with what was overridden on the command line. */
function tunedPreset(): SegmentationPreset {
  const { 'distance-weight': weight, network } = args
  const settings = { ...UNET_LITE0, ...(JSON.parse(network ?? '{}') as object) }
  const preset = args.preset === 'unet-lite0' ? createUnetLite0Preset(settings, number(weight)) : findPreset(args.preset)
  if (preset.task !== 'segmentation') throw new Error(`${args.preset} is for ${preset.task}`)
  const { augmentation: more, ...rest } = JSON.parse(args.defaults ?? '{}') as { augmentation?: object }
  const sizes = args.size ? { sizes: [[Number(args.size), Number(args.size)] as const] } : {}
  const augmentation = { ...preset.defaults.augmentation, ...more, ...sizes }
  const steps = args.steps ? { epochs: 1, leastSteps: Number(args.steps) } : {}
  return {
    ...preset,
    defaults: { ...preset.defaults, ...steps, ...rest, augmentation },
    pixelsPerInput: number(args.scale) ?? preset.pixelsPerInput,
    inferenceSizes: args.infer ? [[Number(args.infer), Number(args.infer)]] : preset.inferenceSizes,
  }
}

/** Ways to tell objects apart, by name. */
const PARTS = {
  'distances 0.08': { by: 'distances', depth: 0.08 },
  'distances 0.15': { by: 'distances', depth: 0.15 },
  'distances 0.25': { by: 'distances', depth: 0.25 },
  necks: { by: 'necks' },
  none: null,
} as const
/** As the product predicts: parted by its own rule, objects of a score of 0.5 or more. */
const PRODUCT = 'predicted'
const WAYS = Object.keys(PARTS) as Part[]
type Part = keyof typeof PARTS
type Reports = ReadonlyMap<Part | typeof PRODUCT, SegmentationReporter>

async function main(): Promise<void> {
  const preset = tunedPreset()
  const { classes, samples } = await readDataset(args.data as DatasetName, number(args.images) ?? Infinity)
  const folds = foldsOf(samples, Number(args.folds), 0)
  const folder = args.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'train-segmentation-')))
  const all = [{ id: 'background', name: 'background' }, ...classes.map((name) => ({ id: name, name }))]
  const reports: Reports = new Map(
    [PRODUCT, ...WAYS].map((part) => [part as Part, createSegmentationReport({ classes: all, resamples: 200 })]),
  )
  const trainings: unknown[] = []
  for (const fold of args.fold.split(',').map(Number)) {
    const others = folds.flatMap((part, i) => (i === fold ? [] : part.map(({ sample }) => sample)))
    // Of many images some choose the epoch and the score that counts; the held-out fold chooses nothing.
    const chooses = (i: number): boolean => others.length >= 60 && i % 8 === 0
    const [train, val] = [others.filter((_, i) => !chooses(i)), others.filter((_, i) => chooses(i))]
    const held = folds[fold]!.map(({ sample }) => sample)
    const { modelFolder, ...training } = await trainOn(preset, { task: 'segmentation', classes: [...classes], train, val }, folder, fold)
    const milliseconds = await evaluate(preset, modelFolder, held, reports)
    trainings.push({ fold, train: train.length, val: val.length, held: held.length, ...training, millisecondsPerImage: milliseconds })
    console.error(JSON.stringify({ fold, ...figures(reports) }))
  }
  const report = { args, trainings, ...figures(reports) }
  console.log(JSON.stringify(report, null, 1))
  if (args.json) await writeFile(args.json, JSON.stringify(report, null, 1))
}

async function trainOn(preset: SegmentationPreset, samples: JobSamples, parent: string, fold: number) {
  const folder = path.join(parent, `fold-${fold}`)
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'samples.json'), JSON.stringify(samples))
  const given = { epochs: number(args.epochs), batch: number(args.batch), learningRate: number(args.rate) }
  const job: TrainJob = {
    kind: 'train',
    id: jobId.parse('train-segmentation'),
    preset: preset.name,
    folder,
    modelFolder: path.join(folder, 'model'),
    from: null,
    seed: Number(args.seed),
    backend: (args.backend ?? null) as TrainJob['backend'],
    settings: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  }
  const { steps, secondsPerStep, waitingShare, backend, onnxDifference, notes } = await runTrainJob(
    job,
    new JobControl(),
    (event, payload) => { if (event === 'progress') say(payload as JobProgress) },
    {
      preset: () => preset,
      openBackend: async (name) => { await load(name ?? 'tensorflow'); return { name: name ?? 'tensorflow', note: '' } },
      workerEntry: new URL('../src/engine/data/worker.ts', import.meta.url),
    },
  ) // prettier-ignore
  const { settings } = await readModelFile(job.modelFolder)
  const facts = areaFacts.parse(settings['areas'])
  return { modelFolder: job.modelFolder, steps, secondsPerStep, waitingShare, backend, onnxDifference, notes, facts }
}

const said = { at: 0 }

function say({ state, epoch = 0, epochs, step = 0, curves = [], secondsPerStep = 0, secondsLeft }: JobProgress): void {
  if (performance.now() - said.at < 20_000) return
  said.at = performance.now()
  const loss = curves.findLast(({ name }) => name === 'loss')?.value
  const left = secondsLeft === null ? '' : `, ${(secondsLeft / 60).toFixed(1)} min left`
  console.error(
    `${state} ${epoch.toFixed(1)}/${epochs ?? '?'}, step ${step}, ${secondsPerStep.toFixed(2)} s/step${left}, loss ${loss?.toFixed(3) ?? ''}`,
  )
}

/** Adds the held-out images to the reports; gives milliseconds an image, as the product predicts. */
async function evaluate(preset: SegmentationPreset, modelFolder: string, held: readonly Sample[], reports: Reports): Promise<number> {
  const file = await readModelFile(modelFolder)
  const { classes, settings } = file
  const { pixelsPerInput, neckDepth, leastAreas } = areaFacts.parse(settings['areas'])
  const session = await openOnnxSession(await readFile(path.join(modelFolder, 'model.onnx')))
  const model = areaModel(preset, session, classes.length, pixelsPerInput)
  const predictor = segmentationTask(preset).predictor([{ file, session }])
  let spent = 0
  for (const sample of held) {
    const source = rasterSource(await readRaster(sample.path))
    const look = { flips: args.flips, turn: () => Promise.resolve() }
    const begun = performance.now()
    const { found } = await predictor.predict(source, sample, { ...look, minScore: 0.5, mapPlace: null })
    spent += performance.now() - begun
    addTo(reports.get(PRODUCT)!, sample, found)
    const gatherers = WAYS.filter((part) => part === 'necks' || part === 'none' || preset.distances).map((by) => {
      const options = { classes: classes.length, shares: model.shares, leastAreas, part: PARTS[by] && { depth: neckDepth, ...PARTS[by] } }
      return { by, gatherer: new ObjectGatherer(options) }
    })
    await lookAtAreas([model], classes.length, source, look, (row) => { for (const { gatherer } of gatherers) gatherer.add(row) }) // prettier-ignore
    for (const { by, gatherer } of gatherers) addTo(reports.get(by)!, sample, gatherer.objects(0))
  }
  await session.dispose()
  return Math.round(spent / held.length)
}

function addTo(report: SegmentationReporter, { id, width, height, labels }: Sample, found: readonly Found[]): void {
  const region = { x: 0, y: 0, width, height }
  const areas = (shapes: readonly { readonly shape: Found['shape'] }[]) =>
    shapes.flatMap(({ shape }) => (isAreaShape(shape) ? [shape] : []))
  const map = (shapes: readonly { readonly shape: Found['shape']; readonly classIndex: number }[]): Uint8Array => {
    const out = new Uint8Array(width * height)
    for (const { shape, classIndex } of shapes) if (isAreaShape(shape)) drawShape(shape, out, region, classIndex + 1)
    return out
  }
  report.add(
    { id },
    {
      width,
      height,
      truth: map(labels),
      predicted: map(found),
      truthInstances: shapesToLabelMap(areas(labels), region),
      predictedInstances: shapesToLabelMap(areas(found), region),
      scores: new Map(found.map(({ score }, i) => [i + 1, score])),
    },
  )
}

function figures(reports: Reports): Record<string, unknown> {
  const rounded = (x: number | null | undefined): number | null => (x == null ? null : Math.round(x * 10_000) / 10_000)
  const told = [...reports].flatMap(([part, reporter]) => {
    const { images, dice, jaccard, perClass, objects, perImage, intervals } = reporter.report()
    if (images === 0) return []
    const byClass = Object.entries(perClass).map(([name, one]): [string, number | null] => [name, rounded(one.dice)])
    const worst = [...perImage].sort((a, b) => (a.dice ?? 1) - (b.dice ?? 1)).slice(0, 3)
    const { ap50, ap, pq, aji, cocoAp50 } = objects ?? {}
    const counts = { ap50: rounded(ap50), ap: rounded(ap), pq: rounded(pq), aji: rounded(aji), cocoAp50: rounded(cocoAp50) }
    const entry = {
      images,
      dice: rounded(dice),
      interval: intervals.dice,
      jaccard: rounded(jaccard),
      byClass: Object.fromEntries(byClass),
      ...counts,
      worst,
    }
    return [[part, entry] as const]
  })
  return Object.fromEntries(told)
}

await main()
