import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { imageId, type ModelId } from '#shared/records/ids.ts'
import { replay, setPixelSize, Workbench } from '../../../src/main/workbench/index.ts'
import { runOver } from '../../../src/main/workbench/evaluation.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { run } from '../project/fixtures.ts'
import { anImage } from './records.ts'
import { giveModel, MODEL } from './untrained.ts'

async function newBench(): Promise<Workbench> {
  const bench = await Workbench.create({ folder: path.join(temporaryFolder(), 'p'), task: 'detection', classes: ['RBC'] }, 'Ada')
  onTestFinished(() => bench.close())
  const images = [
    anImage('photo-1', { sha256: '1'.repeat(64) }),
    anImage('photo-2', { sha256: '2'.repeat(64) }),
    anImage('slide', { sha256: '3'.repeat(64), micronsPerPixel: 0.5 }),
  ]
  bench.edit({ label: 'Fill', put: { images }, remove: {} })
  return bench
}

const sizes = (bench: Workbench): unknown[] => bench.images().map((one) => [one.micronsPerPixel, one.pixelSizeBy, one.statedMicrons])
const BEFORE = [[null, 'file', null], [null, 'file', null], [0.5, 'file', null]] // prettier-ignore

describe('a pixel size', () => {
  let bench: Workbench
  beforeEach(async () => {
    bench = await newBench()
  })

  it('is set of all images that have none by one edit, which one undo takes back, and outlives a restart', async () => {
    const told = await setPixelSize(bench, { microns: 0.25, of: 'missing' })
    expect(told).toEqual({ images: 2, changed: 2, overridden: 0, none: 0, sizes: { file: 1, person: 2, missing: 0 }, notes: [] })
    const set = [[0.25, 'person', null], [0.25, 'person', null], [0.5, 'file', null]] // prettier-ignore
    expect(sizes(bench)).toEqual(set)
    bench.undo()
    expect(sizes(bench)).toEqual(BEFORE)
    bench.redo()
    const { folder } = bench
    await bench.close()
    bench = await Workbench.open(folder, 'Ada')
    expect(sizes(bench)).toEqual(set)
    bench.undo()
    expect(sizes(bench)).toEqual(BEFORE)
    await bench.close()
  })

  it('stands in the place of what a file states, which is kept and comes back', async () => {
    const told = await setPixelSize(bench, { microns: 0.25, of: 'all' })
    expect(told).toMatchObject({ images: 3, changed: 3, overridden: 1, notes: ['The file of 1 image states another size, which is kept.'] })
    expect(sizes(bench).at(2)).toEqual([0.25, 'person', 0.5])
    const back = await setPixelSize(bench, { microns: null, of: 'all' })
    expect(back).toMatchObject({ changed: 3, none: 2, sizes: { file: 1, person: 0, missing: 2 } })
    expect(back.notes).toEqual(['The files of 2 images state no size: they have none now.'])
    expect(sizes(bench)).toEqual(BEFORE)
  })

  it('is set of images by name or by id, and of no other', async () => {
    await setPixelSize(bench, { microns: 0.25, of: { glob: '*-2.png' } })
    await setPixelSize(bench, { microns: 1.5, of: { images: [imageId.parse('photo-1'), imageId.parse('photo-1')] } })
    expect(bench.images().map(({ micronsPerPixel }) => micronsPerPixel)).toEqual([1.5, 0.25, 0.5])
    expect(await setPixelSize(bench, { microns: 2, of: 'unstated' })).toMatchObject({ images: 2, changed: 2 })
    expect(await setPixelSize(bench, { microns: 2, of: 'missing' })).toMatchObject({ images: 0, changed: 0 })
  })

  it('changes nothing and makes no edit where it is so already', async () => {
    const before = bench.project.db.historyState()
    expect(await setPixelSize(bench, { microns: 0.5, of: { glob: 'slide*' } })).toMatchObject({ images: 1, changed: 0 })
    expect(await setPixelSize(bench, { microns: null, of: 'all' })).toMatchObject({ images: 3, changed: 0 })
    expect(bench.project.db.historyState()).toEqual(before)
    expect(bench.steps.all()).toEqual([])
  })

  it.each([0, -0.25, 1e9, 0.00001, Number.NaN])('refuses %d', async (microns) => {
    await expect(setPixelSize(bench, { microns, of: 'all' })).rejects.toMatchObject({ code: 'bad-pixel-size' })
    expect(sizes(bench)).toEqual(BEFORE)
  })

  it('refuses images that are not there', async () => {
    const gone = { images: [imageId.parse('photo-1'), imageId.parse('gone')] }
    await expect(setPixelSize(bench, { microns: 0.25, of: gone })).rejects.toMatchObject({ code: 'no-such-image' })
    await expect(setPixelSize(bench, { microns: 0.25, of: { glob: 'x*' } })).rejects.toMatchObject({ code: 'no-images' })
    expect(sizes(bench)).toEqual(BEFORE)
  })

  it('is a step that is done again, also of single images in another project', async () => {
    await setPixelSize(bench, { microns: 0.25, of: { images: [imageId.parse('photo-2')] } })
    await setPixelSize(bench, { microns: 2, of: 'missing' })
    const steps = bench.steps.all()
    expect(steps.map(({ step }) => step.request)).toEqual([
      { microns: 0.25, of: { sha256: ['2'.repeat(64)] } },
      { microns: 2, of: 'missing' },
    ])
    const other = await newBench()
    expect((await replay(other, { steps })).map(({ kind, said }) => [kind, said])).toEqual([
      ['pixel-size', '1 image changed'],
      ['pixel-size', '1 image changed'],
    ])
    expect(sizes(other)).toEqual(sizes(bench))
  })

  it('is left out by a replay with other images where it is of single ones', async () => {
    await setPixelSize(bench, { microns: 0.25, of: { images: [imageId.parse('photo-2')] } })
    await setPixelSize(bench, { microns: 2, of: 'all' })
    const folder = temporaryFolder()
    const file = path.join(folder, 'other.png')
    await sharp({ create: { width: 60, height: 40, channels: 3, background: '#d8b' } }).png().toFile(file) // prettier-ignore
    const other = await Workbench.create({ folder: path.join(folder, 'p'), task: 'detection', classes: ['RBC'] }, 'Ada')
    onTestFinished(() => other.close())
    expect((await replay(other, { steps: bench.steps.all(), paths: [file] })).map(({ said }) => said)).toEqual([
      'none of the given images is meant by it',
      '1 image changed',
    ])
    expect(sizes(other)).toEqual([[2, 'person', null]])
  })
})

describe('models that know the scale at which they learned', () => {
  /** A model that learned at so many micrometres a pixel, or does not know. */
  async function withModel(microns: number | null): Promise<Workbench> {
    const bench = await newBench()
    await giveModel(bench)
    const file = path.join(bench.project.paths.models, MODEL, 'model.json')
    const facts = JSON.parse(await readFile(file, 'utf8')) as object
    await writeFile(file, JSON.stringify({ ...facts, settings: microns === null ? {} : { micronsPerPixel: microns } }))
    return bench
  }

  it('are named with what they may see at another scale', async () => {
    const bench = await withModel(0.5)
    // Alike, and seen at the same scale as when it was not known.
    expect((await setPixelSize(bench, { microns: 0.51, of: 'missing' })).notes).toEqual([])
    const { notes } = await setPixelSize(bench, { microns: 0.25, of: 'all' })
    expect(notes[1]).toMatch(/^A learned at 0.5 µm a pixel and may see 3 images larger or smaller than before\./)
  })

  it('are not named where they know none: they see images as before', async () => {
    const bench = await withModel(null)
    expect((await setPixelSize(bench, { microns: 0.25, of: 'missing' })).notes).toEqual([])
  })

  it.each([
    [0.5, 'asked anew, since they would see the images otherwise', null],
    [null, 'as they were, since these see pixels alone', 'r'],
  ])('of %s µm a pixel: the runs before are %s', async (microns, _what, answer) => {
    const bench = await withModel(microns)
    const { db } = bench.project
    const images = bench.images()
    db.addRun(run('r', MODEL as ModelId), images.map(({ id }) => id), []) // prettier-ignore
    const models = [bench.project.model(MODEL)] as const
    const before = (): Promise<unknown> => runOver(bench.project, [...models], { images: bench.images(), flips: false })
    expect(await before()).toBe('r')
    await setPixelSize(bench, { microns: 0.25, of: 'missing' })
    expect(await before()).toBe(answer)
  })

  it('are asked anew after an undo and after a redo too, whatever is undone beside it', async () => {
    const bench = await withModel(0.5)
    const { db } = bench.project
    // An edit of the same images without a pixel size: to take it back says nothing of their size.
    bench.edit({ label: 'Split', put: { images: bench.images().map((image) => ({ ...image, split: 'test' as const })) }, remove: {} })
    const models = [bench.project.model(MODEL)] as const
    const answer = (): Promise<unknown> => runOver(bench.project, [...models], { images: bench.images(), flips: false })
    const looked = (id: string): void => {
      // No moment of a change is that of a run.
      const createdAt = new Date(Date.now() + 1).toISOString()
      db.addRun({ ...run(id, MODEL as ModelId), createdAt }, bench.images().map(({ id: image }) => image), []) // prettier-ignore
      vi.setSystemTime(Date.now() + 1000)
    }
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await setPixelSize(bench, { microns: 0.25, of: 'missing' })
    looked('set')
    expect(await answer()).toBe('set')
    bench.undo()
    expect(await answer()).toBe(null)
    bench.undo()
    expect(await answer()).toBe(null)
    looked('undone')
    expect(await answer()).toBe('undone')
    bench.redo()
    expect(await answer()).toBe('undone')
    bench.redo()
    expect(await answer()).toBe(null)
  })
})
