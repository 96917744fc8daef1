import { describe, expect, it } from 'vitest'
import { iou } from '../../../src/shared/geometry/box.ts'
import { createRandom } from '../../../src/shared/random.ts'
import type { Shape } from '../../../src/shared/records/shape.ts'
import { detectObjects, inputSize, typicalFrame } from '../../../src/engine/inference/detect.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import type { Detection, DetectionPreset } from '../../../src/engine/models/detection-preset.ts'
import { createCellsLite0Preset } from '../../../src/engine/models/cells-lite0/preset.ts'
import { createSsd300Preset } from '../../../src/engine/models/ssd300/preset.ts'
import { type PixelSource, rasterSource } from '../../../src/engine/inference/pixel-source.ts'

const cells = createCellsLite0Preset()
const ssd = createSsd300Preset()

interface Square {
  readonly x: number
  readonly y: number
  readonly side: number
  readonly kind: number
}

/** White squares on black; the kind is in the colour. */
function draw(width: number, height: number, squares: readonly Square[]): PixelSource {
  const data = new Uint8Array(width * height * 3)
  for (const { x, y, side, kind } of squares)
    for (let row = y; row < y + side; row++)
      for (let column = x; column < x + side; column++) data.set(kind === 0 ? [255, 255, 0] : [255, 0, 255], (row * width + column) * 3)
  return rasterSource({ width, height, channels: 3, data })
}

/** Squares that do not touch, at random places. */
function scatter(width: number, height: number, count: number): Square[] {
  const random = createRandom(4)
  const squares: Square[] = []
  while (squares.length < count) {
    const side = 16 + random.int(60)
    const one = { x: random.int(width - side), y: random.int(height - side), side, kind: random.int(2) }
    const apart = squares.every(
      (two) => one.x > two.x + two.side + 6 || two.x > one.x + side + 6 || one.y > two.y + two.side + 6 || two.y > one.y + side + 6,
    )
    if (apart) squares.push(one)
  }
  return squares
}

/** A stand-in for a perfect network: its session gives the input back, its decoder boxes what is bright and connected. */
function perfectDetector(score: (box: Detection['box']) => number = () => 0.9) {
  const asked: string[] = []
  const session: InferenceSession = {
    runtime: 'test',
    run: (pixels, batch, height, width) => {
      asked.push(`${width}x${height}`)
      return Promise.resolve({ image: { shape: [batch, height, width, 3], data: pixels } })
    },
    dispose: () => Promise.resolve(),
  }
  const preset: DetectionPreset = {
    ...cells,
    decode: (outputs, _index, { height, width, minScore }) =>
      components(outputs['image']!.data, width, height)
        .map((found) => ({ ...found, score: score(found.box) }))
        .filter((found) => found.score >= minScore),
  }
  return { session, preset, asked }
}

function components(pixels: Float32Array, width: number, height: number): Omit<Detection, 'score'>[] {
  const seen = new Uint8Array(width * height)
  const found: Omit<Detection, 'score'>[] = []
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || pixels[start * 3]! < 128) continue
    const stack = [start]
    seen[start] = 1
    let [left, top, right, bottom, yellow, count] = [width, height, 0, 0, 0, 0]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)]
      ;[left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)]
      yellow += pixels[at * 3 + 1]! > pixels[at * 3 + 2]! ? 1 : 0
      count++
      for (const next of [x > 0 ? at - 1 : at, x < width - 1 ? at + 1 : at, at - width, at + width]) {
        if (next < 0 || next >= seen.length || seen[next] === 1 || pixels[next * 3]! < 128) continue
        seen[next] = 1
        stack.push(next)
      }
    }
    found.push({ box: { x: left, y: top, width: right - left, height: bottom - top }, classIndex: yellow > count / 2 ? 0 : 1 })
  }
  return found
}

function expectAll(found: Awaited<ReturnType<typeof detectObjects>>, squares: readonly Square[], least: number): void {
  expect(found).toHaveLength(squares.length)
  for (const { x, y, side, kind } of squares) {
    const same = (shape: Shape) => shape.type === 'box' && iou(shape, { x, y, width: side, height: side }) > least
    const hits = found.filter(({ shape, classIndex }) => classIndex === kind && same(shape))
    expect(hits, `${kind} at ${x}, ${y}`).toHaveLength(1)
  }
}

describe('detection in an image', () => {
  it('gives boxes in the pixels of the image, whatever the input sizes', async () => {
    const squares = scatter(640, 480, 14)
    const { session, preset, asked } = perfectDetector()
    expectAll(await detectObjects(session, preset, draw(640, 480, squares), { minScore: 0.5, frame: null }), squares, 0.8)
    expect(asked).toEqual(['576x448', '512x384'])
  })

  it('puts the sizes together: what both see is one object, and the surer view of it stays', async () => {
    const { session, preset } = perfectDetector(() => 0.8)
    const blind = {
      ...preset,
      decode: ((outputs, index, options) => (options.width === 512 ? [] : preset.decode(outputs, index, options))) as typeof preset.decode,
    }
    const [only] = await detectObjects(session, blind, draw(640, 480, [{ x: 100, y: 90, side: 50, kind: 0 }]), {
      minScore: 0.3,
      frame: null,
    })
    expect(only!.score).toBeCloseTo(0.8, 6)
    const both = await detectObjects(session, preset, draw(640, 480, [{ x: 100, y: 90, side: 50, kind: 0 }]), {
      minScore: 0.3,
      frame: null,
    })
    expect(both).toHaveLength(1)
  })

  it('works a large image off in tiles of the learned scale, and counts nothing twice', async () => {
    const squares = scatter(2100, 1500, 160)
    const { session, preset, asked } = perfectDetector()
    const turns: string[] = []
    const options = {
      minScore: 0.5,
      frame: { width: 640, height: 480 },
      sizes: [[384, 512] as const],
      turn: (done: number, tiles: number) => Promise.resolve(void turns.push(`${done}/${tiles}`)),
    }
    expectAll(await detectObjects(session, preset, draw(2100, 1500, squares), options), squares, 0.75)
    expect(new Set(asked)).toEqual(new Set(['512x384']))
    expect(asked.length).toBeGreaterThan(12)
    expect(turns.at(-1)).toBe(`${asked.length}/${asked.length}`)
  })

  it('keeps the scale where a tile is cut short by the image, and turns tiles as the image lies', async () => {
    const { session, preset, asked } = perfectDetector()
    const squares = [{ x: 200, y: 1500, side: 60, kind: 1 }]
    const options = { minScore: 0.5, frame: { width: 640, height: 480 }, sizes: [[384, 512] as const] }
    expectAll(await detectObjects(session, preset, draw(320, 2000, squares), options), squares, 0.75)
    expect(new Set(asked)).toEqual(new Set(['256x512']))
  })

  it('with a higher threshold gives a part of the same result', async () => {
    const squares = scatter(640, 480, 12)
    const { session, preset } = perfectDetector(({ width }) => width / 70)
    const all = await detectObjects(session, preset, draw(640, 480, squares), { minScore: 0.02, frame: null })
    const some = await detectObjects(session, preset, draw(640, 480, squares), { minScore: 0.5, frame: null })
    expect(some).toEqual(all.filter(({ score }) => score >= 0.5))
    expect(some.length).toBeGreaterThan(0)
    expect(some.length).toBeLessThan(all.length)
  })
})

describe('the input of a frame', () => {
  it('keeps the area, takes the shape of the image, in steps that the network can take', () => {
    expect(inputSize(cells, [384, 512], { width: 640, height: 480 }, null)).toEqual([384, 512])
    expect(inputSize(cells, [384, 512], { width: 480, height: 640 }, null)).toEqual([512, 384])
    expect(inputSize(cells, [384, 512], { width: 1000, height: 1000 }, null)).toEqual([448, 448])
    expect(inputSize(cells, [384, 512], { width: 3000, height: 10 }, null)).toEqual([32, 2048])
    expect(inputSize(ssd, [300, 300], { width: 640, height: 480 }, null)).toEqual([300, 300])
  })

  it('is told by the images that were learned from, lying or upright', () => {
    expect(typicalFrame([{ width: 640, height: 480 }, { width: 480, height: 640 }, { width: 3000, height: 2000 }])).toEqual({ width: 640, height: 480 }) // prettier-ignore
    expect(typicalFrame([])).toBeNull()
  })
})
