import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '../../../src/shared/errors.ts'
import { groupBy } from '../../../src/shared/group-by.ts'
import type { Shape } from '../../../src/shared/records/shape.ts'
import type { TaskKind } from '../../../src/shared/records/task.ts'
import type { ImageId } from '../../../src/shared/records/ids.ts'
import { Workbench } from '../../../src/main/workbench/index.ts'
import { alikeAmong, tellingLookAlikes } from '../../../src/main/workbench/look-alikes.ts'
import { divideAll } from '../../../src/main/workbench/splitting.ts'
import { temporaryFolder } from '../project/fixtures.ts'
import { anAnnotation } from './records.ts'

/** Pictures of noise as soft as tissue. */
async function picture(seed: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
  const grain = await sharp({ create: { width: 12, height: 9, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer()
  return sharp(grain).resize(240, 180, { kernel: 'cubic' }).modulate({ hue: seed }).png().toBuffer()
}

describe('look-alikes across the split', () => {
  it('are named, and found again from the cache without looking at the files', async () => {
    const folder = temporaryFolder()
    for (let i = 0; i < 6; i++) writeFileSync(path.join(folder, `train_${i}.png`), await picture(i))
    const copy = await sharp(path.join(folder, 'train_2.png')).rotate(90).jpeg({ quality: 70 }).toBuffer()
    writeFileSync(path.join(folder, 'held_0.jpg'), copy)
    writeFileSync(path.join(folder, 'held_1.png'), await picture(77))
    const bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task: 'detection', classes: ['A'] }, 'Ada')
    try {
      await bench.import({ paths: [folder] })
      // Nothing of it is labelled, so no training would divide it.
      expect(await bench.lookAlikes()).toEqual({ compared: 0, unread: 0, pairs: [], unsplit: { images: 0, alike: 0 } })
      await bench.split({ split: 'train', glob: 'train_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
      await bench.split({ split: 'val', glob: 'held_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
      const found = await bench.lookAlikes()
      const nameOf = (id: (typeof found.pairs)[number]['train']): string => bench.image(id).name
      expect(found.pairs.map(({ train, other }) => [nameOf(train), nameOf(other)])).toEqual([['train_2.png', 'held_0.jpg']])
      expect(found.compared).toBe(8)
      const kept = JSON.parse(readFileSync(path.join(bench.project.paths.cache, 'looks.json'), 'utf8')) as object
      expect(Object.keys(kept)).toHaveLength(8)
      expect(await bench.lookAlikes()).toEqual(found)
    } finally {
      await bench.close()
    }
  })

  it('stay on one side when they are imported and divided by chance, of what is there already too', async () => {
    const folder = temporaryFolder()
    const bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task: 'detection', classes: ['A'] }, 'Ada')
    onTestFinished(() => bench.close())
    const own = await Promise.all(Array.from({ length: 12 }, (_, i) => picture(i)))
    const files = (prefix: string, pictures: readonly Buffer[]): string[] =>
      pictures.map((bytes, i) => {
        const file = path.join(folder, `${prefix}_${i}.jpg`)
        writeFileSync(file, bytes)
        return file
      })
    const again = (quality: number) => Promise.all(own.map((bytes) => sharp(bytes).jpeg({ quality }).toBuffer()))
    await bench.import({ paths: [...files('a', own), ...files('b', await again(80))], split: 'auto', seed: 3 })
    const { undo } = bench.project.db.historyState()
    expect(undo).toBe('Import 24 images')
    await bench.import({ paths: files('c', await again(60)), split: 'auto', seed: 9 })
    const sides = groupBy(bench.images(), ({ name }) => name.replace(/^._|\.jpg$/g, ''))
    expect(sides.size).toBe(12)
    for (const images of sides.values()) expect(new Set(images.map(({ split }) => split)).size).toBe(1)
    expect(new Set(bench.images().map(({ split }) => split))).toEqual(new Set(['train', 'val', 'test']))
  })

  it('are nothing that a closing project answers about: what was not looked at is not taken for unlike the rest', async () => {
    const folder = temporaryFolder()
    for (let i = 0; i < 2; i++) writeFileSync(path.join(folder, `${i}.png`), await picture(i))
    const bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task: 'detection', classes: ['A'] }, 'Ada')
    await bench.import({ paths: [folder] })
    const look = () => Promise.reject(new AppError('pictures-stopped', 'The project was closed.'))
    const { project, thumbnails } = bench
    await expect(alikeAmong({ project, thumbnails, pictures: { look } }, bench.images())).rejects.toMatchObject({
      code: 'pictures-stopped',
    })
    const unreadable = () => Promise.reject(new AppError('image-unreadable', 'It is broken.'))
    expect(await alikeAmong({ project, thumbnails, pictures: { look: unreadable } }, bench.images())).toEqual([])
    await bench.close()
  })

  it('are seen as a job while images are looked at, and given up at once where that is cancelled', async () => {
    const folder = temporaryFolder()
    for (let i = 0; i < 11; i++) writeFileSync(path.join(folder, `${i}.png`), await picture(i))
    writeFileSync(path.join(folder, '11.jpg'), await sharp(path.join(folder, '0.png')).rotate(90).jpeg({ quality: 70 }).toBuffer())
    const bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task: 'detection', classes: ['A'] }, 'Ada')
    onTestFinished(() => bench.close())
    await bench.import({ paths: [folder] })
    const { project, thumbnails, pictures } = bench
    const look: typeof pictures.look = async (asked) => {
      await setTimeout(200)
      return pictures.look(asked)
    }
    const heard: number[] = []
    const stop = bench.events.on('job', (job) => {
      if (job.kind !== 'compare' || job.progress === null) return
      heard.push(job.progress.fraction)
      if (job.status === 'running' && job.progress.fraction > 0) void bench.cancel(job.id, false)
    })
    const means = { project, thumbnails, pictures: { look }, jobs: bench.jobs }
    await expect(alikeAmong(means, bench.images())).rejects.toMatchObject({ code: 'cancelled' })
    stop()
    expect(heard.at(-1)).toBeGreaterThan(0)
    expect(heard.at(-1)).toBeLessThan(1)
    expect(bench.jobs.list()).toMatchObject([{ kind: 'compare', status: 'cancelled' }])
    const pairs = await alikeAmong(bench, bench.images())
    const names = pairs.map((ids) => ids.map((id) => bench.image(id).name).sort().join(' ')) // prettier-ignore
    expect(new Set(names)).toEqual(new Set(['0.png 11.jpg']))
  })

  it('and images of other colours are told beside them', async () => {
    const folder = temporaryFolder()
    const stained = async (name: string, background: string): Promise<void> => {
      const noise = { type: 'gaussian' as const, mean: 128, sigma: 10 }
      const grain = await sharp({ create: { width: 120, height: 90, channels: 3, background: '#888', noise } })
        .png()
        .toBuffer()
      const tint = sharp({ create: { width: 120, height: 90, channels: 3, background } }).composite([{ input: grain, blend: 'soft-light' }])
      writeFileSync(path.join(folder, name), await tint.png().toBuffer())
    }
    for (let i = 0; i < 9; i++) await stained(`train_${i}.png`, `#d${i}90b${i}`)
    await stained('same.png', '#d490b4')
    await stained('blue.png', '#7080d0')
    const bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task: 'detection', classes: ['A'] }, 'Ada')
    try {
      await bench.import({ paths: [folder] })
      expect(await bench.colorCheck()).toEqual({ compared: 0, far: [] })
      await bench.split({ split: 'train', glob: 'train_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
      const [alike, { compared, far }] = await Promise.all([bench.lookAlikes(), bench.colorCheck()])
      expect(alike.pairs).toEqual([])
      expect([compared, far.map(({ image, shift }) => [bench.image(image).name, shift])]).toEqual([2, [['blue.png', 'bluer']]])
    } finally {
      await bench.close()
    }
  })
})

describe('look-alikes that have no split', () => {
  const LABELS: Readonly<Record<TaskKind, Shape>> = {
    detection: { type: 'box', x: 20, y: 20, width: 30, height: 30 },
    segmentation: { type: 'polygon', rings: [[20, 20, 60, 20, 60, 60]] },
    classification: { type: 'image' },
    anomaly: { type: 'image' },
  }
  const PICTURES = 16

  /** Labelled pictures under names that say nothing, each third one a second time: turned, a little lighter, and stored with losses. */
  async function labelled(task: TaskKind): Promise<Workbench> {
    const folder = temporaryFolder()
    for (let i = 0; i < PICTURES; i++) {
      const one = await picture(i)
      writeFileSync(path.join(folder, `field_${i}.png`), one)
      if (i % 3 === 0) writeFileSync(path.join(folder, `again_${i}.jpg`), await sharp(one).rotate(180).linear(0.95, 6).jpeg().toBuffer())
    }
    const bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task, classes: ['A', 'B'] }, 'Ada')
    onTestFinished(() => bench.close())
    await bench.import({ paths: [folder] })
    const classId = bench.classes()[0]!.id
    const annotations = bench.images().map(({ id }) => anAnnotation(`of-${id}`, id, { classId, shape: LABELS[task] }))
    const images = bench.images().map((image) => ({ ...image, state: 'done' as const }))
    bench.edit({ label: 'Test', put: { annotations, images }, remove: {} })
    return bench
  }

  /** Which pictures stand in more than one part. */
  function torn(bench: Workbench, partOf: (id: ImageId) => unknown): string[] {
    const parts = groupBy(bench.images(), ({ name }) => /\d+/.exec(name)![0])
    return [...parts].flatMap(([number, images]) => (new Set(images.map(({ id }) => partOf(id))).size > 1 ? [number] : []))
  }

  it.each(Object.keys(LABELS) as TaskKind[])('are on one side after a first training, and in one fold: %s', async (task) => {
    const bench = await labelled(task)
    expect(await bench.lookAlikes()).toMatchObject({ pairs: [], unsplit: { images: 22, alike: 12 } })
    for (const seed of [0, 1, 2]) {
      const parts = await bench.training.foldParts(4, seed)
      const foldOf = new Map(parts.flatMap(({ held }, fold) => held.map(({ id }) => [id, fold])))
      expect(torn(bench, (id) => foldOf.get(id))).toEqual([])
    }
    for (const seed of [0, 1, 2]) {
      vi.spyOn(bench.jobs, 'run').mockRejectedValue(new Error('not trained here'))
      const { assigned, done } = await bench.training.start({ preset: 'any', seed })
      await done.catch(() => undefined)
      expect(assigned.val).toBeGreaterThan(0)
      expect(assigned.train + assigned.val).toBe(22)
      expect(torn(bench, (id) => bench.image(id).split)).toEqual([])
      expect((await bench.lookAlikes()).pairs).toEqual([])
      bench.edit({ label: 'Test', put: { images: bench.images().map((image) => ({ ...image, split: null })) }, remove: {} })
    }
  })

  it('are on one side after a division by chance, from the command line and from the window', async () => {
    const bench = await labelled('classification')
    for (const seed of [3, 4, 5]) {
      await bench.split({ split: 'auto', glob: null, groupBy: null, seed, val: 0.2, test: 0.2 })
      expect(torn(bench, (id) => bench.image(id).split)).toEqual([])
      await divideAll(bench, { seed: seed + 10, groupBy: null, val: 0.2, test: 0.2 })
      expect(torn(bench, (id) => bench.image(id).split)).toEqual([])
      expect(new Set(bench.images().map(({ split }) => split)).size).toBe(3)
    }
  })

  it('follow the one that is held out already', async () => {
    const bench = await labelled('detection')
    const held = bench.images().find(({ name }) => name === 'field_6.png')!
    bench.edit({ label: 'Test', put: { images: [{ ...held, split: 'test' }] }, remove: {} })
    vi.spyOn(bench.jobs, 'run').mockRejectedValue(new Error('not trained here'))
    const { assigned, done } = await bench.training.start({ preset: 'any' })
    await done.catch(() => undefined)
    expect(assigned.test).toBe(1)
    expect(bench.images().find(({ name }) => name === 'again_6.jpg')?.split).toBe('test')
  })

  it('are told while a training is under way, where a person put them on both sides', async () => {
    const bench = await labelled('detection')
    await bench.split({ split: 'train', glob: 'field_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
    await bench.split({ split: 'test', glob: 'again_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
    const notes: string[] = []
    expect(await tellingLookAlikes(bench, { onNote: (note) => notes.push(note) }, Promise.resolve('model'))).toBe('model')
    expect(notes).toEqual([expect.stringMatching(/^6 pairs of images that look nearly the same stand on both sides of the split.*field_0\.png \/ again_0\.jpg/)]) // prettier-ignore
    // One of them may leave the project meanwhile, or all of it be closed: that is no fault of the training.
    vi.spyOn(bench.project, 'image').mockImplementation(() => {
      throw new Error('gone')
    })
    expect(await tellingLookAlikes(bench, { onNote: (note) => notes.push(note) }, Promise.resolve('model'))).toBe('model')
    expect(notes).toHaveLength(1)
  })

  it('are the same pairs for the same files in any order, also where one picture is there many times', async () => {
    const folder = temporaryFolder()
    const one = await picture(1)
    for (let i = 0; i < 24; i++)
      writeFileSync(path.join(folder, `copy_${i}.jpg`), await sharp(one).linear(1, i).jpeg({ quality: 95 }).toBuffer())
    const bench = await Workbench.create({ folder: path.join(folder, 'P.slidewright'), task: 'detection', classes: ['A'] }, 'Ada')
    onTestFinished(() => bench.close())
    await bench.import({ paths: [folder] })
    const pairs = await alikeAmong(bench, bench.images())
    expect(new Set(pairs.flat()).size).toBe(24)
    expect(await alikeAmong(bench, bench.images().toReversed())).toEqual(pairs)
  })
})
