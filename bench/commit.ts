// How long a box edit takes until it is on the disk: commit of one moved box, undo, and what else the window waits for, on projects with
// 5,000 and 100,000 annotations. The first line tells what an fsync alone costs on this disk.
// Use: node bench/commit.ts [edits, 2000] [folder for the projects, the system's temporary one]
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom } from '#shared/random.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import type { BoxShape } from '#shared/records/shape.ts'
import { annotationId, imageId, modelId, runId } from '#shared/records/ids.ts'
import { createProject } from '../src/main/project/create.ts'
import type { ProjectDatabase } from '../src/main/project/database.ts'
import { plainImage } from './plain-image.ts'

const AT = '2026-01-01T00:00:00.000Z'
const random = createRandom(5)
const edits = Number(process.argv[2] ?? 2000)
const parent = mkdtempSync(path.join(process.argv[3] ?? tmpdir(), 'slidewright-bench-'))

interface Spread {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly most: number
}

function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]! * 100) / 100
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) }
}

function timed(count: number, task: (i: number) => void): Spread {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const started = performance.now()
    task(i)
    times.push(performance.now() - started)
  }
  return spread(times)
}

function seconds(task: () => unknown): number {
  const started = performance.now()
  task()
  return Math.round(performance.now() - started) / 1000
}

/** 4 kB written and synced: the least that any durable commit costs here. */
function fsyncAlone(): Spread {
  const file = openSync(path.join(parent, 'fsync'), 'w')
  const page = Buffer.alloc(4096, 1)
  const result = timed(Math.min(edits, 500), () => {
    writeSync(file, page)
    fsyncSync(file)
  })
  closeSync(file)
  return result
}

async function filled(annotations: number): Promise<ProjectDatabase> {
  const project = await createProject(path.join(parent, `p${annotations}`), { task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] })
  const images = Array.from({ length: Math.max(1, annotations / 250) }, (_, i) => plainImage(`image-${i}`, { width: 2000, height: 2000 }))
  project.commit({ label: 'Images', put: { images }, remove: {} })
  const classes = project.classes()
  const boxes = Array.from({ length: annotations }, (_, i) => newBox(`box-${i}`, images[i % images.length]!.id, random.pick(classes).id))
  for (let from = 0; from < boxes.length; from += 5000)
    project.commit({ label: 'Import', put: { annotations: boxes.slice(from, from + 5000) }, remove: {} })
  return project
}

const newBox = (id: string, onImage: AnnotationRecord['imageId'], ofClass: AnnotationRecord['classId']): AnnotationRecord => ({
  id: annotationId.parse(id),
  imageId: onImage,
  classId: ofClass,
  shape: { type: 'box', x: random.uniform(0, 1900), y: random.uniform(0, 1900), width: 60, height: 60 },
  origin: 'drawn',
  predictionId: null,
  ...PLAIN,
  author: 'bench',
  createdAt: AT,
  updatedAt: AT,
})

function jobs(project: ProjectDatabase): Record<string, number> {
  const model = modelId.parse('m')
  const none = {
    parent: null,
    fold: null,
    settings: {},
    dataHash: '',
    ...{ author: '', objects: null, origin: null },
    trainImages: 0,
    valImages: 0,
    epochs: 0,
    seconds: 0,
    secondsPerStep: 0,
    best: null,
  }
  project.putModel({
    id: model,
    name: 'm',
    task: 'detection',
    preset: 'p',
    classes: [],
    ...none,
    backend: '',
    curves: [],
    metrics: {},
    createdAt: AT,
  })
  const run = { id: runId.parse('r'), modelId: model, settings: {}, images: 0, objects: 0, seconds: 0, createdAt: AT }
  const [images, classes] = [project.images(), project.classes()]
  const found = Array.from({ length: 100_000 }, (_, i) => {
    const { imageId: onImage, classId: ofClass, shape } = newBox('x', images[i % images.length]!.id, classes[i % 3]!.id)
    return { imageId: onImage, classId: ofClass, score: random.next(), shape }
  })
  return {
    add100000Predictions: seconds(() => project.addRun(run, [], found)),
    predictionsOfOneImage: seconds(() => project.predictionsOf(images[0]!.id, run.id)),
    predictionCounts: seconds(() => project.predictionCounts({ runId: run.id, score: 0.5 })),
    acceptTenThousand: seconds(() => {
      const predictions = project.predictionsAbove({ runId: run.id, score: 0.9, undecided: true })
      return project.decide({ predictions, kind: 'accept', to: null }, 'bench')
    }),
    undoThat: seconds(() => project.undo()),
  }
}

function boxOf({ shape }: AnnotationRecord): BoxShape {
  if (shape.type !== 'box') throw new Error('this project holds boxes alone')
  return shape
}

async function measure(annotations: number): Promise<void> {
  const project = await filled(annotations)
  const boxes = project.annotations()
  const moved = (i: number): AnnotationRecord => {
    const record = boxes[(i * 7919) % boxes.length]!
    return { ...record, shape: { ...boxOf(record), x: random.uniform(0, 1900) } }
  }
  const commit = timed(edits, (i) => project.commit({ label: 'Move box', put: { annotations: [moved(i)] }, remove: {} }))
  const undo = timed(Math.min(edits, 500), () => project.undo())
  const redo = timed(Math.min(edits, 500), () => project.redo())
  const reads = {
    annotationsOfOneImage: timed(200, () => project.annotationsOf(imageId.parse('image-0'))),
    counts: timed(20, () => project.counts()),
    snapshot: timed(20, () => project.snapshot()),
  }
  console.log(JSON.stringify({ annotations, ms: { commit, undo, redo, ...reads }, seconds: jobs(project) }, null, 2))
  await project.close()
}

try {
  console.log(JSON.stringify({ edits, fsyncOf4kB: fsyncAlone() }))
  for (const annotations of [5_000, 100_000]) await measure(annotations)
} finally {
  rmSync(parent, { recursive: true, force: true })
}
