import { describe, expect, it } from 'vitest'
import type { JobProgress } from '#shared/contracts/job.ts'
import { JobControl } from '../../../src/engine/jobs/job-control.ts'
import type { Weights } from '../../../src/engine/nn/weights.ts'
import type { Checkpoint } from '../../../src/engine/training/checkpoint.ts'
import { type LoopParts, type LoopSettings, TrainingLoop } from '../../../src/engine/training/loop.ts'
import { freshLoopState, type LoopState } from '../../../src/engine/training/loop-state.ts'
import type { Stepper } from '../../../src/engine/training/step.ts'

const settings: LoopSettings = { epochs: 6, batchesPerEpoch: 5, validateEvery: 2, patience: 0, plateau: null, checkpointSeconds: 1e9 }

/** A loop over a stepper that only counts; validation scores come from the list, by epoch. */
function loopWith(
  more: { settings?: Partial<LoopSettings>; scores?: Record<number, number>; state?: LoopState; losses?: (step: number) => number } = {},
) {
  const control = new JobControl()
  const log = {
    steps: [] as number[],
    rates: [] as number[],
    saved: [] as Checkpoint[],
    progress: [] as Omit<JobProgress, 'id'>[],
    bests: [] as number[],
    samples: [] as number[],
  }
  let step = more.state?.step ?? 0
  let time = 0
  const weights = (): Weights => new Map([['w', { shape: [1], data: Float32Array.of(step) }]])
  const stepper: Stepper = {
    step: () => {
      log.steps.push(step)
      time += 2
      return Promise.resolve({ loss: more.losses?.(step++) ?? 1 / ++step, 'gradient-norm': 1 })
    },
    state: () => ({ weights: weights(), slots: new Map(), step }),
    load: () => undefined,
    averaged: weights,
    accumulate: 1,
    dispose: () => undefined,
  }
  const parts: LoopParts = {
    stepper,
    control,
    nextBatch: () => { time += 1; return Promise.resolve({}) }, // prettier-ignore
    rate: (_, reductions) => {
      const rate = 10 ** -reductions
      log.rates.push(rate)
      return rate
    },
    validate: (_, epoch) => {
      time += 10
      const score = more.scores?.[epoch] ?? 0.1
      return Promise.resolve({ score, curves: { 'val/ap50': score }, metrics: { ap50: score } })
    },
    sample: (_, epoch) => { log.samples.push(epoch); return Promise.resolve() }, // prettier-ignore
    save: (checkpoint) => { log.saved.push(checkpoint); return Promise.resolve() }, // prettier-ignore
    saveBest: (_, epoch) => { log.bests.push(epoch); return Promise.resolve(`best-${epoch}`) }, // prettier-ignore
    report: (progress) => { log.progress.push(progress) }, // prettier-ignore
    now: () => time,
  }
  const loop = new TrainingLoop(parts, { ...settings, ...more.settings }, more.state ?? freshLoopState())
  return { loop, control, log }
}

describe('TrainingLoop', () => {
  it('makes every step of every epoch, validates when due, shows samples otherwise, and saves after each epoch', async () => {
    const { loop, log } = loopWith({ scores: { 2: 0.3, 4: 0.6, 6: 0.5 } })
    expect(await loop.run()).toBe('finished')
    expect(log.steps).toEqual(Array.from({ length: 30 }, (_, i) => i))
    expect(log.bests).toEqual([2, 4])
    expect(log.samples).toEqual([1, 3, 5])
    expect(log.saved.map(({ loop: state }) => [state.epoch, state.position])).toEqual([1, 2, 3, 4, 5, 6].map((epoch) => [epoch, 0]))
    expect(loop.state.best).toMatchObject({ epoch: 4, score: 0.6, file: 'best-4' })
  })

  it('tells fraction, time left and the share of waiting', async () => {
    const { loop, log } = loopWith()
    await loop.run()
    const running = log.progress.filter(({ state }) => state === 'running')
    expect(running[0]).toMatchObject({ fraction: 0, secondsLeft: null, curvesReset: true })
    // 3 s a step, none validated yet.
    expect(running.find(({ step }) => step === 1)).toMatchObject({ secondsPerStep: 3, secondsLeft: 29 * 3, epoch: 0.2 })
    // After two epochs a validation is known to take 10 s, and two are to come.
    expect(running.findLast(({ step }) => step === 11)?.secondsLeft).toBeCloseTo(19 * 3 + 2 * 10)
    expect(running.at(-1)).toMatchObject({ fraction: 1, secondsLeft: 0 })
    expect(running.at(-1)?.waitingShare).toBeCloseTo(1 / 3)
  })

  it('stops early once the score has not risen for long enough', async () => {
    const { loop } = loopWith({ settings: { epochs: 50, patience: 4 }, scores: { 2: 0.2, 4: 0.9 } })
    expect(await loop.run()).toBe('early')
    expect(loop.state.epoch).toBe(8)
  })

  it('lowers the rate on a plateau, and just so after a resume', async () => {
    const changes = { settings: { epochs: 16, batchesPerEpoch: 1, validateEvery: 1, plateau: { patience: 3, minDelta: 0.01 } } }
    const scores = { 1: 0.2, 2: 0.5, 3: 0.505, 4: 0.4, 5: 0.3, 6: 0.6, 7: 0.6 }
    const whole = loopWith({ ...changes, scores })
    await whole.loop.run()
    // Best at 2, so a plateau at 5; best at 6, so plateaus at 9, 12 and 15.
    expect(whole.log.rates).toEqual([1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-3, 1e-4])
    for (const { loop: state } of whole.log.saved.slice(0, -1)) {
      const rest = loopWith({ ...changes, scores, state })
      await rest.loop.run()
      expect(rest.log.rates).toEqual(whole.log.rates.slice(state.step))
      expect(rest.loop.state.plateau).toEqual(whole.loop.state.plateau)
    }
  })

  it('saves between epochs too when time has gone by', async () => {
    const { loop, log } = loopWith({ settings: { checkpointSeconds: 6, epochs: 1 } })
    await loop.run()
    expect(log.saved.map(({ loop: state }) => [state.epoch, state.position])).toEqual([
      [0, 2],
      [0, 4],
      [1, 0],
    ])
  })

  it('goes on from a state exactly', async () => {
    const whole = loopWith({ scores: { 2: 0.3, 4: 0.6 }, settings: { checkpointSeconds: 6 } })
    await whole.loop.run()
    const middle = whole.log.saved.find(({ loop: state }) => state.epoch === 2 && state.position > 0)!
    const rest = loopWith({ scores: { 2: 0.3, 4: 0.6 }, state: middle.loop })
    await rest.loop.run()
    expect(rest.log.steps[0]).toBe(middle.loop.step)
    expect(rest.loop.state.best).toEqual(whole.loop.state.best)
    expect(rest.loop.state.curves).toEqual(whole.loop.state.curves)
    expect(rest.log.progress[0]?.curves).toEqual(middle.loop.curves)
  })

  it('gives means of the scalars as points, about 500 a run', async () => {
    const { loop } = loopWith({ settings: { epochs: 400, batchesPerEpoch: 10, validateEvery: 1000 }, losses: (step) => step })
    await loop.run()
    const losses = loop.state.curves.filter(({ name }) => name === 'loss')
    expect(losses).toHaveLength(500)
    expect(losses[0]).toEqual({ epoch: 0.8, name: 'loss', value: 3.5 })
  })

  it('pauses between two steps with a checkpoint, and does not count the pause as work', async () => {
    const { loop, control, log } = loopWith()
    control.pause()
    const run = loop.run()
    while (!log.progress.some(({ state }) => state === 'paused')) await new Promise(setImmediate)
    expect(log.saved).toHaveLength(1)
    control.resume()
    expect(await run).toBe('finished')
    expect(log.steps).toHaveLength(30)
  })

  it('ends as it is asked to', async () => {
    const asked = async (how: 'keep' | 'cancel' | 'interrupt'): Promise<[string, number]> => {
      const { loop, control, log } = loopWith()
      const run = loop.run()
      while (log.steps.length < 7) await new Promise(setImmediate)
      control.end(how)
      return [await run, log.saved.at(-1)!.loop.step]
    }
    const [kept, keptAt] = await asked('keep')
    expect(kept).toBe('by-user')
    expect(keptAt).toBeGreaterThanOrEqual(7)
    expect((await asked('interrupt'))[0]).toBe('interrupted')
    expect((await asked('cancel'))[0]).toBe('cancelled')
  })

  it('ends a paused job too', async () => {
    const { loop, control } = loopWith()
    control.pause()
    const run = loop.run()
    await new Promise(setImmediate)
    control.end('cancel')
    expect(await run).toBe('cancelled')
  })

  it('says so when the loss is no number any more', async () => {
    const { loop } = loopWith({ losses: (step) => (step === 3 ? NaN : 1) })
    await expect(loop.run()).rejects.toMatchObject({ code: 'diverged', hint: expect.stringMatching(/learning rate/) as string })
  })
})
