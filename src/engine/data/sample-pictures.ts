import path from 'node:path'
import { must } from '#shared/assert.ts'
import type { SamplePicture, SamplePictures } from '#shared/contracts/sample-pictures.ts'
import type { StainFacts } from '#shared/stains/stain-facts.ts'
import type { SamplePicturesAsked } from '../jobs/engine-service.ts'
import type { Raster } from '../../imaging/raster.ts'
import { sharpOf } from '../../imaging/sharp-of.ts'
import { tilesFor, typicalFrame } from '../inference/detect.ts'
import { inputSizeOf } from '../inference/patch-look.ts'
import type { AnyPreset } from '../models/any-preset.ts'
import { type Augmentation, IGNORED, type Truth, type TruthKind } from '../models/preset.ts'
import type { Network } from '../nn/network.ts'
import { normalImages } from '../tasks/anomaly.ts'
import { engineTask } from '../tasks/registry.ts'
import { learnedSamples } from '../training/learned-samples.ts'
import { trainFrames, trainImages, trainSizes, wrongTask } from '../training/training-setup.ts'
import { augmentFrame } from './augment.ts'
import type { TrainFrame, TrainImage } from './batch-pipeline.ts'
import { planEpoch, type PlannedBatch } from './batch-plan.ts'
import { learnedStainOf } from './stains/learned-stain.ts'
import { type Readable, sampleReader } from './windows/read-sample.ts'

/** Longer side of a picture at most, pixels: it is shown small. */
const MOST_SIDE = 320
/** Samples that are taken from one batch at least: batches differ in the size of their input. */
const EACH = 4

/** What a training makes its samples of, and how. */
interface Source {
  readonly images: readonly TrainImage[]
  readonly frames: readonly TrainFrame[]
  /** Null: nothing is varied. */
  readonly augmentation: Augmentation | null
  readonly sizes: readonly (readonly [number, number])[]
  readonly truth: TruthKind
  readonly network: Network
  readonly batch: number
  /** The colours that images are moved to; null: they keep their own. */
  readonly stain: StainFacts | null
}

/** A sample of the plan. */
interface Planned {
  readonly frame: number
  readonly seed: string
  readonly height: number
  readonly width: number
}

type PainterRead = (file: string, sample: Readable) => Promise<Raster>

/** Draws the samples that a training would learn from, by the very code that makes them there. */
export class SamplePainter {
  readonly #preset: (name: string) => AnyPreset
  readonly #read: PainterRead | null
  /** What was read last: looking at other samples of the same training reads its list once. */
  #last: { readonly key: string; readonly source: Source } | null = null

  constructor(preset: (name: string) => AnyPreset, read: PainterRead | null = null) {
    this.#preset = preset
    this.#read = read
  }

  /**
   * The samples that begin epoch `epoch` of a training on the list in `folder` with this preset, seed and batch: some of each of its first batches.
   *
   * @throws AppError `no-samples`, `no-training-images`, `unknown-preset` or `wrong-task`.
   */
  async paint(asked: SamplePicturesAsked): Promise<SamplePictures> {
    const source = await this.#source(asked)
    const samples: SamplePicture[] = []
    const broken = new Map<string, string>()
    const read = this.#read ?? sampleReader({ cacheFolder: asked.cacheFolder, stain: source.stain })
    const rasters = new Map<TrainImage, Promise<Raster>>()
    for (const planned of plannedSamples(source, asked)) {
      const image = must(source.images[must(source.frames[planned.frame], 'a planned frame').image], 'a frame names an image')
      const raster = rasters.get(image) ?? read(image.path, image)
      rasters.set(image, raster)
      try {
        samples.push(await drawn(source, planned, await raster, asked.colors))
      } catch (thrown) {
        broken.set(path.basename(image.path), thrown instanceof Error ? thrown.message : String(thrown))
      }
    }
    return { varied: source.augmentation !== null, samples, broken: [...broken].map(([name, why]) => ({ name, why })) }
  }

  async #source({ preset: name, folder, cacheFolder, stain }: SamplePicturesAsked): Promise<Source> {
    const preset = this.#preset(name)
    const { samples, hash } = await learnedSamples(folder, { cacheFolder })
    if (samples.task !== preset.task) throw wrongTask(preset, samples.task)
    const key = `${name} ${hash} ${stain ?? 'none'}`
    if (this.#last?.key === key) return this.#last.source
    const learned = await learnedStainOf(stain, samples.train, folder, { cacheFolder })
    const source = { ...sourceOf(preset, trainImages(samples), samples.classes.length), stain: learned?.target ?? null }
    this.#last = { key, source }
    return source
  }
}

function sourceOf(preset: AnyPreset, all: readonly TrainImage[], classes: number): Omit<Source, 'stain'> {
  if (preset.kind === 'fitted') return plainSource(preset, all)
  const suited = engineTask(preset).suited?.(all) ?? preset
  const task = engineTask(suited)
  const frame = task.frame(all)
  const { augmentation, batch } = suited.defaults
  return {
    images: all,
    frames: task.frames?.(all, frame) ?? trainFrames(all, frame),
    augmentation,
    sizes: trainSizes(augmentation),
    truth: task.truth,
    network: suited.network(classes),
    batch,
  }
}

/** A fitted preset looks at normal images as they are. */
function plainSource(preset: Extract<AnyPreset, { kind: 'fitted' }>, all: readonly TrainImage[]): Omit<Source, 'stain'> {
  const images = normalImages(all)
  const frame = typicalFrame(images.length > 0 ? images : all) ?? { width: 1, height: 1 }
  const suited = preset.suited(Math.max(frame.width, frame.height))
  return {
    images,
    frames: images.flatMap((size, image) => tilesFor(size, frame).map((region) => ({ image, region }))),
    augmentation: null,
    sizes: [inputSizeOf(suited)],
    truth: 'label',
    network: suited.network(),
    batch: EACH,
  }
}

function plannedSamples({ frames, sizes, batch: own }: Source, { seed, epoch, batch, count }: SamplePicturesAsked): Planned[] {
  if (frames.length === 0) return []
  const batches = planEpoch({ frames: frames.length, batch: batch ?? own, seed, sizes }, epoch)
  const each = Math.max(EACH, Math.ceil(count / batches.length))
  const some = ({ samples, height, width }: PlannedBatch): Planned[] =>
    samples.slice(0, each).map((sample) => ({ ...sample, height, width }))
  return batches
    .slice(0, Math.ceil(count / EACH))
    .flatMap(some)
    .slice(0, count)
}

/** Nothing is turned, cut or coloured. */
const AS_IT_IS: Omit<Augmentation, 'sizes'> = {
  ...{ flips: false, quarterTurns: false, iouCrops: false, minVisible: 0, photometric: 'none', blur: 0, noise: 0 },
  ...{ zoomIn: { probability: 0, max: 1 }, zoomOut: { probability: 0, max: 1 } },
}

async function drawn(source: Source, planned: Planned, raster: Raster, colors: readonly string[]): Promise<SamplePicture> {
  const { image, region } = must(source.frames[planned.frame], 'a planned frame')
  const { labels, regions, path: file } = must(source.images[image], 'a frame names an image')
  const { channels, normalization } = source.network
  const { height, width, seed } = planned
  const canvas = { data: new Float32Array(height * width * channels), offset: 0, height, width, channels }
  const fill = Array.from({ length: channels }, (_, channel) => normalization.mean[channel] ?? normalization.mean[0] ?? 127)
  const augmentation = source.augmentation ?? { ...AS_IT_IS, sizes: source.sizes }
  const truth = augmentFrame({ raster, region, labels, regions }, canvas, { augmentation, truth: source.truth, fill }, seed)
  const seen: Raster = { width, height, channels: channels === 1 ? 1 : 3, data: new Uint8Array(Uint8ClampedArray.from(canvas.data).buffer) }
  const picture = await encoded(outlined(seen, truth, colors))
  return { picture, width, height, ...said(truth), name: path.basename(file) }
}

async function encoded(raster: Raster): Promise<string> {
  const resized = sharpOf(raster).resize({ width: MOST_SIDE, height: MOST_SIDE, fit: 'inside', withoutEnlargement: true })
  const bytes = await resized.webp({ quality: 84 }).toBuffer()
  return `data:image/webp;base64,${bytes.toString('base64')}`
}

function said(truth: Truth): Pick<SamplePicture, 'boxes' | 'classIndex'> {
  const labels = truth.kind === 'boxes' ? truth.labels.filter(({ ignore }) => !ignore) : []
  const classIndex = truth.kind === 'label' && truth.classIndex >= 0 ? truth.classIndex : null
  return { boxes: labels.map(({ box, classIndex: of }) => ({ classIndex: of, ...box })), classIndex }
}

/** Areas of a sample as lines of their class's colour in it, wide enough to be seen when it is made smaller. */
function outlined(raster: Raster, truth: Truth, colors: readonly string[]): Raster {
  if (truth.kind !== 'areas' && truth.kind !== 'objects') return raster
  const { width, height, channels } = raster
  const { classes } = truth
  const data =
    channels === 3 ? raster.data.slice() : Uint8Array.from({ length: 3 * width * height }, (_, i) => raster.data[Math.floor(i / 3)]!)
  const reach = Math.max(1, Math.round(Math.max(width, height) / 100))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = classes[y * width + x]!
      if (value === 0 || value === IGNORED || !atEdge(classes, value, x, y, { width, height, reach })) continue
      const color = Number.parseInt((colors[value - 1] ?? '#ffffff').slice(1), 16)
      data.set([color >> 16, (color >> 8) & 255, color & 255], 3 * (y * width + x))
    }
  return { width, height, channels: 3, data }
}

function atEdge(
  classes: Uint8Array,
  value: number,
  x: number,
  y: number,
  { width, height, reach }: { readonly width: number; readonly height: number; readonly reach: number },
): boolean {
  const other = (ax: number, ay: number): boolean => {
    if (ax < 0 || ay < 0 || ax >= width || ay >= height) return false
    const there = classes[ay * width + ax]!
    return there !== value && there !== IGNORED
  }
  return other(x - reach, y) || other(x + reach, y) || other(x, y - reach) || other(x, y + reach)
}
