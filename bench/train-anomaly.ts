// Trains on uninfected malaria cells alone and tells infected from uninfected cells of other patients.
//
//   node bench/train-anomaly.ts [--preset patch-memory-lite0|autoencoder-128] [--normals 1500] [--val 100] [--test 450] [--patients 60]
//     [--epochs N] [--batch N] [--seed N] [--memory '{"most":5000}'] [--size 160] [--flips] [--backend tensorflow|wasm] [--folder DIR]
//     [--maps N] [--json FILE]
//
// --normals: cells learned from. --val, --test: cells of each kind, of 30 and of --patients other patients. --folder keeps checkpoints, model and
// maps; a learned preset that is started again on the same folder goes on. --maps: so many infected cells are drawn beside their maps.
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import type { JobProgress, JobSample, JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { createAnomalyReport } from '#shared/metrics/anomaly-report.ts'
import { areaUnderRoc, createRanking } from '#shared/metrics/classification-curves.ts'
import { createRandom } from '#shared/random.ts'
import { jobId } from '#shared/records/ids.ts'
import { load } from '../src/engine/backends/probe.ts'
import { readModelFile } from '../src/engine/data/model-folder.ts'
import { openPredictor } from '../src/engine/inference/open-predictor.ts'
import { rasterSource } from '../src/engine/inference/pixel-source.ts'
import { JobControl } from '../src/engine/jobs/job-control.ts'
import type { AnyPreset } from '../src/engine/models/any-preset.ts'
import { createPatchMemoryLite0Preset, PATCH_MEMORY } from '../src/engine/models/patch-memory-lite0/preset.ts'
import { findPreset } from '../src/engine/models/registry.ts'
import { runTrainJob } from '../src/engine/training/train-job.ts'
import type { TrainEnvironment } from '../src/engine/training/train-prepare.ts'
import { readRaster } from '../src/imaging/read.ts'
import { CELL_CLASSES, type Cell, cellSample, readCells } from './malaria-cells.ts'

const { values: args } = parseArgs({
  options: {
    preset: { type: 'string', default: 'patch-memory-lite0' }, normals: { type: 'string', default: '1500' },
    val: { type: 'string', default: '100' }, test: { type: 'string', default: '450' }, patients: { type: 'string', default: '60' },
    epochs: { type: 'string' }, batch: { type: 'string' }, seed: { type: 'string', default: '1' }, memory: { type: 'string' },
    size: { type: 'string' }, flips: { type: 'boolean', default: false }, backend: { type: 'string' }, folder: { type: 'string' },
    maps: { type: 'string', default: '0' }, json: { type: 'string' },
  },
}) // prettier-ignore

const VALIDATION_PATIENTS = 30

interface Split {
  readonly samples: JobSamples
  readonly test: readonly (JobSample & { readonly patient: string })[]
}

async function splitCells(): Promise<Split> {
  const cells = await readCells()
  const random = createRandom(Number(args.seed))
  const patients = random.shuffle([...new Set(cells.map(({ patient }) => patient))].sort())
  const testing = new Set(patients.slice(0, Number(args.patients)))
  const validating = new Set(patients.slice(Number(args.patients), Number(args.patients) + VALIDATION_PATIENTS))
  const some = (among: (patient: string) => boolean, kind: number, count: number): Cell[] =>
    random.shuffle(cells.filter((cell) => cell.truth === kind && among(cell.patient))).slice(0, count)
  const both = (of: Set<string>, count: number): Cell[] => [0, 1].flatMap((kind) => some((patient) => of.has(patient), kind, count))
  const train = some((patient) => !testing.has(patient) && !validating.has(patient), 0, Number(args.normals))
  const test = both(testing, Number(args.test))
  return {
    samples: {
      ...{ task: 'anomaly', classes: [...CELL_CLASSES] },
      train: await Promise.all(train.map(cellSample)),
      val: await Promise.all(both(validating, Number(args.val)).map(cellSample)),
    },
    test: await Promise.all(test.map(async (cell) => ({ ...(await cellSample(cell)), patient: cell.patient }))),
  }
}

/** The preset with what was overridden on the command line. */
function tunedPreset(): AnyPreset {
  const preset = findPreset(args.preset)
  if (preset.kind === 'learned') return preset
  const tuned = createPatchMemoryLite0Preset({ ...PATCH_MEMORY, ...(JSON.parse(args.memory ?? '{}') as object) })
  const side = Number(args.size)
  return args.size === undefined ? tuned : { ...tuned, suited: () => ({ ...tuned, inferenceSizes: [[side, side]] }) }
}

async function main(): Promise<void> {
  const preset = tunedPreset()
  const { samples, test } = await splitCells()
  const folder = args.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'train-anomaly-')))
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'samples.json'), JSON.stringify(samples))
  const number = (text: string | undefined) => (text === undefined ? {} : Number(text))
  const settings = { ...(args.epochs ? { epochs: number(args.epochs) } : {}), ...(args.batch ? { batch: number(args.batch) } : {}) }
  const job = {
    ...{ kind: 'train', id: jobId.parse('train-anomaly'), preset: preset.name, folder, modelFolder: path.join(folder, 'model') },
    ...{ from: null, seed: Number(args.seed), backend: args.backend ?? null, settings },
  } as TrainJob
  const environment: TrainEnvironment = {
    preset: () => preset,
    openBackend: async (name) => { await load(name ?? 'tensorflow'); return { name: name ?? 'tensorflow', note: '' } }, // prettier-ignore
    workerEntry: new URL('../src/engine/data/worker.ts', import.meta.url),
  }
  const { curves, ...training } = await runTrainJob(job, new JobControl(), (event, payload) => { if (event === 'progress') say(payload as JobProgress) }, environment) // prettier-ignore
  const figures = await evaluate(job.modelFolder, path.join(folder, 'maps'), test, environment)
  const report = { args, train: samples.train.length, val: samples.val.length, training, ...figures }
  console.log(JSON.stringify(report, null, 1))
  if (args.json) await writeFile(args.json, JSON.stringify({ ...report, curves }, null, 1))
}

const said = { at: -1 }

function say({ state, fraction, step, secondsLeft, curves = [] }: JobProgress): void {
  const scores = curves.filter(({ name }) => name.startsWith('val/')).map(({ name, value }) => `${name} ${value.toFixed(4)}`)
  if (scores.length === 0 && Math.floor(fraction * 20) === said.at) return
  said.at = Math.floor(fraction * 20)
  const left = secondsLeft === null ? '?' : `${(secondsLeft / 60).toFixed(1)} min`
  console.error([`${state} ${(100 * fraction).toFixed(0)} %`, `step ${step ?? 0}`, `${left} left`, ...scores].join(', '))
}

/** Figures on the test cells, and how other ways to make an image's score from its map would tell them apart. */
async function evaluate(modelFolder: string, maps: string, test: Split['test'], environment: TrainEnvironment) {
  await mkdir(maps, { recursive: true })
  const { threshold } = await readModelFile(modelFolder)
  const predictor = await openPredictor([modelFolder], environment)
  const report = createAnomalyReport({ threshold: threshold ?? 0 })
  const others = new Map<string, number[]>(Object.keys(SCORES).map((name) => [name, []]))
  let drawn = 0
  let milliseconds = 0
  for (const image of test) {
    const source = rasterSource(await readRaster(image.path))
    const mapPlace = (name: string, ending = 'png') => {
      const file = `${image.id}.${name}.${ending}`
      return { file, path: path.join(maps, file) }
    }
    const begun = performance.now()
    const { result } = await predictor.predict(source, image, { minScore: 0.5, flips: args.flips, mapPlace, turn: () => Promise.resolve() })
    milliseconds += (performance.now() - begun) / test.length
    const anomalous = image.labels[0]?.classIndex === 1
    report.add({ id: image.id, anomalous, score: result?.anomaly ?? 0, group: image.patient })
    const values = toFloats(await readFile(path.join(maps, `${image.id}.values.f32`)))
    for (const [name, score] of Object.entries(SCORES)) others.get(name)!.push(score(values))
    if (anomalous && drawn < Number(args.maps)) await drawBeside(image.path, path.join(maps, `${image.id}.heat.png`), path.join(maps, `beside-${drawn++}.png`)) // prettier-ignore
  }
  await predictor.dispose()
  const { imageAuroc, averagePrecision, sensitivity, specificity, accuracy, bestThreshold, intervals } = report.report()
  const truth = Uint8Array.from(test, ({ labels }) => labels[0]?.classIndex ?? 0)
  const byScore = [...others].map(([name, scores]) => [name, areaUnderRoc(createRanking(scores, truth)())] as const)
  return {
    ...{ test: test.length, imageAuroc, interval: intervals.imageAuroc, averagePrecision, threshold, sensitivity, specificity, accuracy },
    ...{ bestThreshold, aurocByMapScore: Object.fromEntries(byScore), millisecondsPerImage: Math.round(milliseconds) },
  }
}

const topMean =
  (share: number) =>
  (values: Float32Array): number => {
    const count = Math.max(1, Math.round(share * values.length))
    return values.slice().sort().subarray(values.length - count).reduce((a, b) => a + b, 0) / count // prettier-ignore
  }

const SCORES: Readonly<Record<string, (values: Float32Array) => number>> = {
  'share above 0': (values) => values.reduce((above, value) => above + Number(value > 0), 0) / values.length,
  sum: topMean(1),
  'top 10 %': topMean(0.1),
  'top 3 %': topMean(0.03),
  'top 1 %': topMean(0.01),
  highest: topMean(0),
}

function toFloats(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))
}

/** The cell and its map, eight times enlarged. */
async function drawBeside(cell: string, heat: string, to: string): Promise<void> {
  const large = (file: string) => sharp(file).resize({ width: 320, height: 320, fit: 'fill', kernel: 'nearest' }).toColourspace('srgb').png().toBuffer() // prettier-ignore
  const [left, right] = [await large(cell), await large(heat)]
  const both = [{ input: left, left: 0, top: 0 }, { input: right, left: 330, top: 0 }] // prettier-ignore
  await sharp({ create: { width: 650, height: 320, channels: 3, background: '#ffffff' } }).composite(both).png().toFile(to) // prettier-ignore
}

await main()
