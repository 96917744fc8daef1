import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { must } from '#shared/assert.ts'
import { load } from '../../../src/engine/backends/probe.ts'
import { readModelFile } from '../../../src/engine/data/model-folder.ts'
import { autoencoderNetwork } from '../../../src/engine/models/autoencoder-128/network.ts'
import { createAutoencoder128Preset } from '../../../src/engine/models/autoencoder-128/preset.ts'
import type { ReconstructionPreset } from '../../../src/engine/models/anomaly-preset.ts'
import { engineTask } from '../../../src/engine/tasks/registry.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import { parameterCount } from '../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import { reconstructionLoss } from '../../../src/engine/training/losses/squared-error.ts'
import { drawCell, drawCells, jobIn, predict, SIDE, SPOT, type SpottedSample, train, type Trained } from './spotted.ts'

// A small autoencoder on drawn cells: the classic one's batch norms would need hundreds of steps.

const classic = createAutoencoder128Preset()
const network: Network = {
  name: 'small',
  channels: 3,
  normalization: { mean: [0], scale: [255] },
  multiple: SIDE,
  fixedSize: SIDE,
  build<T>(ops: Ops<T>, input: T) {
    let x = input
    const layer = (name: string, filters: number): T =>
      ops.relu(ops.batchNorm(ops.conv(x, { name, filters, kernel: 3 }), { name: `${name}/norm`, epsilon: 1e-3, momentum: 0.2 }))
    for (const [i, filters] of [8, 8, 3].entries()) x = ops.maxPool(layer(`down${i}`, filters), 2, 2, 'valid')
    for (const [i, filters] of [8, 8, 8].entries()) x = ops.upsampleNearest(layer(`up${i}`, filters), 2)
    return { reconstruction: ops.sigmoid(ops.conv(x, { name: 'pixels', filters: 3, kernel: 1, bias: true })) }
  },
}
const augmentation = { ...classic.defaults.augmentation, sizes: [[SIDE, SIDE]] as const }
const narrow: ReconstructionPreset = {
  ...classic,
  inferenceSizes: [[SIDE, SIDE]],
  network: () => network,
  loss: () => reconstructionLoss(network),
  defaults: { ...classic.defaults, epochs: 40, leastSteps: 0, batch: 4, learningRate: 1e-2, augmentation },
}

describe('the classic autoencoder', () => {
  it('has the parameters of the study, learns images alone, and of these the normal ones', async () => {
    expect(parameterCount(classic.network(2)).total).toBe(2_886_275)
    expect(parameterCount(autoencoderNetwork()).total).toBe(2_886_275)
    const task = engineTask(classic)
    expect(task.feed([{ kind: 'none' }], 128, 128)).toEqual({})
    const image = (classIndex: number | null) => {
      const labels = classIndex === null ? [] : [{ shape: { type: 'image' as const }, classIndex, ignore: false }]
      return { path: 'x', width: 50, height: 50, labels }
    }
    const images = [image(0), image(1), image(null), image(0)]
    expect(task.frames!(images, { width: 50, height: 50 }).map((frame) => frame.image)).toEqual([0, 3])
    expect(() => task.frames!([image(1)], { width: 50, height: 50 })).toThrowError(expect.objectContaining({ code: 'no-training-images' }))
  })
})

describe('training an autoencoder', { timeout: 300_000 }, () => {
  let folder: string
  let normal: SpottedSample[]
  let val: SpottedSample[]
  let trained: Trained
  let model: string
  beforeAll(async () => {
    await load('tensorflow')
    folder = await mkdtemp(path.join(os.tmpdir(), 'autoencoder-'))
    normal = await drawCells(folder, 'normal', 16, 0, false)
    val = [...(await drawCells(folder, 'val-normal', 5, 100, false)), ...(await drawCells(folder, 'val-spot', 5, 200, true))]
    const job = await jobIn(path.join(folder, 'job'), { train: [...normal, await drawCell(folder, 'odd', 77, true)], val })
    model = job.modelFolder
    trained = await train(job, narrow)
  }, 300_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('keeps the epoch that redraws normal images best, and scores by AUROC', () => {
    const { result, previews } = trained
    const curve = (name: string) => result.curves.filter((point) => point.name === name).map(({ value }) => value)
    const errors = curve('val/mse')
    expect(errors.at(-1)).toBeLessThan(0.3 * errors[0]!)
    expect(result.metrics['mse']).toBeCloseTo(Math.min(...errors), 8)
    expect(result.best).toBe(result.metrics['imageAuroc'])
    expect(result.best).toBe(1)
    expect(curve('val/auroc')).toHaveLength(errors.length)
    expect(previews.at(-1)?.images.every(({ result: said }) => said?.anomaly !== null)).toBe(true)
  })

  it('stores the levels of normal validation images', async () => {
    const { threshold, pixelThreshold, mapScale } = await readModelFile(model)
    expect(trained.result.metrics).toMatchObject({ threshold, pixelThreshold, mapScale })
    expect(mapScale).toBe(2 * pixelThreshold!)
  })

  it('marks a spot where it lies', async () => {
    const unseen = [...(await drawCells(folder, 'new-normal', 3, 300, false)), ...(await drawCells(folder, 'new-spot', 3, 400, true))]
    const told = await predict(narrow, [model], unseen)
    const scores = told.map(({ result }) => result!.anomaly!)
    expect(Math.min(...scores.slice(3))).toBeGreaterThan(Math.max(...scores.slice(0, 3)))
    for (const [i, { found }] of told.slice(3).entries()) {
      const { x, y } = unseen[3 + i]!.spot!
      const { shape } = must(found.find((one) => one.shape.type === 'mask'), 'an area') // prettier-ignore
      if (shape.type !== 'mask') throw new Error('an area is a mask')
      expect(Math.abs(shape.x + shape.width / 2 - x - SPOT / 2)).toBeLessThan(4)
      expect(Math.abs(shape.y + shape.height / 2 - y - SPOT / 2)).toBeLessThan(4)
    }
  })

  it('works through a larger image in tiles, and mirrored', async () => {
    const large = await drawCell(folder, 'large', 600, true, 160)
    const [told] = await predict(narrow, [model], [large], { flips: true })
    const { x, y } = large.spot!
    const hit = told!.found.some(
      ({ shape }) =>
        shape.type === 'mask' && shape.x < x + SPOT && shape.x + shape.width > x && shape.y < y + SPOT && shape.y + shape.height > y,
    )
    expect(hit).toBe(true)
  })

  it('without abnormal validation images has no score, and without normal ones takes levels from training', async () => {
    const short = { ...narrow, defaults: { ...narrow.defaults, epochs: 2 } }
    const onlyNormal = await jobIn(path.join(folder, 'normal-only'), { train: normal.slice(0, 4), val: val.slice(0, 2) })
    const first = await train(onlyNormal, short)
    expect(first.result.best).toBeNull()
    expect(first.result.metrics['mse']).toBeGreaterThan(0)
    const none = await jobIn(path.join(folder, 'no-val'), { train: normal.slice(0, 4), val: [] })
    const second = await train(none, short)
    expect(second.result.notes.join(' ')).toMatch(/threshold was taken from training images/)
    expect((await readModelFile(none.modelFolder)).threshold).toBe(second.result.metrics['threshold'])
  })

  it('goes on from its checkpoint after it was interrupted, to the same model', async () => {
    const short = { ...narrow, defaults: { ...narrow.defaults, epochs: 3 } }
    const parts = { train: normal.slice(0, 8), val: val.slice(3, 7) }
    const whole = await jobIn(path.join(folder, 'whole'), parts)
    await train(whole, short)
    const broken = await jobIn(path.join(folder, 'broken'), parts)
    const control = new JobControl()
    const interrupted = train(broken, short, control, ({ step }) => { if ((step ?? 0) >= 3) control.end('interrupt') }) // prettier-ignore
    await expect(interrupted).rejects.toMatchObject({ code: 'interrupted' })
    await train(broken, short)
    expect((await readModelFile(broken.modelFolder)).weightsSha256).toBe((await readModelFile(whole.modelFolder)).weightsSha256)
  })
})
