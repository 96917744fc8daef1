import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRandom } from '#shared/random.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import { otsuThreshold } from '../../../src/engine/inference/otsu.ts'
import { findTissue } from '../../../src/engine/inference/tissue.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { readLabelImage } from '../../../src/imaging/label-image.ts'
import { readRaster } from '../../../src/imaging/read.ts'
import { tissuePicture } from './fake-slide.ts'

const tissueOf = (raster: Raster) => findTissue(rasterSource(raster))

function mapped(raster: Raster, map: (value: number, channel: number) => number): Raster {
  return { ...raster, data: raster.data.map((value, i) => Math.max(0, Math.min(255, Math.round(map(value, i % 3))))) }
}

describe('findTissue', () => {
  const discs = [
    { x: 300, y: 250, r: 120 },
    { x: 700, y: 600, r: 60 },
    { x: 860, y: 120, r: 6 },
  ]
  const picture = tissuePicture(1000, 800, discs, 1)

  it('tells the tissue from the glass, small pieces and margins included', async () => {
    const tissue = await tissueOf(picture)
    if (tissue === null) throw new Error('there is glass')
    for (const { x, y, r } of discs) expect(tissue.isGlass({ x: x - r, y: y - r, width: 2 * r, height: 2 * r })).toBe(false)
    expect(tissue.isGlass({ x: 420, y: 200, width: 4, height: 100 })).toBe(false)
    expect(tissue.isGlass({ x: 450, y: 20, width: 200, height: 200 })).toBe(true)
    expect(tissue.isGlass({ x: 0, y: 500, width: 500, height: 300 })).toBe(true)
    const covered = discs.reduce((sum, { r }) => sum + Math.PI * r * r, 0) / (1000 * 800)
    expect(1 - tissue.glassShare).toBeGreaterThan(covered)
    expect(1 - tissue.glassShare).toBeLessThan(covered * 1.15)
  })

  it('finds no tissue where there is only glass, dust and noise aside', async () => {
    const tissue = await tissueOf(tissuePicture(900, 700, [], 2))
    expect(tissue?.glassShare).toBeGreaterThan(0.995)
  })

  it('takes a picture full of tissue for tissue, dark and pale parts alike', async () => {
    const full = tissuePicture(600, 600, [{ x: 300, y: 300, r: 2000 }], 3)
    const random = createRandom(4)
    const data = full.data.slice()
    for (let n = 0; n < 60_000; n++) {
      const i = 3 * random.int(600 * 600)
      data.set([90, 50, 120], i)
    }
    // Nothing looks like glass: nothing is skipped.
    expect(await tissueOf({ ...full, data })).toBe(null)
    const torn = tissuePicture(600, 600, [{ x: 300, y: 300, r: 350 }], 3)
    expect((await tissueOf(torn))?.isGlass({ x: 100, y: 100, width: 400, height: 400 })).toBe(false)
  })

  it('keeps pale tissue beside dark stain, where Otsu alone would part the two stains', async () => {
    const pale = tissuePicture(800, 800, [{ x: 250, y: 400, r: 160 }], 5)
    const data = mapped(pale, (value, c) => (value < 230 ? [232, 214, 224][c]! : value)).data.slice()
    for (let y = 0; y < 800; y++) for (let x = 450; x < 700; x++) data.set([60, 30, 90], (y * 800 + x) * 3)
    const tissue = await tissueOf({ ...pale, data })
    expect(tissue?.isGlass({ x: 200, y: 350, width: 40, height: 40 })).toBe(false)
    expect(tissue?.isGlass({ x: 20, y: 20, width: 60, height: 60 })).toBe(true)
  })

  it('measures against the light of the lamp, not against white', async () => {
    const yellowish = mapped(picture, (value, c) => value * [1, 0.98, 0.92][c]!)
    const tissue = await tissueOf(yellowish)
    expect(tissue?.isGlass({ x: 450, y: 20, width: 200, height: 200 })).toBe(true)
    expect(tissue?.isGlass({ x: 200, y: 150, width: 200, height: 200 })).toBe(false)
  })

  it.each([
    ['fluorescence: cells bright on black', mapped(picture, (value) => 1.5 * (243 - value))],
    ['dark ground with colour', mapped(picture, (value, c) => (value < 220 ? [40, 250, 90][c]! : 8))],
    ['grey cells brighter than a grey ground', mapped(picture, (value) => (value < 220 ? 235 : 110))],
    ['glass too tinted to be told from stain', mapped(picture, (value, c) => value * [1, 0.9, 0.7][c]!)],
  ])('leaves nothing out of what is not bright-field: %s', async (_, raster) => {
    expect(await tissueOf(raster)).toBe(null)
  })
})

describe('otsuThreshold', () => {
  it('lies between two heaps of values, and is 0 for one', () => {
    const random = createRandom(6)
    const values = Float32Array.from({ length: 4000 }, (_, i) => random.normal(i % 4 === 0 ? 0.6 : 0.1, 0.03))
    expect(otsuThreshold(values, 1)).toBeGreaterThan(0.2)
    expect(otsuThreshold(values, 1)).toBeLessThan(0.5)
    expect(otsuThreshold(new Float32Array(10).fill(0.4), 1)).toBe(0)
  })
})

const data = path.resolve('..', 'shared', 'data')
if (!existsSync(data)) console.info('skipped: no ../shared/data: tissue on real images')

/** Four of 1,497 labelled nuclei, of 21 to 32 pixels, are too pale to be told from glass. */
const SLIVER = 40

describe.runIf(existsSync(data))('findTissue on real images', () => {
  const tile = async (name: string) => (await tissueOf(await readRaster(path.join(data, 'he_tiles', name))))?.glassShare ?? 0

  it('finds glass where there is no tissue, and tissue where there is', async () => {
    expect(await tile('no-tissue.png')).toBeGreaterThan(0.95)
    expect(await tile('no-tissue2.png')).toBeGreaterThan(0.9)
    expect(await tile('very-low-nuclei-score-level0.png')).toBe(0)
    expect(await tile('tissue-level0-7352-11762-7864-12274.png')).toBeLessThan(0.2)
  })

  it('leaves out no nucleus of any kind of picture, slivers aside', async () => {
    const folder = path.join(data, 'dsb2018')
    let [pictures, nuclei] = [0, 0]
    for (const name of await readdir(path.join(folder, 'images'))) {
      const raster = await readRaster(path.join(folder, 'images', name))
      const tissue = await tissueOf(raster)
      if (tissue === null) continue
      pictures++
      const { values } = await readLabelImage(path.join(folder, 'labels', name))
      const seen = new Map<number, { pixels: number; tissue: number }>()
      for (const [i, id] of values.entries()) {
        if (id === 0) continue
        const nucleus = seen.get(id) ?? { pixels: 0, tissue: 0 }
        const glass = tissue.isGlass({ x: i % raster.width, y: Math.floor(i / raster.width), width: 1, height: 1 })
        seen.set(id, { pixels: nucleus.pixels + 1, tissue: nucleus.tissue + (glass ? 0 : 1) })
      }
      const whole = [...seen.values()].filter(({ pixels }) => pixels >= SLIVER)
      nuclei += whole.length
      expect(whole.filter((nucleus) => nucleus.tissue === 0).length, name).toBe(0)
    }
    expect(pictures).toBeGreaterThan(5)
    expect(nuclei).toBeGreaterThan(100)
  })
})
