import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { JobLabel, JobSample } from '#shared/contracts/job.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import { rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import { createCnn70Preset } from '../../../src/engine/models/cnn-70/preset.ts'
import type { Look, OpenedModel, Predicted } from '../../../src/engine/tasks/engine-task.ts'
import { engineTask } from '../../../src/engine/tasks/registry.ts'
import { grey, readGrey, sessionOf } from './looks.ts'

const task = engineTask(createCnn70Preset())
const said = (classIndex: number, ignore = false): JobLabel => ({ shape: { type: 'image' }, classIndex, ignore })

const look = (images: readonly JobSample[], logits: (value: number) => number[], classes = ['healthy', 'infected']): Look => ({
  ...{ session: sessionOf(logits), classes, frame: { width: 8, height: 8 }, images, read: readGrey },
})
/** The lighter, the surer of the second class. */
const lighter = (value: number): number[] => [(value - 100) / 20]

describe('what a classifier learns', () => {
  it('is the class of each sample, nothing where there is none', () => {
    const { labels } = task.feed([{ kind: 'label', classIndex: 1 }, { kind: 'label', classIndex: -1 }], 70, 70) // prettier-ignore
    expect(labels).toEqual({ shape: [2], data: Int32Array.of(1, -1) })
  })

  it('are whole images, those too that are much larger than the others', () => {
    const images = [40, 44, 300].map((side) => ({ ...grey(side, [said(0)]), width: side, height: side }))
    const frame = task.frame(images)
    expect(frame).toEqual({ width: 44, height: 44 })
    const whole = (side: number) => ({ x: 0, y: 0, width: side, height: side })
    expect(task.frames?.(images, frame)).toEqual([40, 44, 300].map((side, image) => ({ image, region: whole(side) })))
  })

  it('can be scored where two classes are labelled, not to be ignored', () => {
    expect(task.canScore([grey(1, [said(0)]), grey(2, [said(1)])])).toBe(true)
    expect(task.canScore([grey(1, [said(0)]), grey(2, [said(0)])])).toBe(false)
    expect(task.canScore([grey(1, [said(0)]), grey(2, [said(1, true)]), grey(3, [])])).toBe(false)
  })
})

describe('judging a classifier', () => {
  it('gives AUC, and the threshold where both classes are told best', async () => {
    const images = [grey(80, [said(0)]), grey(110, [said(0)]), grey(130, [said(1)]), grey(150, [said(1)])]
    const { validation, broken } = await task.judge(look(images, lighter))
    expect(broken).toEqual([])
    expect(validation.score).toBe(1)
    expect(validation.curves).toMatchObject({ 'val/auc': 1, 'val/accuracy': 1 })
    const { threshold } = validation.metrics as { threshold: number }
    const scoreOf = (value: number): number => 1 / (1 + Math.exp(-lighter(value)[0]!))
    expect(threshold).toBeGreaterThan(scoreOf(110))
    expect(threshold).toBeLessThanOrEqual(scoreOf(130))
  })

  it('counts each pair in the wrong order', async () => {
    const images = [grey(80, [said(0)]), grey(140, [said(0)]), grey(130, [said(1)]), grey(150, [said(1)])]
    expect((await task.judge(look(images, lighter))).validation.score).toBeCloseTo(0.75, 12)
  })

  it('of three classes gives the mean of each against the rest, and no threshold', async () => {
    const images = [grey(10, [said(0)]), grey(100, [said(1)]), grey(200, [said(2)])]
    const near = (value: number): number[] => [10, 100, 200].map((own) => -Math.abs(value - own) / 10)
    const { validation } = await task.judge(look(images, near, ['a', 'b', 'c']))
    expect(validation.score).toBe(1)
    expect(validation.metrics).toMatchObject({ auc: 1, accuracy: 1, threshold: null })
  })

  it('leaves out what has no label or cannot be read, and shows a few with their classes', async () => {
    const images = [grey(80, [said(0)]), grey(-1, [said(0)]), grey(255, []), grey(1, [said(1, true)]), grey(150, [said(1)])]
    const { validation, broken, shown } = await task.judge(look(images, lighter))
    expect(broken).toEqual(['-1'])
    expect(validation.score).toBe(1)
    for (const { found, result } of shown) {
      expect(found).toEqual([{ classIndex: expect.any(Number) as number, score: expect.any(Number) as number, shape: { type: 'image' } }])
      expect(result?.scores?.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
    }
    const previewed = await task.preview(look(images, lighter))
    expect(previewed.map(({ imageId }) => imageId)).toContain(images[0]!.id)
  })
})

describe('predicting with a classifier', () => {
  const model = (logits: (value: number) => number[], threshold: number | null, classes = ['healthy', 'infected']): OpenedModel => {
    const file: Partial<ModelFile> = { classes, threshold }
    return { file: file as ModelFile, session: sessionOf(logits) }
  }
  const options = { minScore: 0, flips: false, mapPlace: null, turn: () => Promise.resolve() }
  const source = rasterSource({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(100) })
  const image = { ...grey(100, []) }
  const ask = (...models: [OpenedModel, ...OpenedModel[]]): Promise<Predicted> => task.predictor(models).predict(source, image, options)
  const odds = (p: number) => (): number[] => [Math.log(p / (1 - p))]

  it('says the class with its probability, by the threshold that the training picked', async () => {
    const { found, result } = await ask(model(odds(0.4), null))
    expect(found).toMatchObject([{ classIndex: 0, shape: { type: 'image' } }])
    expect(found[0]?.score).toBeCloseTo(0.6, 6)
    expect(result?.scores?.[1]).toBeCloseTo(0.4, 6)
    const picked = await ask(model(odds(0.4), 0.3))
    expect(picked.found[0]?.classIndex).toBe(1)
    expect(picked.found[0]?.score).toBeCloseTo(0.4, 6)
  })

  it('averages several models, and their thresholds', async () => {
    const together = await ask(model(odds(0.9), 0.8), model(odds(0.5), 0.6), model(odds(0.4), null))
    expect(together.result?.scores?.[1]).toBeCloseTo(0.6, 6)
    // 0.6 is below the middle of 0.8 and 0.6.
    expect(together.found[0]?.classIndex).toBe(0)
  })

  it('draws what speaks for the class that it says, where the network gives its features', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const plain = model(odds(0.9), null)
    const features = { shape: [1, 2, 4, 1], data: Float32Array.of(1, 1, 3, 3, 1, 1, 3, 3) }
    const session = {
      ...plain.session,
      run: async (...input: Parameters<OpenedModel['session']['run']>) => ({ ...(await plain.session.run(...input)), features }),
    }
    const mapPlace = (name: string): { file: string; path: string } => ({ file: `${name}.png`, path: path.join(folder, `${name}.png`) })
    const head = [{ kernel: { shape: [2, 1], data: Float32Array.of(2, 2) }, bias: { shape: [1], data: Float32Array.of(0) } }]
    const drawn = await task.predictor([{ ...plain, session, head }]).predict(source, image, { ...options, mapPlace })
    expect(drawn.result?.maps).toMatchObject([{ kind: 'heat', file: 'heat.png', classIndex: null }])
    const data = await sharp(path.join(folder, 'heat.png')).extractChannel(0).raw().toBuffer()
    expect([data[0], data.at(-1)]).toEqual([85, 255])
    const without = await task.predictor([plain]).predict(source, image, { ...options, mapPlace })
    expect(without.result?.maps).toEqual([])
  })

  it('of three classes says the likeliest', async () => {
    const { found } = await ask(model(() => [0, 2, 1], null, ['a', 'b', 'c']))
    expect(found[0]?.classIndex).toBe(1)
  })
})
