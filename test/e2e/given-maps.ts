import { mkdirSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { modelId, newId, runId, type ClassId, type ImageId, type RunId } from '#shared/records/ids.ts'
import { type ResultMap } from '#shared/records/prediction.ts'
import { type Shape } from '#shared/records/shape.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { drawnLabel } from './given-label.ts'
import { type SmearFile } from './home.ts'

/** An area as a test wants it, of a class by its place. */
export interface GivenArea {
  readonly classIndex: number
  readonly shape: Shape
}

/** A map as a test wants it: the value at each place of its grid, 0 to 255. */
export interface GivenMap extends Pick<ResultMap, 'kind' | 'width' | 'height'> {
  readonly classIndex?: number
  readonly valueAt: (x: number, y: number) => number
}

export interface GivenMaps {
  readonly task: 'segmentation' | 'anomaly'
  readonly classes: readonly string[]
  readonly metrics: Readonly<Record<string, unknown>>
  readonly truth: readonly GivenArea[]
  readonly found: readonly GivenArea[]
  readonly maps: readonly GivenMap[]
}

/** Makes a project with one image that a model has looked at already: its areas, its maps, and what was labelled. No engine is needed. */
export async function projectWithMaps(folder: string, file: SmearFile, given: GivenMaps): Promise<void> {
  const bench = await Workbench.create({ folder, task: given.task, classes: given.classes }, 'Test')
  try {
    await bench.import({ paths: [file.path] })
    const image = bench.images()[0]!.id
    const classes = bench.classes().map(({ id }) => id)
    const run = runId.parse(newId())
    label(bench, image, classes, given.truth)
    addRun(bench, { run, image, classes, given, maps: await drawMaps(path.join(bench.project.paths.runs, run), image, given.maps) })
  } finally {
    await bench.close()
  }
}

function label(bench: Workbench, imageId: ImageId, classes: readonly ClassId[], truth: readonly GivenArea[]): void {
  const annotations = truth.map(({ classIndex, shape }) => drawnLabel({ imageId, classId: classes[classIndex]!, shape }))
  bench.edit({ label: 'Outline', put: { annotations }, remove: {} })
}

async function drawMaps(folder: string, image: ImageId, maps: readonly GivenMap[]): Promise<ResultMap[]> {
  mkdirSync(folder, { recursive: true })
  return Promise.all(
    maps.map(async ({ kind, width, height, classIndex = null, valueAt }, place) => {
      const data = Uint8Array.from({ length: width * height }, (_, i) => valueAt(i % width, Math.floor(i / width)))
      const file = `${image}.${String(place)}.png`
      await sharp(data, { raw: { width, height, channels: 1 } })
        .toColourspace('b-w')
        .png()
        .toFile(path.join(folder, file))
      return { kind, file, classIndex, width, height }
    }),
  )
}

interface GivenRun {
  readonly run: RunId
  readonly image: ImageId
  readonly classes: readonly ClassId[]
  readonly given: GivenMaps
  readonly maps: readonly ResultMap[]
}

function addRun(bench: Workbench, { run, image, classes, given, maps }: GivenRun): void {
  const { db } = bench.project
  const id = modelId.parse(newId())
  const createdAt = new Date().toISOString()
  db.putModel({
    ...{
      id,
      name: 'given model 1',
      task: given.task,
      preset: 'given',
      classes: db.classes().map((record) => ({ id: record.id, name: record.name })),
    },
    ...{ parent: null, fold: null, settings: {}, dataHash: '', author: '', objects: null, origin: null },
    ...{ trainImages: 1, valImages: 1, backend: 'tensorflow', epochs: 1, seconds: 1 },
    ...{ secondsPerStep: 1, best: 0.5, curves: [], metrics: { ...given.metrics }, createdAt },
  })
  const found = given.found.map(({ classIndex, shape }) => ({ imageId: image, classId: classes[classIndex]!, score: 0.9, shape }))
  const record = { id: run, modelId: id, settings: {}, images: 1, objects: found.length, seconds: 1, createdAt }
  const anomaly = given.task === 'anomaly' ? 2 : null
  db.addRun(record, [image], found, [{ imageId: image, scores: null, anomaly, maps: [...maps] }])
}
