import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type RunId, runId } from '../../../src/shared/records/ids.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'
import { aModel, anAnnotation, anImage, aRegion } from './records.ts'

const box = (x: number, size = 20) => ({ type: 'box' as const, x, y: 10, width: size, height: size })

/** A small project that has all that a report tells of: two pictures of a patient, a region, labels, a run, an accepted and a rejected prediction. */
export async function reportedProject(name = 'b.png'): Promise<{ project: OpenProject; folder: string }> {
  const folder = temporaryFolder()
  const db = await createProject(path.join(folder, 'p'), { task: 'detection', classes: ['Ki-67: Positive', 'Ki-67: Negative'] })
  onTestFinished(() => db.close())
  const project = new OpenProject(db, new WorkbenchEmitter(), 'tester')
  const [positive, negative] = db.classes().map(({ id }) => id)
  const files = ['a', 'b'].map((one) => path.join(folder, `${one}.png`))
  for (const [i, file] of files.entries()) await savePicture(file, 640, 480, i)
  const size = { width: 640, height: 480, micronsPerPixel: 0.5, group: 'P1' }
  const images = [
    anImage('a', { ...size, name: '#a.png', absolutePath: files[0]!, state: 'done' }),
    anImage('b', { ...size, name, absolutePath: files[1]!, sha256: '1'.repeat(64) }),
  ]
  db.commit({
    label: 'Test',
    put: {
      images,
      annotations: [
        anAnnotation('1', 'a', { classId: positive!, shape: box(10) }),
        anAnnotation('2', 'a', { classId: negative!, shape: box(100, 30) }),
      ],
      regions: [aRegion('r', 'a', { shape: { type: 'box', x: 0, y: 0, width: 60, height: 60 }, name: 'Hot spot' })],
    },
    remove: {},
  })
  const model = aModel('m', db.classes(), { metrics: { ap50: 0.25, perClass: { 'Ki-67: Positive': { ap50: 0.5 } } } })
  db.putModel(model)
  const run = { id: runId.parse('run'), modelId: model.id, settings: {}, images: 2, objects: 4, seconds: 1, createdAt: model.createdAt }
  const guess = (image: number, x: number, score: number, of = positive!) => ({
    imageId: images[image]!.id,
    classId: of,
    score,
    shape: box(x),
  })
  const found = [guess(1, 300, 0.9), guess(1, 400, 0.6), guess(1, 10, 0.7, negative), guess(1, 500, 0.3)]
  const ids = db.addRun(run, images.map(({ id }) => id), found) // prettier-ignore
  project.tell(db.decide({ predictions: [ids[0]!], kind: 'accept', rejects: [ids[1]!], to: null }, 'Ada'))
  return { project, folder }
}

const FOLDS = 3

/** The same, with a run of all folds of a cross-validation together, and one of the first fold alone over fewer images. */
export async function togetherProject(): Promise<{ project: OpenProject; folder: string; together: RunId; alone: RunId }> {
  const { project, folder } = await reportedProject()
  const { db } = project
  const models = Array.from({ length: FOLDS }, (_, index) =>
    aModel(`fold-${index}`, db.classes(), {
      name: `cells 2, fold ${index + 1} of ${FOLDS}`,
      fold: { of: 'cv', index, folds: FOLDS },
      settings: { epochs: 7, fold: index },
      metrics: { ap50: 0.5 + index / 8, perClass: { 'Ki-67: Negative': { ap50: 0.25 + index / 8 } } },
    }),
  )
  for (const model of models) db.putModel(model)
  const images = db.images().map(({ id }) => id)
  const at = '2026-03-04T05:06:07.000Z'
  const one = (id: string, settings: object) => ({ id: runId.parse(id), modelId: models[0]!.id, settings: { ...settings }, images: 2, objects: 0, seconds: 1, createdAt: at }) // prettier-ignore
  const [together, alone] = [one('together', { ensemble: models.map(({ id }) => id) }), one('alone', {})]
  const [positive] = db.classes()
  db.addRun(together, images, [{ imageId: images[1]!, classId: positive!.id, score: 0.8, shape: box(200) }])
  db.addRun({ ...alone, images: 1 }, images.slice(1), [])
  return { project, folder, together: together.id, alone: alone.id }
}
