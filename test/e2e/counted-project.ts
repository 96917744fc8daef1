import { modelId, newId, regionId, runId } from '#shared/records/ids.ts'
import { createRandom } from '#shared/random.ts'
import { type Shape } from '#shared/records/shape.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { drawnLabel } from './given-label.ts'
import { givenModel } from './given-run.ts'
import { type Home, makeHome, type SmearFile, writeVoc } from './home.ts'
import { projectFolder, type Session, startApp } from './session.ts'

const AT = '2026-03-01T10:00:00.000Z'

/** A segmentation of calibrated fields of two patients: labels, a region, a ruler, and a run whose predictions are partly decided on. */
export async function countedProject(folder: string, files: readonly SmearFile[]): Promise<void> {
  const classes = ['Tumor: Positive', 'Tumor: Negative', 'Stroma']
  const bench = await Workbench.create({ folder, task: 'segmentation', classes }, 'Ada')
  try {
    await bench.import({ paths: files.map(({ path }) => path) })
    const { db } = bench.project
    const random = createRandom(7)
    const ids = db.classes().map(({ id }) => id)
    const circle = (width: number, height: number): Shape => {
      const [radius, x, y] = [random.uniform(5, 16), random.uniform(20, width - 20), random.uniform(20, height - 20)]
      return { type: 'ellipse', cx: x, cy: y, width: 2 * radius, height: 2 * radius * random.uniform(0.6, 1), angle: 30 }
    }
    const images = db.images().map((image, i) => ({
      ...{ ...image, micronsPerPixel: 0.5, group: i < 2 ? 'Patient 1' : 'Patient 2' },
      ...{ state: i === 0 ? ('done' as const) : ('in-work' as const), split: i === 2 ? ('test' as const) : ('train' as const) },
    }))
    const label = (imageId: (typeof images)[number]['id'], shape: Shape, at: number) =>
      drawnLabel({ imageId, classId: ids[at]!, shape, author: 'Ada', createdAt: AT, updatedAt: AT })
    const annotations = images.flatMap(({ id, width, height }, i) =>
      Array.from({ length: 12 - 3 * i }, (_, k) => label(id, circle(width, height), k % 3 === 0 ? 0 : 1)),
    )
    const ruler = label(images[0]!.id, { type: 'ruler', points: [10, 20, 70, 100] }, 2)
    const region = { type: 'box' as const, x: 20, y: 20, width: 150, height: 120 }
    const regions = [
      {
        ...{ id: regionId.parse(newId()), imageId: images[0]!.id, shape: region, name: 'Hot spot', fullyLabelled: true },
        ...{ author: 'Ada', createdAt: AT, updatedAt: AT },
      },
    ]
    db.commit({ label: 'Test', put: { images, annotations: [...annotations, ruler], regions }, remove: {} })
    const [model, run] = [modelId.parse(newId()), runId.parse(newId())]
    db.putModel({ ...givenModel(model, 'segmentation', db.classes()), metrics: { dice: 0.8812, jaccard: 0.7901 } })
    const found = images.flatMap(({ id, width, height }) =>
      Array.from({ length: 10 }, (_, k) => ({
        imageId: id,
        classId: ids[k % 3]!,
        score: random.uniform(0.2, 1),
        shape: circle(width, height),
      })),
    )
    const record = { id: run, modelId: model, settings: {}, images: images.length, objects: found.length, seconds: 1, createdAt: AT }
    const made = db.addRun(record, images.map(({ id }) => id), found) // prettier-ignore
    bench.decide({ predictions: [made[10]!], kind: 'reject', to: null })
    bench.decide({ predictions: [made[11]!], kind: 'accept', to: null })
  } finally {
    await bench.close()
  }
}

/** That project in the window, with three fields. */
export async function startCounted(): Promise<{ readonly home: Home; readonly session: Session }> {
  const home = makeHome()
  const folder = projectFolder(home, 'Ki-67')
  await countedProject(folder, await writeVoc(home.images, 3, { density: 0.3 }))
  const session = await startApp(home, folder)
  await session.page.getByRole('main', { name: 'Label' }).waitFor()
  return { home, session }
}
