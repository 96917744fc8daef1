import { modelId, newId, regionId, runId } from '#shared/records/ids.ts'
import { type BoxShape } from '#shared/records/shape.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { drawnLabel } from './given-label.ts'
import { givenModel } from './given-run.ts'
import { type SmearFile } from './home.ts'

const AT = '2026-03-01T10:00:00.000Z'
const box = (x: number, y: number, width: number, height: number): BoxShape => ({ type: 'box', x, y, width, height })
/** Both together cover 150 x 100 pixels. */
const SPOTS = [box(0, 0, 100, 100), box(50, 0, 100, 100)]

/**
 * Calibrated images (half a micrometre a pixel), the last of them by its name a slide. A run looked into two overlapping regions of each: 4 objects
 * there, 2 labels there and 1 beside. On the first image the regions are fully labelled; on the others the project has none of them any more.
 */
export async function countedInRegions(folder: string, files: readonly SmearFile[]): Promise<void> {
  const bench = await Workbench.create({ folder, task: 'detection', classes: ['Mitosis'] }, 'Ada')
  try {
    await bench.import({ paths: files.map(({ path }) => path) })
    const { db } = bench.project
    const [{ id: classId } = { id: null }] = db.classes()
    if (classId === null) throw new Error('The project has no class')
    const images = db.images().map((image, i, all) => ({
      ...{ ...image, micronsPerPixel: 0.5, state: 'in-work' as const, group: i === 0 ? 'Patient 1' : 'Patient 2' },
      ...(i === all.length - 1 ? { name: 'scan.svs' } : {}),
    }))
    const annotations = images.flatMap(({ id: imageId }) =>
      [box(10, 80, 12, 12), box(80, 80, 12, 12), box(220, 150, 12, 12)].map((shape) =>
        drawnLabel({ imageId, classId, shape, author: 'Ada', createdAt: AT, updatedAt: AT }),
      ),
    )
    const [first] = images
    const regions = SPOTS.map((shape, i) => ({
      ...{ id: regionId.parse(newId()), imageId: first!.id, shape, name: `Spot ${String(i + 1)}`, fullyLabelled: true },
      ...{ author: 'Ada', createdAt: AT, updatedAt: AT },
    }))
    db.commit({ label: 'Test', put: { images, annotations, regions }, remove: {} })
    const [model, run] = [modelId.parse(newId()), runId.parse(newId())]
    db.putModel(givenModel(model, 'detection', db.classes()))
    const found = images.flatMap(({ id: imageId }) =>
      [10, 45, 80, 130].map((x) => ({ imageId, classId, score: 0.9, shape: box(x, 20, 12, 12) })),
    )
    const record = { id: run, modelId: model, settings: { inRegions: true }, images: images.length, objects: found.length, seconds: 1, createdAt: AT } // prettier-ignore
    const results = images.map(({ id: imageId }) => ({ imageId, scores: null, anomaly: null, maps: [], regions: SPOTS }))
    db.addRun(record, images.map(({ id }) => id), found, results) // prettier-ignore
  } finally {
    await bench.close()
  }
}
