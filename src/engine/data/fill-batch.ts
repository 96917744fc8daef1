import type { Raster } from '../../imaging/raster.ts'
import type { Truth } from '../models/preset.ts'
import { augmentFrame } from './augment.ts'
import { type SharedRaster, shareRaster, viewRaster } from './raster-store.ts'
import type { Canvas } from './resample.ts'
import { unknownTruth } from './truth.ts'
import type { BatchReply, BatchTask, SampleTask, WorkerSettings } from './worker-protocol.ts'

/** Reads what a sample is made of; injected so that tests need no files. */
export type RasterReader = (path: string, sample: Pick<SampleTask, 'width' | 'height' | 'window'>) => Promise<Raster>

/**
 * Fills one batch: decodes what is not decoded yet, varies every sample and writes it to its place. An image that cannot be read takes its
 * place as the fill colour with nothing to be learned from it, and the other samples stay what they were.
 */
export async function fillBatch(task: BatchTask, settings: WorkerSettings, read: RasterReader): Promise<BatchReply> {
  const decoded = new Map<number, SharedRaster>()
  const broken = new Map<number, string>()
  const truths: Truth[] = []
  for (const [place, sample] of task.samples.entries()) {
    const canvas = canvasOf(task, place, settings.channels)
    try {
      const raster = sample.raster ?? decoded.get(sample.image) ?? (await decode(sample, read))
      if (!sample.raster) decoded.set(sample.image, raster)
      truths.push(fillPlace(sample, viewRaster(raster), canvas, settings))
    } catch (thrown) {
      broken.set(sample.image, thrown instanceof Error ? thrown.message : String(thrown))
      truths.push(fillBroken(canvas, settings))
    }
  }
  return {
    index: task.index,
    truths,
    decoded: [...decoded].map(([image, raster]) => ({ image, raster })),
    broken: [...broken].map(([image, why]) => ({ image, why })),
    failure: null,
  }
}

async function decode(sample: SampleTask, read: RasterReader): Promise<SharedRaster> {
  return shareRaster(await read(sample.path, sample))
}

function canvasOf(task: BatchTask, place: number, channels: number): Canvas {
  const { height, width } = task
  return { data: new Float32Array(task.pixels), offset: place * height * width * channels, height, width, channels }
}

function fillPlace(sample: SampleTask, raster: Raster, canvas: Canvas, settings: WorkerSettings): Truth {
  const { region, labels, regions } = sample
  if (raster.width !== sample.width || raster.height !== sample.height)
    throw new Error(`is ${raster.width} x ${raster.height} pixels now, but was ${sample.width} x ${sample.height} when it was labelled`)
  return augmentFrame({ raster, region, labels, regions }, canvas, settings, sample.seed)
}

function fillBroken({ data, offset, height, width, channels }: Canvas, { fill, truth }: WorkerSettings): Truth {
  for (let i = 0; i < height * width; i++) for (let c = 0; c < channels; c++) data[offset + i * channels + c] = fill[c]!
  return unknownTruth(truth, [height, width])
}
