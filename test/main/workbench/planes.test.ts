import { cpSync, renameSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { heard } from '../../../src/shared/i18n/heard.ts'
import { setLanguage } from '../../../src/shared/i18n/translate.ts'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import { planePath } from '../../../src/shared/records/zarr-plane.ts'
import { openPlane } from '../../../src/main/workbench/planes.ts'
import { setPixelSize } from '../../../src/main/workbench/pixel-size.ts'
import { Workbench } from '../../../src/main/workbench/workbench.ts'
import { temporaryFolder } from '../images/fixtures.ts'

const GOLDEN = path.resolve(import.meta.dirname, '../../golden/zarr/sharded-end.ome.zarr')

/** A detection project, and an OME-Zarr of three slices at two times beside it. */
async function given(): Promise<{ bench: Workbench; stack: string }> {
  const root = temporaryFolder()
  const stack = path.join(root, 'a', 'stack.ome.zarr')
  cpSync(GOLDEN, stack, { recursive: true })
  const bench = await Workbench.create({ folder: path.join(root, 'p'), task: 'detection', classes: ['A'] }, 'tester')
  onTestFinished(() => bench.close())
  return { bench, stack }
}

const namesOf = (bench: Workbench): string[] => bench.images().map(({ name }) => name)

describe('planes of an OME-Zarr', () => {
  it('become images as they are chosen, all of one group, each once', async () => {
    for (const [planes, names] of [
      ['first', ['stack.ome.zarr']],
      ['middle', ['stack#z2.ome.zarr']],
      ['z3t2', ['stack#z3t2.ome.zarr']],
      [
        'all',
        ['stack.ome.zarr', 'stack#z2.ome.zarr', 'stack#z3.ome.zarr', 'stack#t2.ome.zarr', 'stack#z2t2.ome.zarr', 'stack#z3t2.ome.zarr'],
      ],
    ] as const) {
      const { bench, stack } = await given()
      await bench.import({ paths: [path.dirname(stack)], planes })
      expect(namesOf(bench).sort()).toEqual([...names].sort())
      expect(new Set(bench.images().map(({ group }) => group))).toEqual(new Set(['a/stack.ome.zarr']))
      expect(new Set(bench.images().map(({ sha256 }) => sha256)).size).toBe(names.length)
      expect(await bench.import({ paths: [stack], planes })).toMatchObject({ images: 0, duplicates: names.length })
    }
  })

  it('that are not there are told, and the rest is taken', async () => {
    const { bench, stack } = await given()
    const report = await bench.import({ paths: [stack, planePath(stack, { slice: 1, time: 0 })], planes: 'z7' })
    expect(namesOf(bench)).toEqual(['stack#z2.ome.zarr'])
    const what: unknown = expect.stringContaining('has no slice 7: it has 3.')
    expect(report.problems).toEqual([{ file: 'stack#z7.ome.zarr', what, leftOut: true }])
    expect(importRequest.safeParse({ paths: ['a'], planes: 'z0' }).success).toBe(false)
  })

  it('are opened from each other: added once, with split and group, as one edit that is undone', async () => {
    const { bench, stack } = await given()
    await bench.import({ paths: [stack] })
    const [first] = bench.images()
    bench.edit({ label: 'Split', put: { images: [{ ...first!, split: 'test', group: 'patient 7' }] }, remove: {} })
    await setPixelSize(bench, { microns: 0.3, of: 'all' })
    const opened = await openPlane(bench, { imageId: first!.id, slice: 2, time: 1 })
    expect(opened).toMatchObject({
      name: 'stack#z3t2.ome.zarr',
      micronsPerPixel: 0.3,
      pixelSizeBy: 'person',
      split: 'test',
      group: 'patient 7',
      state: 'unlabelled',
    })
    expect((await openPlane(bench, { imageId: opened.id, slice: 0, time: 0 })).id).toBe(first!.id)
    expect((await openPlane(bench, { imageId: first!.id, slice: 2, time: 1 })).id).toBe(opened.id)
    expect(namesOf(bench)).toHaveLength(2)
    setLanguage('cs')
    expect(heard(bench.project.db.snapshot().history.undo!)).toBe('Přidat rovinu stack#z3t2.ome.zarr')
    setLanguage('en')
    await expect(openPlane(bench, { imageId: first!.id, slice: 3, time: 0 })).rejects.toMatchObject({
      code: 'no-such-plane',
      message: expect.stringMatching(/^stack\.ome\.zarr: This file has no slice 4: it has 3\./) as string,
    })
    bench.undo()
    expect(namesOf(bench)).toEqual(['stack.ome.zarr'])
  })

  it('are found again where their folder was moved', async () => {
    const { bench, stack } = await given()
    await bench.import({ paths: [stack], planes: 'z2' })
    const elsewhere = path.join(path.dirname(stack), 'moved.ome.zarr')
    renameSync(stack, elsewhere)
    const [image] = bench.images()
    expect(await bench.files.find(image!)).toBeNull()
    const found = await bench.locate(image!.id, elsewhere)
    expect(found.absolutePath).toBe(planePath(elsewhere, { slice: 1, time: 0 }))
    expect(await bench.files.find(found)).toBe(found.absolutePath)
  })
})
