import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pictures } from '../images/fixtures.ts'
import { scatterPng, scatterSvg, type ScatterData } from '../../../src/main/report/scatter.ts'
import { countTicks } from '../../../src/main/report/ticks.ts'

const pairs = (...counts: [number, number][]) => counts.map(([annotated, counted], imageId) => ({ imageId, annotated, counted }))
const data = (classes: ScatterData['classes']): ScatterData => ({ title: 'Counts', source: 'model 1, score from 0.50', classes })

/** All lines of text of a drawing. */
function texts(svg: string): string[] {
  expect(XMLValidator.validate(svg)).toBe(true)
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!)
}

describe('scatter', () => {
  it('writes the figures of each class beside its dots', () => {
    // Differences 0, 1, -1, 2: bias 0.5, SD 1.291, RMSE sqrt(6/4); annotated 1 2 3 4 spread 5.
    const svg = scatterSvg(data([{ name: 'RBC', color: '#00ff00', pairs: pairs([1, 1], [2, 3], [3, 2], [4, 6]) }]))
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'Counts',
        'model 1, score from 0.50',
        'RBC',
        '4 images: 10 annotated, 12 counted',
        'R² −0.200 · RMSE 1.22 · bias +0.50',
        'Limits of agreement −2.03 to +3.03',
      ]),
    )
    expect(svg.match(/<circle[^>]*fill-opacity/g)).toHaveLength(4)
  })

  it('puts dots where the counts are, larger for several images', () => {
    const svg = scatterSvg(data([{ name: 'A', color: '#00ff00', pairs: pairs([0, 0], [10, 5], [10, 5], [10, 5], [10, 5]) }]))
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)" fill="#00ff00" fill-opacity/g)].map((match) =>
      match.slice(1).map(Number),
    )
    expect(dots).toEqual([
      [262, 140, 7.2],
      [18, 262, 3.6],
    ])
  })

  it('says what cannot be said, and shows markup in names as text', () => {
    const svg = scatterSvg(
      data([
        { name: '<script>&amp;', color: '#00ff00', pairs: [] },
        { name: 'one', color: '#00ff00', pairs: pairs([3, 5]) },
        { name: 'same', color: '#00ff00', pairs: pairs([3, 5], [3, 5]) },
      ]),
    )
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        '&lt;script&gt;&amp;amp;',
        'R² – (no images) · RMSE – · bias –',
        'R² – (fewer than two images) · RMSE 2.00 · bias +2.00',
        'R² – (annotated counts are all equal) · RMSE 2.00 · bias +2.00',
        'Limits of agreement +2.00 to +2.00',
      ]),
    )
    expect(new XMLParser().parse(svg)).not.toHaveProperty('svg.script')
  })

  it('is a PNG at two pixels a unit, the dots in their colour', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'scatter-'))
    try {
      const file = path.join(folder, 'scatter.png')
      await scatterPng(
        pictures,
        data([{ name: 'A', color: '#00ff00', pairs: Array.from({ length: 9 }, (_, i) => ({ imageId: i, annotated: 5, counted: 5 })) }]),
        file,
      )
      const { data: pixels, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
      expect([info.width, info.height]).toEqual([960, 2 * (76 + 450 + 48)])
      const [x, y] = [2 * (10 + 56 + 262), 2 * (76 + 44 + 18) + 8]
      const at = (y * info.width + x) * 3
      expect(pixels[at + 1]! - pixels[at]!).toBeGreaterThan(120)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('marks axes in round whole numbers', () => {
    expect(countTicks(0)).toEqual([0, 1])
    expect(countTicks(3)).toEqual([0, 1, 2, 3])
    expect(countTicks(24)).toEqual([0, 5, 10, 15, 20, 25])
    expect(countTicks(99)).toEqual([0, 20, 40, 60, 80, 100])
    expect(countTicks(4321)).toEqual([0, 1000, 2000, 3000, 4000, 5000])
  })
})
