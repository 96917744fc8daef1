// Trains a classifier of malaria cells on all folds of patients but one, and tells the cells of that one: accuracy, sensitivity, specificity and AUC
// with intervals over patients. The held-out fold chooses neither epoch nor threshold; a tenth of the other patients does.
//
//   node bench/train-classification.ts [--preset classifier-lite0|cnn-70] [--folds 5] [--fold 0,1,2,3,4] [--epochs N] [--batch N] [--rate X]
//     [--side 128] [--defaults '{"warmupSteps":30}'] [--network '{"frozenBlocks":3}'] [--cells N] [--seed N] [--flips] [--folder DIR] [--json FILE] [--scores FILE]
//
// --cells: only so many of the cells that are learned from. --folder keeps checkpoints and models, a folder a fold; started again on it, it goes on.
// --scores: what each fold's model says of its validation and its held-out cells, for thresholds.ts.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { JobProgress, JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { type ClassifiedImage, classificationReport } from '#shared/metrics/classification-report.ts'
import { centredScore } from '#shared/metrics/score-midpoints.ts'
import { createRandom } from '#shared/random.ts'
import { jobId } from '#shared/records/ids.ts'
import { load } from '../src/engine/backends/probe.ts'
import { readModelFile } from '../src/engine/data/model-folder.ts'
import { openPredictor } from '../src/engine/inference/open-predictor.ts'
import { rasterSource } from '../src/engine/inference/pixel-source.ts'
import { JobControl } from '../src/engine/jobs/job-control.ts'
import type { ClassificationPreset } from '../src/engine/models/classification-preset.ts'
import { CLASSIFIER } from '../src/engine/models/classifier-lite0/network.ts'
import { createClassifierLite0Preset } from '../src/engine/models/classifier-lite0/preset.ts'
import { findPreset } from '../src/engine/models/registry.ts'
import { runTrainJob } from '../src/engine/training/train-job.ts'
import type { TrainEnvironment } from '../src/engine/training/train-prepare.ts'
import { readRaster } from '../src/imaging/read.ts'
import { type Cell, CELL_CLASSES, cellSample, readCells, type TruthAndScore } from './malaria-cells.ts'

const { values: args } = parseArgs({
  options: {
    preset: { type: 'string', default: 'classifier-lite0' }, folds: { type: 'string', default: '5' }, fold: { type: 'string' },
    epochs: { type: 'string' }, batch: { type: 'string' }, rate: { type: 'string' }, side: { type: 'string' },
    defaults: { type: 'string', default: '{}' }, network: { type: 'string', default: '{}' }, cells: { type: 'string' },
    seed: { type: 'string', default: '0' }, flips: { type: 'boolean', default: false }, folder: { type: 'string' }, json: { type: 'string' }, scores: { type: 'string' },
  },
}) // prettier-ignore

/** Pixels of the longest side of a cell. */
const LONGEST_SIDE = 70

/** The preset with what was overridden on the command line. */
function tunedPreset(): ClassificationPreset {
  const settings = { ...CLASSIFIER, ...(JSON.parse(args.network) as object) }
  const preset = args.preset === 'classifier-lite0' ? createClassifierLite0Preset(settings) : findPreset(args.preset)
  if (preset.task !== 'classification') throw new Error(`${args.preset} is for ${preset.task}`)
  const { augmentation: more, ...rest } = JSON.parse(args.defaults) as { augmentation?: object }
  // The cells are all small: what suits them holds for all.
  const { suited: _, ...forCells } = preset.suited?.(LONGEST_SIDE) ?? preset
  const [height, width] = forCells.inferenceSizes[0]!
  const size = [Number(args.side ?? height), Number(args.side ?? width)] as const
  const augmentation = { ...forCells.defaults.augmentation, ...more, sizes: [size] }
  return { ...forCells, inferenceSizes: [size], defaults: { ...forCells.defaults, ...rest, augmentation } }
}

const preset = tunedPreset()
const environment: TrainEnvironment = {
  preset: () => preset,
  openBackend: async () => {
    await load('tensorflow')
    return { name: 'tensorflow', note: '' }
  },
  workerEntry: new URL('../src/engine/data/worker.ts', import.meta.url),
}

/** Folds of whole patients, of about as many cells each. */
function foldsOf(cells: readonly Cell[], count: number): Cell[][] {
  const folds: Cell[][] = Array.from({ length: count }, () => [])
  for (const patient of createRandom('folds').shuffle([...new Set(cells.map((cell) => cell.patient))].sort())) {
    const least = folds.reduce((a, b) => (b.length < a.length ? b : a))
    least.push(...cells.filter((cell) => cell.patient === patient))
  }
  return folds
}

async function main(): Promise<void> {
  const folds = foldsOf(await readCells(), Number(args.folds))
  const folder = args.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'train-classification-')))
  const told: ClassifiedImage[] = []
  const trainings: unknown[] = []
  const scores: Record<'val' | 'held', TruthAndScore[]>[] = []
  for (const fold of args.fold?.split(',').map(Number) ?? folds.keys()) {
    const others = folds.flatMap((part, i) => (i === fold ? [] : part))
    const patients = createRandom(`fold ${fold}`).shuffle([...new Set(others.map(({ patient }) => patient))])
    const choosing = new Set(patients.slice(0, Math.ceil(patients.length / 10)))
    const learned = createRandom('cells').shuffle(others.filter(({ patient }) => !choosing.has(patient)))
    const train = learned.slice(0, Number(args.cells ?? learned.length))
    const val = others.filter(({ patient }) => choosing.has(patient))
    const begun = performance.now()
    const own = path.join(folder, `fold-${fold}`)
    const { steps, secondsPerStep } = await trainOn(own, { train, val })
    const raw = await tell(path.join(own, 'model'), folds[fold]!, args.flips)
    const { threshold } = await readModelFile(path.join(own, 'model'))
    const held = raw.map((one) => ({ ...one, scores: aboutMiddle(one.scores[1]!, threshold ?? 0.5) }))
    told.push(...held)
    // A training picks its threshold without mirrored looks.
    if (args.scores) scores.push({ val: (await tell(path.join(own, 'model'), val, false)).map(plain), held: raw.map(plain) })
    const cells = { train: train.length, val: val.length, held: held.length }
    const training = { fold, ...cells, steps, secondsPerStep, seconds: Math.round((performance.now() - begun) / 1000), ...figures(held) }
    trainings.push(training)
    console.error(JSON.stringify(training))
  }
  const report = { args, trainings, all: figures(told) }
  console.log(JSON.stringify(report, null, 1))
  if (args.json) await writeFile(args.json, JSON.stringify(report, null, 1))
  if (args.scores) await writeFile(args.scores, JSON.stringify(scores))
}

async function trainOn(folder: string, { train, val }: Record<'train' | 'val', readonly Cell[]>) {
  const samples: JobSamples = {
    ...{ task: 'classification', classes: [...CELL_CLASSES] },
    train: await Promise.all(train.map(cellSample)),
    val: await Promise.all(val.map(cellSample)),
  }
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'samples.json'), JSON.stringify(samples))
  const given = { epochs: args.epochs, batch: args.batch, learningRate: args.rate }
  const settings = Object.fromEntries(Object.entries(given).flatMap(([name, text]) => (text === undefined ? [] : [[name, Number(text)]])))
  const job: TrainJob = {
    ...{ kind: 'train', id: jobId.parse('train-classification'), preset: preset.name, folder, modelFolder: path.join(folder, 'model') },
    ...{ from: null, seed: Number(args.seed), backend: 'tensorflow', settings },
  }
  return await runTrainJob(job, new JobControl(), (event, payload) => { if (event === 'progress') say(payload as JobProgress) }, environment) // prettier-ignore
}

const said = { at: 0 }

function say({ epoch = 0, epochs, step = 0, curves = [], secondsPerStep = 0, secondsLeft }: JobProgress): void {
  const scores = curves.filter(({ name }) => name.startsWith('val/')).map(({ name, value }) => `${name} ${value.toFixed(4)}`)
  if (scores.length === 0 && performance.now() - said.at < 60_000) return
  said.at = performance.now()
  const left = secondsLeft === null ? '' : `${(secondsLeft / 60).toFixed(1)} min left`
  console.error([`${epoch.toFixed(1)}/${epochs ?? '?'}`, `step ${step}`, `${secondsPerStep.toFixed(3)} s/step`, left, ...scores].join(', '))
}

/** The cells with what the model says of them. */
async function tell(modelFolder: string, cells: readonly Cell[], flips: boolean): Promise<ClassifiedImage[]> {
  const predictor = await openPredictor([modelFolder], environment)
  const look = { minScore: 0, flips, mapPlace: null, turn: () => Promise.resolve() }
  const told: ClassifiedImage[] = []
  for (const cell of cells) {
    const sample = await cellSample(cell)
    const { result } = await predictor.predict(rasterSource(await readRaster(cell.file)), sample, look)
    told.push({ id: sample.id, truth: cell.truth, scores: result!.scores!, group: cell.patient })
  }
  await predictor.dispose()
  return told
}

/** The scores of both classes, a threshold of the second one's moved to 0.5, so that cells of several models go into one report. */
function aboutMiddle(score: number, threshold: number): [number, number] {
  const infected = centredScore(score, threshold)
  return [1 - infected, infected]
}

const plain = ({ truth, scores }: ClassifiedImage): TruthAndScore => [truth, scores[1]!]

function figures(images: readonly ClassifiedImage[]) {
  const classes = CELL_CLASSES.map((name) => ({ id: name, name }))
  const { accuracy, sensitivity, specificity, auc, intervals } = classificationReport({ images, classes })
  const { perClass: _, ...told } = intervals
  return { images: images.length, accuracy, sensitivity, specificity, auc, intervals: told }
}

await main()
