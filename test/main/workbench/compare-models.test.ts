import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Shape } from '#shared/records/shape.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { compareModels, Workbench } from '../../../src/main/workbench/index.ts'
import { testLooks } from '../../../src/main/workbench/test-looks.ts'
import { model, run } from '../project/fixtures.ts'
import { anAnnotation, anImage } from './records.ts'

const WHOLE: Shape = { type: 'image' }
/** A square of side 20 at x, y. */
const square = (x: number, y = 10): Shape => ({ type: 'polygon', rings: [[x, y, x + 20, y, x + 20, y + 20, x, y + 20]] })

describe('two models, image by image', () => {
  let folder: string
  let bench: Workbench
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'compared-'))
  })
  afterEach(async () => {
    await bench.close()
    await rm(folder, { recursive: true, force: true })
  })

  interface Told {
    readonly label: readonly (readonly [classIndex: number, shape: Shape])[]
    readonly a: readonly (readonly [classIndex: number, shape: Shape])[]
    readonly b: readonly (readonly [classIndex: number, shape: Shape])[]
  }
  /** A project of which two models said something of each test image. */
  async function compared(task: TaskKind, classes: string[], images: Readonly<Record<string, Told>>) {
    bench = await Workbench.create({ folder: path.join(folder, 'p.slidewright'), task, classes }, 'Ada')
    const { db } = bench.project
    const ids = bench.classes().map(({ id }) => id)
    const records = Object.keys(images).map((id, i) => anImage(id, { split: 'test', sha256: String(i).repeat(64) }))
    const labels = Object.entries(images).flatMap(([id, { label }]) =>
      label.map(([classIndex, shape], i) => anAnnotation(`${id}${i}`, id, { classId: ids[classIndex]!, shape })),
    )
    db.commit({ label: 'Test', put: { images: records, annotations: labels }, remove: {} })
    for (const name of ['a', 'b'] as const) {
      db.putModel({ ...model(name), task, createdAt: '2026-01-01T00:00:00.000Z' })
      const found = Object.entries(images).flatMap(([id, told]) =>
        told[name].map(([classIndex, shape]) => ({ imageId: anImage(id).id, classId: ids[classIndex]!, score: 0.9, shape })),
      )
      db.addRun(run(`run-${name}`, model(name).id), records.map(({ id }) => id), found) // prettier-ignore
    }
    const result = await compareModels(bench, { a: model('a').id, b: model('b').id })
    return { ...result, byImage: new Map(result.images.map((row) => [row.imageId as string, row])) }
  }
  const says = (label: number, a: number, b: number): Told => ({ label: [[label, WHOLE]], a: [[a, WHOLE]], b: [[b, WHOLE]] })

  it('tells of classified images who is right on which, and whether that is more than chance', async () => {
    const {
      kind,
      images,
      byImage,
      mcnemar,
      testLooks: told,
    } = await compared('classification', ['healthy', 'sick'], {
      same: says(1, 1, 1),
      first: says(1, 1, 0),
      second: says(0, 1, 0),
      third: says(0, 1, 0),
      none: says(0, 1, 1),
      unlabelled: { label: [], a: [[0, WHOLE]], b: [[0, WHOLE]] },
    })
    expect(kind).toBe('images')
    expect(mcnemar).toEqual({ onlyA: 1, onlyB: 2, p: 1 })
    // Where one alone is right comes first, then where neither is.
    expect(images.map(({ imageId }) => imageId as string)).toEqual(['first', 'second', 'third', 'none', 'same'])
    expect(byImage.get('first')).toMatchObject({ onlyA: ['first0'], onlyB: [], said: { label: 'sick', a: 'sick', b: 'healthy' } })
    expect(byImage.get('none')).toMatchObject({ neither: ['none0'], both: [] })
    // Both models' answers on test images were looked at.
    expect(testLooks(bench.project).map(({ name }) => name)).toEqual(['a', 'b'])
    expect(told).toHaveLength(2)
  })

  it('asks of anomalies only whether an image is normal, by its label or an area that is not', async () => {
    const { byImage, mcnemar } = await compared('anomaly', ['normal', 'scratch', 'dirt'], {
      fine: says(0, 0, 1),
      other: says(2, 1, 0),
      area: { label: [[1, square(10)]], a: [[2, WHOLE]], b: [[0, WHOLE]] },
    })
    expect(mcnemar).toEqual({ onlyA: 3, onlyB: 0, p: expect.closeTo(0.25, 9) as number })
    expect(byImage.get('area')).toMatchObject({ onlyA: ['area0'], said: { label: 'scratch', a: 'dirt', b: 'normal' } })
  })

  it('tells of areas which each found, which are wrong, and the Dice of each', async () => {
    const { kind, byImage, mcnemar, images } = await compared('segmentation', ['cell'], {
      one: { label: [[0, square(10)], [0, square(100)], [0, square(200)]], a: [[0, square(10)], [0, square(102)]], b: [[0, square(10)], [0, square(200)], [0, square(400)]] }, // prettier-ignore
      two: { label: [[0, square(10)]], a: [[0, square(10)]], b: [[0, square(10)]] },
    })
    expect([kind, mcnemar, images.map(({ imageId }) => imageId as string)]).toEqual(['areas', null, ['one', 'two']])
    const one = byImage.get('one')!
    expect(one).toMatchObject({ both: ['one0'], onlyA: ['one1'], onlyB: ['one2'], neither: [], wrongA: [] })
    expect(one.wrongB).toHaveLength(1)
    // 20 x 20 pixels each: A has 400 + 360 of its 800 right, of 1200; B 800 of its 1200, of 1200.
    expect(one.dice!.a).toBeCloseTo((2 * 760) / (800 + 1200), 2)
    expect(one.dice!.b).toBeCloseTo((2 * 800) / (1200 + 1200), 2)
    expect(byImage.get('two')!.dice).toEqual({ a: 1, b: 1 })
  })
})
