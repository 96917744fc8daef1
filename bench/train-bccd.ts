// Trains a detector on the official BCCD training list and evaluates it on the validation list, at each inference size alone and all together.
//
//   node bench/train-bccd.ts [--preset cells-lite0] [--epochs N] [--batch N] [--rate X] [--seed N] [--sizes 288x384,384x512]
//     [--infer 384x512,352x448] [--network '{"strides":[8,16]}'] [--defaults '{"warmupSteps":30}'] [--images N] [--patience N]
//     [--backend tensorflow|wasm] [--folder DIR] [--from MODEL] [--weights FILE] [--json FILE] [--evaluate MODEL]
//
// Sizes are height x width. --folder keeps checkpoints and model; started again on the same folder, it goes on.
// --evaluate trains nothing: it scores a model folder that an earlier training left.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Found, JobProgress, JobSamples, TrainJob } from '#shared/contracts/job.ts'
import { evaluateCoco } from '#shared/metrics/coco-ap.ts'
import { countAgreement, countPairs } from '#shared/metrics/counts.ts'
import type { Key } from '#shared/metrics/detection-records.ts'
import { jobId } from '#shared/records/ids.ts'
import { load } from '../src/engine/backends/probe.ts'
import { JobControl } from '../src/engine/jobs/job-control.ts'
import { readModelFile, readModelWeights } from '../src/engine/data/model-folder.ts'
import { boxLabels } from '../src/engine/data/truth.ts'
import { detectObjects } from '../src/engine/inference/detect.ts'
import { detectionTask } from '../src/engine/tasks/detection.ts'
import { exportOnnx } from '../src/engine/inference/onnx-export.ts'
import { openOnnxSession } from '../src/engine/inference/onnx-session.ts'
import { rasterSource } from '../src/engine/inference/pixel-source.ts'
import { createCellsLite0Preset } from '../src/engine/models/cells-lite0/preset.ts'
import { CELL_DETECTOR } from '../src/engine/models/cells-lite0/settings.ts'
import type { DetectionPreset } from '../src/engine/models/detection-preset.ts'
import { createSsd300Preset } from '../src/engine/models/ssd300/preset.ts'
import { runTrainJob } from '../src/engine/training/train-job.ts'
import { readRaster } from '../src/imaging/read.ts'
import { bccdFolder, readBccd } from './bccd-samples.ts'

type Size = readonly [number, number]

const { values: args } = parseArgs({
  options: {
    preset: { type: 'string', default: 'cells-lite0' }, epochs: { type: 'string' }, batch: { type: 'string' }, rate: { type: 'string' },
    seed: { type: 'string', default: '0' }, sizes: { type: 'string' }, infer: { type: 'string' }, network: { type: 'string' },
    defaults: { type: 'string' }, images: { type: 'string' }, patience: { type: 'string' }, backend: { type: 'string' },
    folder: { type: 'string' }, from: { type: 'string' }, weights: { type: 'string' }, json: { type: 'string' },
    evaluate: { type: 'string' },
  },
}) // prettier-ignore

const sizesOf = (text: string): Size[] => text.split(',').map((size) => size.split('x').map(Number) as unknown as Size)

/** The preset with what was overridden on the command line. */
function tunedPreset(): DetectionPreset {
  const settings = { ...CELL_DETECTOR, ...(JSON.parse(args.network ?? '{}') as object) }
  const preset = args.preset === 'ssd300-vgg16' ? createSsd300Preset() : createCellsLite0Preset(settings)
  const { augmentation: more, ...rest } = JSON.parse(args.defaults ?? '{}') as { augmentation?: object }
  const augmentation = { ...preset.defaults.augmentation, ...more, ...(args.sizes ? { sizes: sizesOf(args.sizes) } : {}) }
  const inferenceSizes = args.infer ? sizesOf(args.infer) : preset.inferenceSizes
  return { ...preset, inferenceSizes, defaults: { ...preset.defaults, ...rest, augmentation } }
}

async function main(): Promise<void> {
  const preset = tunedPreset()
  const samples = await readBccd(bccdFolder(), args.images === undefined ? Infinity : Number(args.images))
  if (args.evaluate !== undefined) return console.log(JSON.stringify(await evaluate(preset, args.evaluate, samples), null, 1))
  const folder = args.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'train-bccd-')))
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'samples.json'), JSON.stringify(samples))
  const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))
  const given = {
    epochs: number(args.epochs),
    batch: number(args.batch),
    learningRate: number(args.rate),
    patience: number(args.patience),
    weightFile: args.weights,
  }
  const job: TrainJob = {
    kind: 'train',
    id: jobId.parse('train-bccd'),
    preset: preset.name,
    folder,
    modelFolder: path.join(folder, 'model'),
    from: args.from ?? null,
    seed: Number(args.seed),
    backend: (args.backend ?? null) as TrainJob['backend'],
    settings: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  }
  const workerEntry = new URL('../src/engine/data/worker.ts', import.meta.url)
  const result = await runTrainJob(job, new JobControl(), (event, payload) => { if (event === 'progress') say(payload as JobProgress) }, {
    preset: () => preset,
    openBackend: async (name) => { await load(name ?? 'tensorflow'); return { name: name ?? 'tensorflow', note: '' } },
    workerEntry,
  }) // prettier-ignore
  const { curves: _, ...training } = result
  const scores = await evaluate(preset, job.modelFolder, samples)
  const report = { preset: preset.name, args, training, scores }
  console.log(JSON.stringify(report, null, 1))
  if (args.json) await writeFile(args.json, JSON.stringify({ ...report, curves: result.curves }, null, 1))
}

const said = { epoch: -1, state: '' }

function say(progress: JobProgress): void {
  const { state, epoch = 0, epochs, step, curves = [], secondsPerStep = 0, waitingShare = 0, secondsLeft } = progress
  const scores = curves.filter(({ name }) => name.startsWith('val/')).map(({ name, value }) => `${name} ${value.toFixed(3)}`)
  const whole = Math.floor(epoch)
  if (scores.length === 0 && whole === said.epoch && state === said.state) return
  Object.assign(said, { epoch: whole, state })
  const loss = curves.findLast(({ name }) => name === 'loss')?.value
  const parts = [
    `${state} ${epoch.toFixed(1)}/${epochs ?? '?'}`,
    `step ${step ?? 0}`,
    `${secondsPerStep.toFixed(2)} s/step`,
    `waiting ${(waitingShare * 100).toFixed(1)} %`,
  ]
  if (secondsLeft !== null) parts.push(`${(secondsLeft / 60).toFixed(1)} min left`)
  if (loss !== undefined) parts.push(`loss ${loss.toFixed(3)}`)
  console.error([...parts, ...scores].join(', '))
}

/** AP50, AP, and recall and counts from a score of 0.5 on, on the validation list: each inference size alone by the net's own scores, then as a prediction has it: all sizes, scores told, without and with mirrored looks (`predict --flips`). */
async function evaluate(preset: DetectionPreset, modelFolder: string, { classes, val }: JobSamples): Promise<Record<string, unknown>> {
  const network = preset.network(classes.length)
  const model = await readModelFile(modelFolder)
  const { frame } = model
  const weights = await readModelWeights(modelFolder, model, network)
  const session = await openOnnxSession(exportOnnx(network, weights))
  const passes: Found[][][] = preset.inferenceSizes.map(() => [])
  const begun = performance.now()
  for (const { path: file } of val) {
    const source = rasterSource(await readRaster(file))
    for (const [i, size] of preset.inferenceSizes.entries())
      passes[i]!.push(await detectObjects(session, preset, source, { minScore: 0.02, frame, sizes: [size] }))
  }
  const milliseconds = (performance.now() - begun) / val.length / passes.length
  const predictor = detectionTask(preset).predictor([{ file: model, session }])
  const predicted: { once: Found[][]; mirrored: Found[][] } = { once: [], mirrored: [] }
  for (const { path: file, ...image } of val) {
    const source = rasterSource(await readRaster(file))
    for (const [name, flips] of [
      ['once', false],
      ['mirrored', true],
    ] as const) {
      const options = { minScore: 0.02, flips, mapPlace: null, turn: () => Promise.resolve() }
      predicted[name].push((await predictor.predict(source, { path: file, ...image }, options)).found)
    }
  }
  await session.dispose()
  const alone = preset.inferenceSizes.map(([h, w], i): [string, unknown] => [`${h}x${w}`, scoresOf(passes[i]!, val, classes)])
  return {
    ...Object.fromEntries(alone),
    predicted: scoresOf(predicted.once, val, classes),
    mirrored: scoresOf(predicted.mirrored, val, classes),
    millisecondsPerPass: Math.round(milliseconds),
  }
}

function scoresOf(found: readonly (readonly Found[])[], val: JobSamples['val'], classes: readonly string[]): unknown {
  const truths = val.flatMap(({ labels }, imageId) =>
    boxLabels(labels).map(({ box, classIndex }) => ({ imageId, classId: classIndex, box })),
  )
  const predictions = found.flatMap((boxes, imageId) =>
    boxes.flatMap(({ shape, classIndex, score }) => (shape.type === 'box' ? [{ imageId, classId: classIndex, box: shape, score }] : [])),
  )
  const { summary, perClass } = evaluateCoco(truths, predictions)
  const atHalf = evaluateCoco(truths, predictions.filter(({ score }) => score >= 0.5)) // prettier-ignore
  const recall = (id: unknown): number => atHalf.perClass.find(({ classId }) => classId === id)?.recallAt50 ?? 0
  const rounded = (x: number): number => Math.round(x * 10_000) / 10_000
  const images = [...val.keys()]
  const counts = (classId: Key): unknown => {
    const { annotatedTotal, countedTotal, r2, bias } = countAgreement(countPairs(truths, predictions, { images, classId, score: 0.5 }))
    return {
      annotated: annotatedTotal,
      counted: countedTotal,
      r2: r2 === null ? null : rounded(r2),
      bias: bias === null ? null : rounded(bias),
    }
  }
  const byClass = perClass.map(({ classId, ap50, ap }): [string, unknown] => [
    classes[Number(classId)]!,
    { ap50: rounded(ap50), ap: rounded(ap), recallAtHalf: rounded(recall(classId)), countsAtHalf: counts(classId) },
  ])
  return { ap50: rounded(summary.ap50), ap: rounded(summary.ap), ...Object.fromEntries(byClass) }
}

await main()
