import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Workbench } from '../../../src/main/workbench/index.ts'
import { temporaryFolder } from '../project/fixtures.ts'

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
      expect(await bench.lookAlikes()).toEqual({ compared: 0, unread: 0, pairs: [] })
      bench.split({ split: 'train', glob: 'train_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
      bench.split({ split: 'val', glob: 'held_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
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
      bench.split({ split: 'train', glob: 'train_*', groupBy: null, seed: 0, val: 0.2, test: 0.2 })
      const [alike, { compared, far }] = await Promise.all([bench.lookAlikes(), bench.colorCheck()])
      expect(alike.pairs).toEqual([])
      expect([compared, far.map(({ image, shift }) => [bench.image(image).name, shift])]).toEqual([2, [['blue.png', 'bluer']]])
    } finally {
      await bench.close()
    }
  })
})
