import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImageId, PredictionId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { EngineSupervisor } from '../../../src/main/engine/supervisor.ts'
import { compareModels, Workbench } from '../../../src/main/workbench/index.ts'
import { evaluatedImages } from '../../../src/main/workbench/evaluation.ts'
import { reportFolds, toldFolds } from '../../../src/main/workbench/folds/cross-validation.ts'
import { ImageFiles } from '../../../src/main/workbench/image-files.ts'
import { JobBook } from '../../../src/main/workbench/job-book.ts'
import { newLabelsOf } from '../../../src/main/workbench/review-items.ts'
import { Training } from '../../../src/main/workbench/training.ts'
import { leftOpen, reviewedInPart } from '../../../src/main/workbench/unfinished-images.ts'
import { model, run } from '../project/fixtures.ts'
import { anAnnotation, anImage, aRegion } from './records.ts'

const fakeEngine = new URL('../engine/fake-engine.ts', import.meta.url).pathname

/** A box of side 20 at x. */
const at = (x: number): Shape => ({ type: 'box', x, y: 10, width: 20, height: 20 })
const square = (x: number): Shape => ({ type: 'polygon', rings: [[x, 10, x + 20, 10, x + 20, 30, x, 30]] })

describe('images that are reviewed in part', () => {
  let folder: string
  let bench: Workbench
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'in-part-'))
  })
  afterEach(async () => {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  })

  interface Found {
    readonly score: number
    readonly shape: Shape
  }
  /** A project with these images, and a run that found the same on each. Answers with the ids of what it found, image by image. */
  async function projectWith(
    images: Readonly<Record<string, Partial<ImageRecord>>>,
    { found = [0.9, 0.8, 0.3].map((score, i) => ({ score, shape: at(50 * i) })), task = 'detection' as TaskKind } = {},
  ) {
    bench = await Workbench.create({ folder: path.join(folder, 'p.slidewright'), task, classes: ['RBC', 'WBC'] }, 'Ada')
    const records = Object.entries(images).map(([id, part], i) =>
      anImage(id, { sha256: String(i).padStart(64, '0'), absolutePath: path.join(folder, `${id}.png`), ...part }),
    )
    await Promise.all(records.map(({ absolutePath, bytes }) => writeFile(absolutePath, Buffer.alloc(bytes))))
    bench.project.db.commit({ label: 'Test', put: { images: records }, remove: {} })
    bench.project.db.putModel({ ...model('m'), task, createdAt: '2026-01-01T00:00:00.000Z' })
    return looked('run', found, records)
  }
  /** A run of its own; what it found, image by image. */
  function looked(
    name: string,
    found: readonly Found[],
    images = bench.project.db.images(),
    settings = {},
  ): Record<string, PredictionId[]> {
    const [first] = bench.classes()
    const all = images.flatMap(({ id }) => found.map((one) => ({ imageId: id, classId: first!.id, ...one })))
    const ids = bench.project.db.addRun({ ...run(name, model('m').id), settings }, images.map(({ id }) => id), all) // prettier-ignore
    return Object.fromEntries(images.map(({ id }, i) => [id, ids.slice(i * found.length, (i + 1) * found.length)]))
  }
  const accept = (id: PredictionId): unknown => bench.project.db.decide({ predictions: [id], kind: 'accept', to: null }, 'Ada')
  const label = (id: string, image: string, shape: Shape): unknown =>
    bench.project.commit({
      label: 'Test',
      put: { annotations: [anAnnotation(id, image, { classId: bench.classes()[0]!.id, shape })] },
      remove: {},
    })
  const left = (): Record<string, number[]> =>
    Object.fromEntries([...reviewedInPart(bench.project)].map(([id, open]) => [id, open.map(({ score }) => score)]))

  it('are those on which decisions were begun and something that counts is left, until they are done', async () => {
    const ids = await projectWith({ begun: {}, untouched: {}, decided: {}, shown: {}, done: { state: 'done' }, parts: {} })
    for (const image of ['begun', 'decided', 'shown', 'done', 'parts']) accept(ids[image]![0]!)
    accept(ids['decided']![1]!)
    label('s', 'shown', at(51))
    bench.project.commit({ label: 'Test', put: { regions: [aRegion('r', 'parts')] }, remove: {} })
    expect(left()).toEqual({ begun: [0.8] })
    expect([...leftOpen(bench.project)].map(([id, open]) => [id, open.map(({ score }) => score)])).toEqual([['begun', [0.8, 0.3]]])
    bench.project.commit({ label: 'Test', put: { images: [{ ...bench.image('begun' as ImageId), state: 'done' }] }, remove: {} })
    expect(left()).toEqual({})
  })

  it('are told by the run that was decided on last', async () => {
    const first = await projectWith({ a: {} })
    accept(first['a']![0]!)
    const second = looked('later', [{ score: 0.7, shape: at(300) }])
    expect(left()).toEqual({ a: [0.8] })
    await new Promise((done) => setTimeout(done, 2))
    accept(second['a']![0]!)
    expect(left()).toEqual({})
  })

  it('are none where images get a class as a whole', async () => {
    const ids = await projectWith(
      { a: {} },
      { task: 'classification', found: [0.9, 0.8].map((score) => ({ score, shape: { type: 'image' } })) },
    )
    accept(ids['a']![0]!)
    expect(left()).toEqual({})
  })

  it('are learned from, what is open as the model says, and not validated on; the person is told, in Review too', async () => {
    const train = { split: 'train' } as const
    const ids = await projectWith({
      begun: train,
      byHand: train,
      done: { ...train, state: 'done' },
      held: { split: 'val' },
      val: { split: 'val' },
    })
    for (const image of ['begun', 'held']) accept(ids[image]![0]!)
    for (const image of ['byHand', 'done', 'val']) label(image, image, at(0))
    const [first] = bench.classes()
    bench.project.commit({ label: 'Test', put: { images: [{ ...bench.image('val' as ImageId), state: 'done' }] }, remove: {} })
    const data = await bench.training.data()
    expect(data).toMatchObject({ train: 3, val: 1, perClass: [{ name: first!.name, train: 3, val: 1 }, {}] })
    const told = [
      '1 training image is still in work: what is not labelled there is learned as background.',
      '1 training image is reviewed in part: of what is still to be decided on there, what the model is sure of is learned as it says, and what it doubts is left out. Your own answers teach more: decide on the rest, add what is missing and mark it as done.',
      '1 validation image is reviewed in part: it is left out until it is done.',
    ]
    expect(data.warnings).toEqual(expect.arrayContaining(told))
    expect(newLabelsOf(bench.project)?.warnings).toEqual(told)
    const hash = await bench.training.labelHash()
    bench.project.db.decide({ predictions: [ids['begun']![1]!], kind: 'reject', to: null }, 'Ada')
    expect(await bench.training.labelHash()).not.toBe(hash)
    const after = await bench.training.data()
    expect(after.warnings.join('\n')).toMatch(/2 training images are still in work/)
    expect(after.warnings.join('\n')).not.toMatch(/training images? (is|are) reviewed in part/)
  })

  it('are never put into validation by a training, unless their slide is there', async () => {
    const begun = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`begun${i}`, { split: null }]))
    const ids = await projectWith({
      ...begun,
      a: { split: null },
      b: { split: null },
      slide: { split: 'val', group: 'S' },
      ofSlide: { split: null, group: 'S' },
    })
    for (const image of [...Object.keys(begun), 'ofSlide']) accept(ids[image]![0]!)
    for (const image of ['a', 'b', 'slide']) label(image, image, at(0))
    const supervisor = new EngineSupervisor({ execPath: process.execPath, entry: fakeEngine })
    const training = new Training(bench.project, new ImageFiles(bench.project), new JobBook(supervisor, bench.events))
    const { assigned, done } = await training.start({ preset: 'any' })
    await done.catch(() => undefined)
    await supervisor.stop()
    expect(assigned).toEqual({ train: 13, val: 2, test: 0 })
    const splits = new Map(bench.images().map(({ id, split }) => [id as string, split]))
    expect(Object.keys(begun).map((id) => splits.get(id))).toEqual(Object.keys(begun).map(() => 'train'))
    expect(splits.get('ofSlide')).toBe('val')
  })

  it('are left out of scores, and how many is told', async () => {
    const ids = await projectWith({
      begun: { split: 'test' },
      done: { split: 'test', state: 'done' },
      empty: { split: 'test' },
      other: { split: 'val' },
    })
    for (const image of ['begun', 'other']) accept(ids[image]![0]!)
    label('d', 'done', at(0))
    expect(evaluatedImages(bench.project, 'test')).toMatchObject({ images: [{ id: 'done' }], unlabelled: 1, inPart: 1 })
    const report = await bench.evaluate({ modelId: 'latest', split: 'test' })
    expect(report).toMatchObject({ images: 1, unlabelled: 1, inPart: 1, ap50: expect.closeTo(1, 9) as number })
    const compared = await compareModels(bench, { a: model('m').id, b: model('m').id, split: 'test' })
    expect(compared).toMatchObject({ images: [{ imageId: 'done' }], inPart: 1 })
    expect(() => evaluatedImages(bench.project, 'val')).toThrow(/reviewed in part/)
  })

  it('are not judged in a cross-validation, and how many is told', async () => {
    const ids = await projectWith({ begun: {}, done: { state: 'done' } }, { task: 'segmentation', found: [0.9, 0.8].map((score, i) => ({ score, shape: square(50 * i) })) }) // prettier-ignore
    accept(ids['begun']![0]!)
    label('d', 'done', square(0))
    bench.project.db.putModel({ ...model('f'), task: 'segmentation', fold: { of: 'cv', index: 0, folds: 2 } })
    const images = bench.project.db.images()
    bench.project.db.addRun({ ...run('held', model('f').id), settings: { outOfFold: 'cv' } }, images.map(({ id }) => id), []) // prettier-ignore
    const report = await reportFolds(bench.project, 'cv')
    expect(report).toMatchObject({ pooled: { images: 1 }, inPart: 1 })
    expect(toldFolds(bench.project, report)).toMatchObject({ folds: [{ images: 1 }], inPart: 1 })
  })
})
