import { describe, expect, it } from 'vitest'
import type { Found, JobLabel } from '#shared/contracts/job.ts'
import { centredScore } from '#shared/metrics/score-midpoints.ts'
import { imageId } from '#shared/records/ids.ts'
import { MODEL_FORMAT, modelFile } from '#shared/records/model-file.ts'
import type { BoxShape } from '#shared/records/shape.ts'
import { type PixelSource, rasterSource } from '../../../src/engine/inference/pixel-source.ts'
import { createCellsLite0Preset } from '../../../src/engine/models/cells-lite0/preset.ts'
import { judge, type Detector } from '../../../src/engine/tasks/detection.ts'
import { engineTask } from '../../../src/engine/tasks/registry.ts'
import { grey, readGrey } from './looks.ts'

const task = engineTask(createCellsLite0Preset())
const box = (x: number): BoxShape => ({ type: 'box', x, y: 0, width: 4, height: 4 })
const labelled = (x: number, classIndex: number, ignore = false): JobLabel => ({ shape: box(x), classIndex, ignore })
const found = (x: number, classIndex: number, score: number): Found => ({ shape: box(x), classIndex, score })

/** Finds in a picture of a grey what stands for that grey. */
const detector =
  (known: Readonly<Record<number, readonly Found[]>>): Detector =>
  async (source: PixelSource) => {
    const [value] = await source.read({ x: 0, y: 0, width: 8, height: 8 }, [1, 1], 1)
    return known[Math.round(value!)] ?? []
  }

const classes = ['RBC', 'WBC']

describe('what a detector learns', () => {
  it('are boxes; areas and labels of the image are none', () => {
    const area: JobLabel = { shape: { type: 'polygon', rings: [[0, 0, 4, 0, 4, 4]] }, classIndex: 0, ignore: false }
    expect(task.canScore([grey(1, [labelled(0, 0)])])).toBe(true)
    expect(task.canScore([grey(1, [labelled(0, 0, true)]), grey(2, [area]), grey(3, [])])).toBe(false)
    const truth = (labels: readonly { box: BoxShape; classIndex: number; ignore: boolean }[]) => ({ kind: 'boxes', labels }) as const
    const fed = task.feed([truth([]), truth([{ box: { ...box(8), width: 60, height: 60 }, classIndex: 1, ignore: false }])], 64, 64)
    for (const { shape, data } of Object.values(fed)) expect([shape[0], data.length]).toEqual([2, shape.reduce((a, b) => a * b, 1)])
  })
})

describe('judging a detector', () => {
  const images = [grey(10, [labelled(0, 0), labelled(4, 1)]), grey(20, [labelled(0, 0)])]

  it('gives AP50 over the classes that occur', async () => {
    const perfect = detector({ 10: [found(0, 0, 0.9), found(4, 1, 0.8)], 20: [found(0, 0, 0.7)] })
    const { validation } = await judge({ images, classes, read: readGrey }, perfect)
    const one = expect.closeTo(1, 9) as number
    expect(validation.score).toEqual(one)
    expect(validation.curves).toMatchObject({ 'val/ap50': one, 'val/ap50/RBC': one, 'val/ap50/WBC': one })
    const half = detector({ 10: [found(0, 0, 0.9)], 20: [found(0, 0, 0.7)] })
    const other = await judge({ images, classes, read: readGrey }, half)
    expect(other.validation.score).toBeCloseTo(0.5, 6)
    expect(other.validation.metrics['perClass']).toMatchObject({ RBC: { ap50: expect.closeTo(1, 9) as number }, WBC: { ap50: 0 } })
  })

  it('does not punish what is found where nothing is to be learned', async () => {
    const given = [grey(10, [labelled(0, 0), labelled(4, 0, true)])]
    const both = detector({ 10: [found(4, 0, 0.9), found(0, 0, 0.5)] })
    expect((await judge({ images: given, classes, read: readGrey }, both)).validation.score).toBeCloseTo(1, 9)
    const wrong = [grey(10, [labelled(0, 0)])]
    expect((await judge({ images: wrong, classes, read: readGrey }, both)).validation.score).toBeCloseTo(0.5, 6)
  })

  it('leaves out images that cannot be read, and names them', async () => {
    const given = [grey(-1, [labelled(0, 0)]), ...images]
    const perfect = detector({ 10: [found(0, 0, 0.9), found(4, 1, 0.8)], 20: [found(0, 0, 0.7)] })
    const { validation, broken, shown } = await judge({ images: given, classes, read: readGrey }, perfect)
    expect(validation.score).toBeCloseTo(1, 9)
    expect(broken).toEqual(['-1'])
    expect(shown.map(({ imageId }) => imageId)).toEqual(images.map(({ id }) => id))
  })

  it('shows what is sure enough to be looked at', async () => {
    const unsure = detector({ 10: [found(0, 0, 0.29), found(4, 1, 0.31)] })
    const { shown } = await judge({ images: images.slice(0, 1), classes, read: readGrey }, unsure)
    expect(shown).toEqual([{ imageId: images[0]!.id, found: [found(4, 1, 0.31)], result: null }])
  })
})

describe('predicting with a detector', () => {
  /** A net that finds the same box whatever it sees, with the score 0.4; its own 0.4 is told as 0.5, where mirrored looks vote its 0.2. */
  const sure = createCellsLite0Preset()
  const blindTask = engineTask({ ...sure, decode: (_outputs, _index, { width, height }) => [centred(width, height)] })
  const centred = (width: number, height: number) => ({
    box: { x: width / 4, y: height / 4, width: width / 2, height: height / 2 },
    classIndex: 0,
    score: 0.4,
  })
  const session = { runtime: 'test', run: () => Promise.resolve({}), dispose: () => Promise.resolve() }
  const file = modelFile.parse({
    ...{ format: MODEL_FORMAT, task: 'detection', preset: sure.name, classes: ['RBC'], normalization: { mean: [0], scale: [1] } },
    ...{
      inferenceSizes: [[64, 64]],
      frame: { width: 64, height: 64 },
      parameters: 1,
      weightsSha256: '0'.repeat(64),
      onnxSha256: null,
      onnxDifference: null,
    },
    ...{ best: null, metrics: {}, backend: 'tensorflow', seed: 0, epochs: 1, settings: {}, createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ scoreMidpoints: [0.4], mirroredMidpoints: [0.2] },
  })
  const image = { id: imageId.parse('i'), path: 'i', width: 64, height: 64 }
  const source = rasterSource({ width: 64, height: 64, channels: 3, data: new Uint8Array(64 * 64 * 3) })
  const scores = async (flips: boolean, given = file): Promise<number[]> => {
    const options = { minScore: 0.02, flips, mapPlace: null, turn: () => Promise.resolve() }
    const { found } = await blindTask.predictor([{ file: given, session }]).predict(source, image, options)
    return found.map(({ score }) => score)
  }

  it('tells scores by the midpoints of the looks that were asked for', async () => {
    expect(await scores(false)).toEqual([expect.closeTo(0.5, 9)])
    expect(await scores(true)).toEqual([expect.closeTo(centredScore(0.4, 0.2), 9)])
    expect(await scores(true, { ...file, mirroredMidpoints: null })).toEqual([expect.closeTo(0.5, 9)])
  })
})
