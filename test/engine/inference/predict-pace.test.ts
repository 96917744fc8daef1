import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JobImage } from '#shared/contracts/job.ts'
import { imageId } from '#shared/records/ids.ts'
import { PredictPace } from '../../../src/engine/inference/predict-pace.ts'

const image = (side: number): JobImage => ({ id: imageId.parse(`i${side}`), path: '', width: side, height: side })

describe('PredictPace', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('counts pixels: a large image is most of the work', () => {
    const pace = new PredictPace([image(512), image(512), image(10_240)])
    expect([pace.fraction, pace.secondsLeft]).toEqual([0, null])
    for (let i = 0; i < 2; i++) {
      pace.begin(image(512))
      vi.advanceTimersByTime(1000)
      pace.end()
    }
    expect(pace.fraction).toBeLessThan(0.02)
    pace.begin(image(10_240))
    pace.reach(0, 400)
    vi.advanceTimersByTime(100_000)
    pace.reach(200, 400)
    expect(pace.fraction).toBeCloseTo(0.5, 1)
    expect(pace.secondsLeft).toBeGreaterThan(98)
    expect(pace.secondsLeft).toBeLessThan(103)
    pace.reach(400, 400)
    pace.end()
    expect([pace.fraction, pace.secondsLeft]).toEqual([1, 0])
  })

  it('does not take for pace what an earlier prediction had done, nor a pause for work', () => {
    const pace = new PredictPace([image(10_000)])
    pace.begin(image(10_000))
    vi.advanceTimersByTime(2000)
    pace.reach(600, 1000)
    expect([pace.fraction, pace.secondsLeft]).toEqual([0.6, null])
    vi.advanceTimersByTime(98_000)
    pace.pause()
    vi.advanceTimersByTime(1e6)
    pace.resume()
    pace.reach(800, 1000)
    expect(pace.seconds).toBeCloseTo(100)
    expect(pace.secondsLeft).toBeCloseTo(100)
  })

  it('is through at once where there is nothing to do or to look at', () => {
    expect(new PredictPace([]).fraction).toBe(1)
    const pace = new PredictPace([image(100)])
    pace.begin(image(100))
    pace.reach(0, 0)
    expect(pace.fraction).toBe(1)
  })
})
