// A large image from file to masks: a synthetic slide of cells is made (tile by tile, seeded), the strong segmenter learns briefly from patches of
// the same kind of tissue, and an engine of its own predicts the slide. Tells seconds, tiles a second, the engine's peak memory (VmHWM, Linux), the
// share that was glass, and the objects found against those drawn. --kill: the engine is killed on the way and started again; the result is
// compared with that of an unbroken prediction. --image: another image or slide beside.
//
//   node bench/large-image.ts [--side 20000] [--seed 1] [--steps 150] [--folder DIR] [--kill 0.5] [--image FILE]... [--no-tissue] [--json FILE]
//
// --folder keeps the slide, its pyramid and the model for another time; the folder for `side` 20000 takes some 0.5 GB.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import type { JobProgress, JobSample, PredictedImage, PredictJob } from '#shared/contracts/job.ts'
import { must } from '#shared/assert.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { imageId, jobId } from '#shared/records/ids.ts'
import { load } from '../src/engine/backends/probe.ts'
import { JobControl } from '../src/engine/jobs/job-control.ts'
import { findPreset } from '../src/engine/models/registry.ts'
import { runTrainJob } from '../src/engine/training/train-job.ts'
import { openImageSource } from '../src/imaging/slides/open-source.ts'
import { EngineSupervisor } from '../src/main/engine/supervisor.ts'
import { type Cell, insideCell, SyntheticSlide, writeSlide } from './synthetic-slide.ts'

const { values: args } = parseArgs({
  options: {
    side: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' }, steps: { type: 'string', default: '150' },
    folder: { type: 'string' }, kill: { type: 'string' }, image: { type: 'string', multiple: true, default: [] },
    tissue: { type: 'boolean', default: true }, json: { type: 'string' },
  },
  allowNegative: true,
}) // prettier-ignore

async function main(): Promise<void> {
  const [side, seed] = [Number(args.side), Number(args.seed)]
  const folder = args.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'large-image-')))
  await mkdir(folder, { recursive: true })
  const slide = new SyntheticSlide(side, seed)
  const file = path.join(folder, `slide-${side}-${seed}.tif`)
  if (!existsSync(file)) await timed('made the slide', () => writeSlide(slide, side, file))
  const modelFolder = path.join(folder, 'model')
  if (!existsSync(modelFolder)) await timed('trained the model', () => trainModel(folder, modelFolder))
  const drawn = slide.cellsIn({ x: 0, y: 0, width: side, height: side }, 0).length
  const reports: unknown[] = [{ drawn, megabytes: Math.round((await stat(file)).size / 2 ** 20), ...(await measured(file, folder)) }]
  if (args.kill !== undefined) reports.push(await killed(file, folder, Number(args.kill)))
  for (const other of args.image) reports.push(await measured(other, folder))
  console.log(JSON.stringify(reports, null, 1))
  if (args.json) await writeFile(args.json, JSON.stringify(reports, null, 1))
  if (args.folder === undefined) await rm(folder, { recursive: true })
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const since = performance.now()
  const result = await work()
  console.error(`${what} in ${((performance.now() - since) / 1000).toFixed(1)} s`)
  return result
}

const PATCHES = 24
const PATCH = 512

/** Learns from patches of other tissue (another seed) than is predicted. */
async function trainModel(folder: string, modelFolder: string): Promise<void> {
  const [jobFolder, images] = [path.join(folder, 'job'), path.join(folder, 'patches')]
  await mkdir(images, { recursive: true })
  await mkdir(jobFolder, { recursive: true })
  const train: JobSample[] = []
  const tissue = new SyntheticSlide(PATCHES * PATCH, Number(args.seed) + 1000)
  for (let i = 0; i < PATCHES; i++) train.push(await patch(tissue, i, images))
  await writeFile(path.join(jobFolder, 'samples.json'), JSON.stringify({ task: 'segmentation', classes: ['nucleus'], train, val: [] }))
  const preset = findPreset('unet-lite0')
  if (preset.task !== 'segmentation') throw new Error('unet-lite0 is for segmentation')
  // At the slide's own pixels: by itself the preset would magnify such small nuclei, and have four times as many tiles.
  const brief = { ...preset, pixelsPerInput: 1, defaults: { ...preset.defaults, epochs: 1, leastSteps: Number(args.steps) } }
  await runTrainJob(
    { kind: 'train', id: jobId.parse('large-image'), preset: preset.name, folder: jobFolder, modelFolder, from: null, seed: 1, backend: 'tensorflow', settings: {} },
    new JobControl(),
    (event, payload) => { if (event === 'progress') say('training', payload as JobProgress) },
    {
      preset: () => brief,
      openBackend: async () => { await load('tensorflow'); return { name: 'tensorflow', note: '' } },
      workerEntry: new URL('../src/engine/data/worker.ts', import.meta.url),
    },
  ) // prettier-ignore
}

async function patch(tissue: SyntheticSlide, index: number, folder: string): Promise<JobSample> {
  const region = { x: index * PATCH, y: ((index * 7) % PATCHES) * PATCH, width: PATCH, height: PATCH }
  const file = path.join(folder, `${index}.png`)
  await sharp(tissue.pixels(region), { raw: { width: PATCH, height: PATCH, channels: 3 } })
    .png()
    .toFile(file)
  const labels = tissue.cellsIn(region).flatMap((cell) => {
    const shape = cellMask(cell, region.x, region.y)
    return shape === null ? [] : [{ shape, classIndex: 0, ignore: false }]
  })
  return { id: imageId.parse(`patch-${index}`), path: file, width: PATCH, height: PATCH, labels }
}

/** The cell's pixels in a patch that begins at (left, top). */
function cellMask(cell: Cell, left: number, top: number) {
  const reach = Math.ceil(Math.max(cell.a, cell.b)) + 1
  const mask = maskOfSpans((sink) => {
    for (let y = Math.max(top, Math.floor(cell.y) - reach); y < Math.min(top + PATCH, cell.y + reach); y++)
      for (let x = Math.max(left, Math.floor(cell.x) - reach); x < Math.min(left + PATCH, cell.x + reach); x++)
        if (insideCell(cell, x + 0.5, y + 0.5) > 0) sink(y - top, x - left, x - left + 1)
  })
  return maskOf(mask)
}

const said = { at: 0 }

function say(what: string, { fraction, secondsLeft, tile, tiles, step }: JobProgress): void {
  if (performance.now() - said.at < 20_000) return
  said.at = performance.now()
  const left = secondsLeft === null ? '' : `, ${(secondsLeft / 60).toFixed(1)} min left`
  const place = tiles === undefined ? `step ${step ?? 0}` : `tile ${tile} of ${tiles}`
  console.error(`${what}: ${(100 * fraction).toFixed(1)} %, ${place}${left}, load ${os.loadavg()[0]!.toFixed(1)}`)
}

interface Outcome {
  readonly predicted: PredictedImage
  readonly seconds: number
  readonly tiles: number
  /** Of the engine that used most, MiB; null where the system does not tell. */
  readonly peakMebibytes: number | null
  readonly restarts: number
}

/** Predicts in an engine process, as the program does. `kill`: at this share of the tiles the engine is killed once. */
async function predict(file: string, folder: string, run: string, kill = Infinity): Promise<Outcome> {
  const source = await openImageSource(file, { cacheFolder: path.join(folder, 'cache') })
  const { width, height } = source
  await source.close()
  const mapFolder = path.join(folder, run)
  await mkdir(mapFolder, { recursive: true })
  const job: PredictJob = {
    ...{ kind: 'predict', id: jobId.parse(run), modelFolders: [path.join(folder, 'model')], minScore: 0.3, mapFolder, flips: false },
    images: [{ id: imageId.parse('slide'), path: path.resolve(file), width, height }],
    ...{ tissueOnly: args.tissue, cacheFolder: path.join(folder, 'cache') },
  }
  const entry = path.join(import.meta.dirname, '..', 'src', 'engine', 'index.ts')
  const supervisor = new EngineSupervisor({ execPath: process.execPath, entry })
  const told = { predicted: [] as PredictedImage[], tiles: 0, peak: 0, restarts: 0, killed: false }
  const watch = setInterval(() => void peakOf(supervisor.pid).then((peak) => (told.peak = Math.max(told.peak, peak))), 500)
  const since = performance.now()
  const handle = supervisor.start(job, {
    onProgress: (progress) => {
      say(run, progress)
      told.tiles = progress.tiles ?? told.tiles
      if (told.killed || (progress.tile ?? 0) < kill * told.tiles || supervisor.pid === undefined) return
      told.killed = true
      process.kill(supervisor.pid, 'SIGKILL')
    },
    onPredicted: (image) => told.predicted.push(image),
    onRestart: () => told.restarts++,
  })
  const result = await handle.done
  const seconds = (performance.now() - since) / 1000
  clearInterval(watch)
  await supervisor.stop()
  if (result.kind === 'predict' && result.skipped.length > 0) throw new Error(JSON.stringify(result.skipped))
  const predicted = must(told.predicted[0], 'the image was predicted')
  return { predicted, seconds, tiles: told.tiles, peakMebibytes: told.peak === 0 ? null : told.peak, restarts: told.restarts }
}

async function peakOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024)
}

async function measured(file: string, folder: string) {
  const cacheFolder = path.join(folder, 'cache')
  const since = performance.now()
  const source = await openImageSource(file, { cacheFolder })
  const opening = (performance.now() - since) / 1000
  const { width, height, levels, facts } = source
  await source.close()
  const run = `run-${path.parse(file).name}`
  const outcome = await predict(file, folder, run)
  const { found, result } = outcome.predicted
  const tiles = found.reduce((sum, { shape }) => sum + (shape.type === 'mask' ? shape.tiles.length : 0), 0)
  return {
    ...{ file: path.basename(file), width, height, levels: levels.length, reader: facts.reader },
    ...{ secondsToOpen: opening, seconds: outcome.seconds, tiles: outcome.tiles, tilesPerSecond: outcome.tiles / outcome.seconds },
    ...{
      megapixelsPerSecond: (width * height) / 1e6 / outcome.seconds,
      peakMebibytes: outcome.peakMebibytes,
      glass: result?.glass ?? null,
    },
    ...{ objects: found.length, maskTiles: tiles, messageMegabytes: JSON.stringify(outcome.predicted).length / 1e6 },
    maps: result?.maps.map(({ kind, width: w, height: h }) => `${kind} ${w} x ${h}`),
    load: os.loadavg().map((load1) => Number(load1.toFixed(1))),
  }
}

/** The same with a kill on the way. */
async function killed(file: string, folder: string, at: number) {
  const whole = await predict(file, folder, 'whole')
  const broken = await predict(file, folder, 'broken', at)
  const maps = async (run: string) =>
    Promise.all((await readdir(path.join(folder, run))).sort().map(async (name) => hashOf(await readFile(path.join(folder, run, name)))))
  return {
    killedAt: at,
    restarts: broken.restarts,
    seconds: { whole: whole.seconds, broken: broken.seconds },
    sameObjects: hashOf(JSON.stringify(whole.predicted)) === hashOf(JSON.stringify(broken.predicted)),
    sameMaps: (await maps('whole')).join() === (await maps('broken')).join(),
    unfinishedLeft: (await readdir(path.join(folder, 'cache', 'unfinished')).catch(() => [])).length,
  }
}

const hashOf = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex')

await main()
