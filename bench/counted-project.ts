// A made project with labels, regions and a run's predictions on images that are not there: for benches of counts and reports.
import { createRandom } from '#shared/random.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { annotationId, imageId, modelId, newId, regionId, runId, type RunId } from '#shared/records/ids.ts'
import { type ImageRecord, NO_ORIGIN, SIZE_OF_FILE } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { ProjectDatabase } from '../src/main/project/database.ts'

const AT = '2026-01-01T00:00:00.000Z'
const SIDE = 2000

export interface Filled {
  readonly images: number
  /** On each image. */
  readonly objects: number
  /** A picture that all images show; left out: there is none. */
  readonly file?: string
}

/** Half of the objects of an image are labels, half predictions of the run, which it gives. Fields of ten slides, every tenth one done. */
export function fillProject(db: ProjectDatabase, { images, objects, file }: Filled): RunId {
  const random = createRandom(5)
  const classes = db.classes()
  const outline = (): Shape => {
    const [x, y, radius] = [random.uniform(30, SIDE - 30), random.uniform(30, SIDE - 30), random.uniform(6, 20)]
    const corner = (k: number): number => (k % 2 === 0 ? x + radius * Math.cos((Math.PI * k) / 24) : y + radius * Math.sin((Math.PI * (k - 1)) / 24)) // prettier-ignore
    return { type: 'polygon', rings: [Array.from({ length: 48 }, (_, k) => corner(k))] }
  }
  const records = Array.from({ length: images }, (_, i) => imageOf(i, file))
  const label = (image: ImageRecord, i: number): AnnotationRecord => ({
    ...{ id: annotationId.parse(newId()), imageId: image.id, classId: classes[i % classes.length]!.id, shape: outline() },
    ...{ origin: 'drawn', predictionId: null, ...PLAIN, author: 'Bench', createdAt: AT, updatedAt: AT },
  })
  const half = Math.floor(objects / 2)
  for (let from = 0; from < images; from += 100) {
    const own = records.slice(from, from + 100)
    const annotations = own.flatMap((image) => Array.from({ length: half }, (_, i) => label(image, i)))
    const regions = own.map((image) => ({
      ...{ id: regionId.parse(newId()), imageId: image.id, shape: { type: 'box' as const, x: 100, y: 100, width: 800, height: 900 } },
      ...{ name: '', fullyLabelled: true, author: 'Bench', createdAt: AT, updatedAt: AT },
    }))
    db.commit({ label: 'Import', put: { images: own, annotations, regions }, remove: {} })
  }
  const [model, run] = [modelId.parse(newId()), runId.parse(newId())]
  db.putModel({
    ...{ id: model, name: 'made', task: db.task, preset: 'unet', classes: classes.map(({ id, name }) => ({ id, name })), parent: null },
    ...{ settings: {}, dataHash: '', author: '', objects: null, origin: null },
    ...{ trainImages: 1, valImages: 1, fold: null, backend: 'none', epochs: 1, seconds: 1, secondsPerStep: 1 },
    ...{ best: null, curves: [], metrics: {}, createdAt: AT },
  })
  const found = records.flatMap((image) =>
    Array.from({ length: objects - half }, (_, i) => ({
      ...{ imageId: image.id, classId: classes[i % classes.length]!.id, score: random.uniform(0.05, 1), shape: outline() },
    })),
  )
  const record = { id: run, modelId: model, settings: {}, images, objects: found.length, seconds: 1, createdAt: AT }
  db.addRun(record, records.map(({ id }) => id), found) // prettier-ignore
  return run
}

/** One of its images. */
export function imageOf(i: number, file?: string): ImageRecord {
  const name = `field_${String(i).padStart(4, '0')}.png`
  return {
    ...{ id: imageId.parse(newId()), name, relativePath: `../${name}`, absolutePath: file ?? `/nowhere/${name}`, bytes: 1 },
    ...{ sha256: i.toString(16).padStart(64, '0'), width: SIDE, height: SIDE, bitDepth: 8, channels: 3, micronsPerPixel: 0.5 },
    ...{ objective: 20, scannedAt: null, split: null, group: `slide ${String(i % 10)}`, state: i % 10 === 0 ? 'done' : 'in-work' },
    ...SIZE_OF_FILE,
    ...NO_ORIGIN,
    addedAt: AT,
  }
}
