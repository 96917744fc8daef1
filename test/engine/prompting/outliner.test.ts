import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { OnnxGraph } from '../../../src/engine/inference/onnx-model.ts'
import { Outliner } from '../../../src/engine/prompting/outliner.ts'
import type { OutlineModel, OutlineView } from '../../../src/shared/contracts/outliner.ts'
import { type BitMask, maskArea, maskBounds, maskHas } from '../../../src/shared/masks/bit-mask.ts'
import { bitMaskOf } from '../../../src/shared/masks/mask-shape.ts'
import type { Prompt } from '../../../src/shared/outline/prompt.ts'
import { writeSamModel } from './sam-models.ts'

// A light picture of 800 x 600 with two dark squares, 100 x 100 at (100, 100) and at (500, 300).
const SIZE = { width: 800, height: 600 }
const SQUARES = [
  { left: 100, top: 100 },
  { left: 500, top: 300 },
] as const
const WHOLE: OutlineView = { box: { x: 0, y: 0, ...SIZE }, ...SIZE }
/** A cell of the small models' embedding in pixels of the picture. */
const CELL = (16 * 800) / 1024
const NOTHING: Prompt = { clicks: [], box: null }
const at = (x: number, y: number, inside = true): Prompt['clicks'][number] => ({ x, y, inside })

let folder = ''
let file = ''

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'outliner-'))
  file = path.join(folder, 'squares.png')
  const dark = await sharp({ create: { width: 100, height: 100, channels: 3, background: '#202020' } })
    .png()
    .toBuffer()
  await sharp({ create: { ...SIZE, channels: 3, background: '#e0e0e0' } })
    .composite(SQUARES.map((place) => ({ input: dark, ...place })))
    .png()
    .toFile(file)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

class Asked {
  readonly outliner = new Outliner()
  readonly model: OutlineModel

  constructor(model: OutlineModel) {
    this.model = model
    onTestFinished(() => this.outliner.close())
  }

  async outline(prompt: Prompt, before = NOTHING, view = WHOLE): Promise<BitMask | null> {
    const said = ({ clicks, box }: Prompt) => ({ clicks: [...clicks], box })
    const question = { view, prompt: said(prompt), before: said(before) }
    const { mask } = await this.outliner.handlers().outline({ model: this.model, file, cacheFolder: folder, ...question })
    return mask && bitMaskOf(mask)
  }
}

/** Whether a mask is a square of the picture, to a cell of the model. */
function isSquare(mask: BitMask | null, { left, top }: { readonly left: number; readonly top: number }, scale = 1): void {
  const bounds = mask && maskBounds(mask)
  expect(bounds).not.toBeNull()
  expect(Math.abs(bounds!.x - left * scale)).toBeLessThan(CELL)
  expect(Math.abs(bounds!.y - top * scale)).toBeLessThan(CELL)
  expect(Math.abs(bounds!.width - 100 * scale)).toBeLessThan(1.5 * CELL)
  expect(Math.abs(bounds!.height - 100 * scale)).toBeLessThan(1.5 * CELL)
  expect(maskArea(mask!)).toBeGreaterThan(0.95 * bounds!.width * bounds!.height)
}

describe('a model of the layout of Segment Anything', () => {
  it.each(['rows', 'prepared'] as const)('outlines what is clicked or boxed, in a view looked at once: %s', async (layout) => {
    const asked = new Asked(writeSamModel(folder, layout, { layout }))
    isSquare(await asked.outline({ clicks: [at(150, 150)], box: null }), SQUARES[0])
    isSquare(await asked.outline({ clicks: [at(550, 350)], box: null }), SQUARES[1])
    isSquare(await asked.outline({ clicks: [], box: { x: 450, y: 250, width: 200, height: 200 } }), SQUARES[1])
    expect(await asked.outline({ clicks: [at(350, 60)], box: null })).toBeNull()
    expect(asked.outliner.looks).toBe(1)
  })

  it('leaves out what is clicked outside, and improves the mask before', async () => {
    const asked = new Asked(writeSamModel(folder, 'more'))
    const first: Prompt = { clicks: [at(120, 120)], box: null }
    const whole = await asked.outline(first)
    expect(maskHas(whole!, 190, 190)).toBe(true)
    const second: Prompt = { clicks: [...first.clicks, at(190, 190, false)], box: null }
    const cut = await asked.outline(second)
    expect([maskHas(cut!, 120, 120), maskHas(cut!, 190, 190)]).toEqual([true, false])
    // The same question, going on from the first: a quarter of its logits comes on top.
    const improved = await asked.outline(second, first)
    expect(maskArea(improved!)).toBeGreaterThan(maskArea(cut!))
  })

  it('works on a part at its own scale', async () => {
    const asked = new Asked(writeSamModel(folder, 'part'))
    const view = { box: { x: 400, y: 200, width: 400, height: 400 }, width: 200, height: 200 }
    const mask = await asked.outline({ clicks: [at(75, 75)], box: null }, NOTHING, view)
    isSquare(mask, { left: 100, top: 100 }, 0.5)
    await asked.outline({ clicks: [at(150, 150)], box: null })
    expect(asked.outliner.looks).toBe(2)
  })

  it('takes of four masks the first where a prompt says much, else the surest of the others', async () => {
    const asked = new Asked(writeSamModel(folder, 'four', { masks: 4 }))
    // So near that a click does not reach the square's ends: 160 pixels of 1,024 in the first mask, 20 less in the second.
    const view = { box: { x: 50, y: 50, width: 200, height: 200 }, width: 200, height: 200 }
    const disc = (radius: number): number => Math.PI * ((radius * 200) / 1024) ** 2
    const once = await asked.outline({ clicks: [at(100, 100)], box: null }, NOTHING, view)
    const twice = await asked.outline({ clicks: [at(100, 100), at(100, 100)], box: null }, NOTHING, view)
    expect(maskArea(once!) / disc(140)).toBeCloseTo(1, 1)
    expect(maskArea(twice!) / disc(160)).toBeCloseTo(1, 1)
  })
})

describe('choosing files', () => {
  const check = async (...files: string[]): Promise<OutlineModel> => {
    const outliner = new Outliner()
    onTestFinished(() => outliner.close())
    return outliner.handlers().check({ files })
  }
  const said = (...files: string[]): Promise<string> =>
    check(...files).then(
      () => 'taken',
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    )

  it('finds out which is which', async () => {
    const model = writeSamModel(folder, 'which')
    expect(await check(model.decoder, model.encoder)).toEqual(model)
  })

  it('says what does not fit', async () => {
    const model = writeSamModel(folder, 'unfit')
    expect(await said(model.encoder)).toMatch(/one encoder and one decoder; unfit.encoder.onnx is an encoder\./)
    expect(await said(model.encoder, model.encoder)).toMatch(/one encoder and one decoder/)
    expect(await said(path.join(folder, 'gone.onnx'))).toMatch(/gone.onnx is not there/)
    const text = path.join(folder, 'text.onnx')
    writeFileSync(text, 'no model at all')
    expect(await said(text, model.decoder)).toMatch(/text.onnx cannot be opened as an ONNX model/)
  })

  it.each([
    ['another embedding', [1, 3, 1024, 1024], [1, 256, 16, 16], /gives embeddings of 1 × 256 × 16 × 16/],
    ['another picture', [1, 3, 512, 512], [1, 256, 64, 64], /takes x of 1 × 3 × 512 × 512/],
  ] as const)('refuses an encoder of %s by its shape', async (name, input, output, sentence) => {
    const graph = new OnnxGraph()
    graph.input('x', input)
    const empty = graph.initializer('none', () => ({ shape: output, data: new Float32Array(output.reduce<number>((a, b) => a * b, 1)) }))
    graph.output(empty, 'embeddings', output)
    const encoder = path.join(folder, `${name}.onnx`)
    writeFileSync(encoder, graph.model('encoder', {}))
    expect(await said(encoder, writeSamModel(folder, 'other').decoder)).toMatch(sentence)
  })

  it('refuses the decoder of SAM 2, which wants more', async () => {
    const graph = new OnnxGraph()
    graph.input('image_embeddings', [1, 256, 64, 64])
    graph.input('high_res_feats_0', [1, 32, 256, 256])
    graph.output(graph.floats([1], [1, 1]), 'iou_predictions', [1, 1])
    const decoder = path.join(folder, 'sam2.onnx')
    writeFileSync(decoder, graph.model('decoder', {}))
    expect(await said(decoder)).toMatch(/does not take point_coords/)
  })

  it('refuses a decoder that answers nonsense when it is tried', async () => {
    const model = writeSamModel(folder, 'nonsense')
    const graph = new OnnxGraph()
    for (const [name, shape] of [
      ['image_embeddings', [1, 256, 64, 64]],
      ['point_coords', [1, 'n', 2]],
      ['point_labels', [1, 'n']],
      ['mask_input', [1, 1, 256, 256]],
      ['has_mask_input', [1]],
      ['orig_im_size', [2]],
    ] as const)
      graph.input(name, shape)
    graph.output(graph.floats([1, 2], [1, 2]), 'iou_predictions', [1, 'masks'])
    graph.output(graph.floats([1, 2], [1, 2]), 'low_res_masks', ['a', 'b'])
    writeFileSync(model.decoder, graph.model('decoder', {}))
    expect(await said(model.encoder, model.decoder)).not.toBe('taken')
  })
})
