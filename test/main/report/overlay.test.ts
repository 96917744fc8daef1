import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { overlayPng, overlaySvg, type OverlayData } from '../../../src/main/report/overlay.ts'
import { pictures } from '../images/fixtures.ts'
import { makeClass } from '../interchange/records.ts'

const image = (file: string, width = 480, height = 360) => ({ file, width, height })
const [rbc, wbc] = [
  { ...makeClass('RBC', 0), color: '#00ff00' },
  { ...makeClass('<b>WBC</b>', 1), color: '#ee007f' },
]
const box = (x: number, y: number, width: number, height: number) => ({ type: 'box', x, y, width, height }) as const

const base: OverlayData = { image: image('a.png'), classes: [rbc, wbc], truth: [], predictions: [], title: 'a.png', source: 'model 1' }

describe('overlay', () => {
  let folder: string
  let images: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'overlay-'))
    images = await mkdtemp(path.join(tmpdir(), 'overlay-images-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
    await rm(images, { recursive: true })
  })

  async function grey(width: number, height: number, channels: 1 | 3 = 3): Promise<string> {
    const file = path.join(images, `${width}.png`)
    const data = new Uint8Array(width * height * channels).fill(128)
    await sharp(data, { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png()
      .toFile(file)
    return file
  }

  async function draw(data: Partial<OverlayData>): Promise<{ width: number; height: number; at: (x: number, y: number) => number[] }> {
    const file = path.join(folder, 'overlay.png')
    await overlayPng(pictures, { ...base, image: image(await grey(480, 360)), ...data }, file)
    const { data: pixels, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect(info.channels).toBe(3)
    return {
      width: info.width,
      height: info.height,
      at: (x, y) => [...pixels.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)],
    }
  }

  it('draws annotations as solid lines in their colour, with a light and a dark halo', async () => {
    const picture = await draw({ truth: [{ classId: rbc.id, shape: box(100, 100, 80, 40) }] })
    expect(picture.width).toBe(1440)
    expect(picture.height).toBeGreaterThan(1080)
    for (let x = 310; x < 530; x++) expect(picture.at(x, 300)).toEqual([0, 255, 0])
    const [dark] = picture.at(400, 297)
    expect(dark).toBeLessThan(128)
    expect(picture.at(400, 310)).toEqual([128, 128, 128])
  })

  it('draws predictions dashed, with the score on a patch', async () => {
    const picture = await draw({ predictions: [{ classId: wbc.id, score: 0.876, shape: box(100, 100, 80, 40) }] })
    const along = Array.from({ length: 180 }, (_, i) => picture.at(345 + i, 420).join())
    expect(along).toContain('238,0,127')
    expect(along).toContain('128,128,128')
    expect(picture.at(302, 288)).toEqual([238, 0, 127])
    const svg = overlaySvg({ ...base, predictions: [{ classId: wbc.id, score: 0.876, shape: box(0, 0, 80, 40) }] }, 480, 360, 1)
    expect(svg).toContain('>0.88</text>')
    expect(svg).toContain('stroke-dasharray')
  })

  it('marks points, and leaves out objects of unknown classes', () => {
    const svg = overlaySvg(
      {
        ...base,
        truth: [
          { classId: rbc.id, shape: { type: 'point', x: 10, y: 20 } },
          { classId: makeClass('gone').id, shape: box(1, 1, 1, 1) },
        ],
      },
      480,
      360,
      2,
    )
    expect(svg).toContain('M13 40h14M20 33v14')
    expect(svg.match(/<path/g)).toHaveLength(3)
  })

  it('draws on grey images, and goes by the size that the objects are in', async () => {
    const picture = await draw({
      image: image(await grey(300, 150, 1), 14_400, 7200),
      truth: [{ classId: rbc.id, shape: box(1000, 1000, 8000, 4000) }],
    })
    expect(picture.width).toBe(1440)
    expect(picture.at(500, 100)).toEqual([0, 255, 0])
    expect(picture.at(500, 300)).toEqual([128, 128, 128])
  })

  it('has room for the legend under a narrow image, and writes whole or not at all', async () => {
    const picture = await draw({ image: image(await grey(20, 30), 20, 30) })
    expect(picture.width).toBe(560)
    expect(picture.at(300, 20)).toEqual([255, 255, 255])
    await expect(
      overlayPng(pictures, { ...base, image: image(await grey(480, 360)) }, path.join(folder, 'none', 'overlay.png')),
    ).rejects.toMatchObject({ code: 'no-folder' })
    expect(await readdir(folder)).toEqual(['overlay.png'])
  })

  it('bears thousands of objects', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({
      classId: rbc.id,
      score: 0.5,
      shape: box((i * 37) % 460, (i * 91) % 340, 7, 7),
    }))
    const picture = await draw({ predictions: many })
    expect(picture.width).toBe(1440)
    expect(overlaySvg({ ...base, predictions: many }, 1440, 1080, 3).includes('<text')).toBe(false)
  })
})
