import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CountSource } from '../../../src/shared/contracts/project.ts'
import { countedTwice } from '../../../src/shared/counts/marked-twice.ts'
import { tabulate } from '../../../src/shared/counts/tabulate.ts'
import type { Edit } from '../../../src/shared/records/edit.ts'
import { annotationId, imageId, runId, type ImageId } from '../../../src/shared/records/ids.ts'
import type { BoxShape } from '../../../src/shared/records/shape.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { countColumnsOf } from '../../../src/main/workbench/counts/count-columns.ts'
import { readCounts } from '../../../src/main/workbench/counts/count-reader.ts'
import { countedOf } from '../../../src/main/workbench/counted-of.ts'
import { countImage } from '../../../src/main/workbench/counting.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { objectsBehind } from '../../../src/main/workbench/counts/objects-behind.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { aModel, anAnnotation, anImage, aRegion } from './records.ts'

const box = (x: number): BoxShape => ({ type: 'box', x, y: 10, width: 20, height: 20 })
const RUN = runId.parse('run')

/** Three images, the last of which the run did not look at; on the first a region, labels, and predictions of which one is rejected. */
async function given(): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task: 'detection', classes: ['RBC', 'WBC'] })
  onTestFinished(() => db.close())
  const project = new OpenProject(db, new WorkbenchEmitter(), 'tester')
  const [rbc, wbc] = db.classes().map(({ id }) => id)
  const images = ['a', 'b', 'c'].map((id, i) => anImage(id, { sha256: String(i).repeat(64), state: id === 'b' ? 'done' : 'in-work' }))
  db.commit({
    label: 'Test',
    put: {
      images,
      annotations: [
        anAnnotation('1', 'a', { classId: rbc!, shape: box(10) }),
        anAnnotation('2', 'a', { classId: wbc!, shape: { type: 'point', x: 300, y: 300 } }),
        anAnnotation('3', 'a', { classId: rbc!, shape: { type: 'ruler', points: [0, 0, 10, 10] } }),
        anAnnotation('4', 'a', { classId: rbc!, shape: box(400), crowd: true }),
        anAnnotation('5', 'c', { classId: rbc!, shape: box(10) }),
      ],
      regions: [aRegion('r', 'a', { shape: { type: 'box', x: 0, y: 0, width: 100, height: 100 }, name: 'Spot', fullyLabelled: false })],
    },
    remove: {},
  })
  const model = aModel('m', db.classes())
  db.putModel(model)
  const guess = (imageId: ImageId, x: number, score: number, classId = rbc!) => ({ imageId, classId, score, shape: box(x) })
  const [a, b] = images.map(({ id }) => id)
  const run = { id: RUN, modelId: model.id, settings: {}, images: 2, objects: 6, seconds: 1, createdAt: model.createdAt }
  const ids = db.addRun(
    run,
    [a!, b!],
    [guess(a!, 11, 0.9), guess(a!, 60, 0.8), guess(a!, 160, 0.4), guess(a!, 220, 0.7, wbc!), guess(a!, 280, 0.3), guess(b!, 10, 0.9)],
  )
  project.tell(db.decide({ predictions: [ids[3]!], kind: 'reject', rejects: [], to: null }, 'tester'))
  return project
}

describe('the columns of counts', () => {
  it('give the very numbers that counting an image by itself gives, for every source and score', async () => {
    const project = await given()
    const columns = countColumnsOf(project, RUN)
    const images = project.db.images()
    const classes = project.db.classes()
    const sources: CountSource[] = [
      { kind: 'truth' },
      ...[0, 0.3, 0.5, 0.75, 1].flatMap((score): CountSource[] => [
        { kind: 'predictions', runId: RUN, score },
        { kind: 'corrected', runId: RUN, score },
      ]),
    ]
    for (const source of sources) {
      const { rows } = tabulate(columns, { images, classes }, { by: 'image', score: 0, ...source })
      expect(rows.length).toBe(source.kind === 'truth' ? 3 : 2)
      for (const row of rows) {
        const alone = countImage(countedOf(project, row.images[0]!, source), source)
        expect(row.perClass.map(({ n }) => n)).toEqual(classes.map(({ id }) => alone.get(id) ?? 0))
      }
    }
    expect(tabulate(columns, { images, classes }, { by: 'image', kind: 'corrected', score: 0.5 }).rows[0]!.perClass.map(({ n }) => n)).toEqual([2, 1]) // prettier-ignore
  })

  it('tell sizes and regions, and without a run hold the labels of all images', async () => {
    const project = await given()
    const columns = countColumnsOf(project, null)
    expect([...columns.sizes]).toEqual([400, Number.NaN, 400])
    expect([...columns.seen]).toEqual([1, 1, 1])
    expect(columns.regions).toEqual([{ id: 'r', image: 0, name: 'Spot', pixels: 10_000, looked: 10_000, fullyLabelled: false }])
    expect(columns.parts).toEqual([])
    expect([[...columns.insideObjects], [...columns.insideRegions]]).toEqual([[0], [0]])
  })

  it('tell how many pixels of an object lie in a region, wherever its middle is', async () => {
    const project = await given()
    const [rbc] = project.db.classes().map(({ id }) => id)
    project.commit({ label: 'Test', put: { annotations: [anAnnotation('6', 'a', { classId: rbc!, shape: box(95) })] }, remove: {} })
    const columns = countColumnsOf(project, null)
    // The middle of the last one lies outside of the region, a quarter of it inside.
    const pairs = [...columns.areaObjects].map((object, at) => [columns.sizes[object], columns.areaRegions[at], columns.areaPixels[at]])
    expect(pairs).toEqual([[400, 0, 400], [400, 0, 100]]) // prettier-ignore
    expect([...columns.outside]).toEqual([0, Number.NaN, 300, 400])
    expect(columns.insideObjects).toHaveLength(1)
  })

  it('refuse a run that is not there', async () => {
    const project = await given()
    expect(() => countColumnsOf(project, runId.parse('other'))).toThrow(expect.objectContaining({ code: 'no-such-run' }))
  })
})

describe('reading counts again and again', () => {
  it('gives after every edit what reading all anew gives, and reads only the images that were changed', async () => {
    const project = await given()
    const { db } = project
    const [rbc, wbc] = db.classes().map(({ id }) => id)
    const images = vi.spyOn(db, 'regionsOf')
    const read = async (run: typeof RUN | null = RUN): Promise<string[]> => {
      images.mockClear()
      const columns = await readCounts(project, run)
      const asked = images.mock.calls.map(([id]) => id as string)
      expect(columns).toEqual(countColumnsOf(project, run))
      return asked
    }
    const commit = (put: Edit['put'], remove: Edit['remove'] = {}) => project.commit({ label: 'Test', put, remove })
    expect(await read()).toEqual(['a', 'b', 'c'])
    expect(await read()).toEqual([])
    commit({ annotations: [anAnnotation('6', 'c', { classId: rbc!, shape: box(500) })] })
    expect(await read()).toEqual(['c'])
    commit({ regions: [aRegion('s', 'b')] }, { annotations: [annotationId.parse('6')] })
    expect(await read()).toEqual(['b', 'c'])
    project.tell(db.undo()!)
    expect(await read()).toEqual(['b', 'c'])
    const open = db.predictionsOf(imageId.parse('b'), RUN)[0]!
    project.tell(db.decide({ predictions: [open.id], kind: 'reject', rejects: [], to: null }, 'tester'))
    expect(await read()).toEqual(['b'])
    commit({ images: [{ ...db.image(imageId.parse('a'))!, state: 'done' }] })
    expect(await read()).toEqual(['a'])
    project.commit({
      label: 'Class',
      put: {},
      remove: {},
      amend: { annotations: [annotationId.parse('5')], to: { classId: wbc!, updatedAt: '2026-02-02T00:00:00.000Z' } },
    })
    expect(await read()).toEqual(['c'])
    commit({ classes: [{ ...db.classes()[0]!, name: 'Red' }] })
    expect(await read()).toEqual(['a', 'b', 'c'])
    expect(await read(null)).toEqual(['a', 'b', 'c'])
    commit({}, { images: [imageId.parse('b')] })
    expect(await read(null)).toEqual([])
    await expect(readCounts(project, runId.parse('other'))).rejects.toMatchObject({ code: 'no-such-run' })
  })
})

describe('the objects behind a number', () => {
  it('are as many as the number says, of an image, a region, or what lies in none', async () => {
    const project = await given()
    const columns = countColumnsOf(project, RUN)
    const known = { images: project.db.images(), classes: project.db.classes() }
    const source = { kind: 'corrected', runId: RUN, score: 0.5 } as const
    for (const by of ['image', 'region'] as const)
      for (const row of tabulate(columns, known, { by, ...source }).rows)
        for (const { classId, n } of row.perClass) {
          const region = by === 'image' ? null : (row.region?.id ?? 'none')
          const { annotations, predictions } = objectsBehind(project, { source, imageId: row.images[0]!.id, classIds: [classId], region })
          expect(annotations.length + predictions.length).toBe(n)
        }
    const inRegion = objectsBehind(project, { source, imageId: known.images[0]!.id, classIds: known.classes.map(({ id }) => id), region: known && columns.regions[0]!.id }) // prettier-ignore
    expect(inRegion.annotations).toEqual(['1'])
    expect(inRegion.predictions).toHaveLength(1)
  })

  it('are those alone that lie on another, where these are asked for: the later label, the less sure prediction', async () => {
    const project = await given()
    const { db } = project
    const [rbc] = db.classes().map(({ id }) => id)
    const a = imageId.parse('a')
    project.commit({ label: 'Test', put: { annotations: [anAnnotation('6', 'a', { classId: rbc!, shape: box(12) })] }, remove: {} })
    const [run] = db.runs()
    const again = runId.parse('again')
    const guess = (score: number, x: number) => ({ imageId: a, classId: rbc!, score, shape: box(x) })
    const ids = db.addRun({ ...run!, id: again, images: 1, objects: 3 }, [a], [guess(0.6, 701), guess(0.9, 700), guess(0.3, 702)])
    const columns = countColumnsOf(project, again)
    const twice = (kind: 'truth' | 'predictions', score: number) => countedTwice(columns, { kind, score, shown: new Set([a]) })
    expect([...twice('truth', 0)]).toEqual([['a', 1]])
    expect([...twice('predictions', 0.5)]).toEqual([['a', 1]])
    expect([...twice('predictions', 0.2)]).toEqual([['a', 2]])
    expect(countedTwice(columns, { kind: 'truth', score: 0, shown: new Set() }).size).toBe(0)
    const behind = (source: CountSource) => objectsBehind(project, { source, imageId: a, classIds: [rbc!], region: null, twice: true })
    expect(behind({ kind: 'truth' })).toEqual({ annotations: ['6'], predictions: [] })
    expect(behind({ kind: 'predictions', runId: again, score: 0.5 })).toEqual({ annotations: [], predictions: [ids[0]] })
  })

  it('are the annotations that predictions became, where somebody accepted or corrected them', async () => {
    const project = await given()
    const image = project.db.images()[0]!.id
    const source = { kind: 'predictions', runId: RUN, score: 0 } as const
    const classIds = project.db.classes().map(({ id }) => id)
    const before = objectsBehind(project, { source, imageId: image, classIds, region: null })
    const open = before.predictions.find((id) => !project.db.decisionsOf(image).some(({ predictionId }) => predictionId === id))!
    project.db.decide({ predictions: [open], kind: 'accept', to: null }, 'tester')
    const after = objectsBehind(project, { source, imageId: image, classIds, region: null })
    expect(after.predictions).toEqual(before.predictions.filter((id) => id !== open))
    const { annotationId: became } = project.db.decisionsOf(image).find(({ predictionId }) => predictionId === open)!
    expect(after.annotations).toEqual(expect.arrayContaining([...before.annotations, became]))
  })
})
