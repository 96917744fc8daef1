import { type Preferences } from '../../../src/shared/contracts/app.ts'
import { createRandom } from '../../../src/shared/random.ts'
import { type AnnotationRecord, PLAIN } from '../../../src/shared/records/annotation.ts'
import { type ClassRecord } from '../../../src/shared/records/class.ts'
import { annotationId, classId, imageId, modelId, predictionId, runId } from '../../../src/shared/records/ids.ts'
import { type ImageRecord } from '../../../src/shared/records/image.ts'
import { type ModelRecord, type RunRecord } from '../../../src/shared/records/model.ts'
import { type DecisionRecord, type PredictionRecord } from '../../../src/shared/records/prediction.ts'
import { type RegionRecord } from '../../../src/shared/records/region.ts'
import { type Picture } from './pictures.ts'

export const AT = '2026-03-02T14:02:00.000Z'
export const CLASSES: ClassRecord[] = ['RBC', 'WBC', 'Platelets'].map((name, order) => ({
  id: classId.parse(name.toLowerCase()),
  name,
  color: ['#00ff00', '#3cffff', '#ee007f'][order]!,
  digit: order + 1,
  order,
}))

export interface FakeOptions {
  readonly pictures: readonly Picture[]
  readonly images: number
  /** Share of images that are labelled. */
  readonly labelled: number
  readonly models: number
  readonly longNames: boolean
  readonly readOnly: string
  /** A project is open from the start. */
  readonly open: boolean
  readonly preferences: Partial<Preferences>
}

export interface Content {
  readonly images: Map<string, ImageRecord>
  readonly classes: Map<string, ClassRecord>
  readonly annotations: Map<string, AnnotationRecord>
  readonly decisions: Map<string, DecisionRecord>
  readonly regions: Map<string, RegionRecord>
  readonly predictions: PredictionRecord[]
  readonly models: ModelRecord[]
  readonly runs: RunRecord[]
}

function imageRecord(index: number, { images, labelled, longNames }: FakeOptions): ImageRecord {
  const slide = `S${String(1 + (index % 7)).padStart(3, '0')}`
  const place = String(index + 1).padStart(4, '0')
  const stem = longNames ? `${slide}_2026-03-02_peripheral-blood-smear_MGG_100x-oil_field-of-view` : slide
  const done = index < images * labelled
  return {
    ...{
      id: imageId.parse(`image-${String(index)}`),
      name: `${stem}_${place}.png`,
      relativePath: '',
      absolutePath: `/smears/${place}.png`,
    },
    ...{
      bytes: 4e5,
      sha256: '0'.repeat(64),
      width: 640,
      height: 480,
      bitDepth: 8,
      channels: 3,
      micronsPerPixel: index % 2 === 0 ? 0.1 : null,
      objective: null,
      scannedAt: null,
    },
    ...{ split: index % 10 < 6 ? 'train' : index % 10 < 8 ? 'val' : 'test', group: slide, addedAt: AT },
    state: done ? (index % 5 === 0 ? 'reviewed' : 'done') : index === Math.floor(images * labelled) ? 'in-work' : 'unlabelled',
  }
}

export function contentOf(options: FakeOptions): Content {
  const content: Content = {
    ...{ images: new Map(), classes: new Map(CLASSES.map((one) => [one.id, one])), annotations: new Map(), decisions: new Map() },
    regions: new Map(),
    ...{ predictions: [], models: [], runs: [] },
  }
  for (let m = 0; m < options.models; m++) addModel(content, m)
  const random = createRandom(5)
  for (let i = 0; i < options.images; i++) addImage(content, imageRecord(i, options), options, random)
  return content
}

function addImage(content: Content, image: ImageRecord, { pictures }: FakeOptions, random: ReturnType<typeof createRandom>): void {
  content.images.set(image.id, image)
  const index = Number(image.id.slice('image-'.length))
  const { objects } = pictures[index % pictures.length]!.smear
  for (const [n, { className, box }] of objects.entries()) {
    const ofClass = CLASSES.find(({ name }) => name === className)!.id
    const shape = { type: 'box', ...box } as const
    if (image.state !== 'unlabelled') {
      const id = annotationId.parse(`a-${String(index)}-${String(n)}`)
      content.annotations.set(id, {
        ...{ id, imageId: image.id, classId: ofClass, shape, origin: 'drawn', predictionId: null, ...PLAIN },
        ...{ author: 'Ada', createdAt: AT, updatedAt: AT },
      })
    }
    for (const run of content.runs) {
      if (random.next() < 0.08) continue
      const shift = (): number => (random.next() - 0.5) * 8
      const moved = {
        type: 'box',
        x: box.x + shift(),
        y: box.y + shift(),
        width: box.width + shift() / 2,
        height: box.height + shift() / 2,
      } as const
      const score = Math.round(100 * (1 - random.next() ** 2 * 0.8)) / 100
      content.predictions.push({
        id: predictionId.parse(content.predictions.length + 1),
        runId: run.id,
        imageId: image.id,
        classId: ofClass,
        score,
        shape: moved,
      })
    }
  }
}

function addModel(content: Content, index: number): void {
  const id = modelId.parse(`model-${String(index)}`)
  const createdAt = `2026-03-0${String(index + 1)}T10:00:00.000Z`
  content.models.push({
    ...{
      id,
      name: `cells-lite0 ${String(index + 1)}`,
      task: 'detection',
      preset: 'cells-lite0',
      classes: CLASSES.map(({ id: of, name }) => ({ id: of, name })),
    },
    ...{
      parent: null,
      fold: null,
      settings: {},
      dataHash: '',
      trainImages: 14,
      valImages: 4,
      backend: 'tensorflow',
      epochs: 60,
      seconds: 1300,
    },
    ...{ secondsPerStep: 0.4, best: 0.88 + 0.02 * index, curves: curvesTo(60), metrics: {}, createdAt },
  })
  content.runs.push({
    id: runId.parse(`run-${String(index)}`),
    modelId: id,
    settings: {},
    images: 24,
    objects: 400,
    seconds: 12,
    createdAt,
  })
}

export function curvesTo(epoch: number): { epoch: number; name: string; value: number }[] {
  const noise = createRandom(3)
  return Array.from({ length: epoch * 4 }, (_, i) => (i + 1) / 4).flatMap((at) => {
    const loss = { epoch: at, name: 'loss', value: 2.2 * Math.exp(-at / 14) + 0.25 + noise.next() * 0.12 }
    if (at % 1 !== 0) return [loss]
    const fit = 0.92 * (1 - Math.exp(-at / 10))
    return [
      loss,
      { epoch: at, name: 'val/loss', value: loss.value * 1.15 + 0.05 },
      { epoch: at, name: 'val/ap50', value: fit - noise.next() * 0.03 },
    ]
  })
}
