import { describe, expect, it } from 'vitest'
import { imageId } from '../../../src/shared/records/ids.ts'
import { composed } from '../../../src/shared/channels/compose.ts'
import { type ChannelLook, type Plane } from '../../../src/shared/channels/look.ts'
import { createChannelsStore, isByChannels, looksBeside, looksOf } from '../../../src/renderer/state/channels.ts'
import { statsOf } from '../../../src/renderer/viewer/channels/plane.ts'

const plane = (width: number, ...values: number[]): Plane => ({ width, height: values.length / width, values: Uint16Array.from(values) })
const look = (color: string, low: number, high: number, on = true): ChannelLook => ({ color, low, high, on })
const pixel = (data: Uint8ClampedArray, i: number): number[] => [...data.subarray(4 * i, 4 * i + 4)]

describe('channels laid over each other', () => {
  it('are spread over their range, each in its colour, and added up', () => {
    const planes = [plane(3, 100, 300, 600), plane(3, 0, 50, 1000)]
    const { data, width, height } = composed(planes, [look('#ff8000', 100, 500), look('#00ff00', 0, 100)])
    expect([width, height]).toEqual([3, 1])
    expect(pixel(data, 0)).toEqual([0, 0, 0, 255])
    // Half of the first, and of the second; 64 + 128.
    expect(pixel(data, 1)).toEqual([128, 192, 0, 255])
    expect(pixel(data, 2)).toEqual([255, 255, 0, 255])
  })

  it('are left out where they are off', () => {
    const { data } = composed([plane(1, 9), plane(1, 9)], [look('#ff0000', 0, 9, false), look('#0000ff', 0, 9)])
    expect(pixel(data, 0)).toEqual([0, 0, 255, 255])
  })

  it('are taken at every so many pixels for a first look', () => {
    const values = Array.from({ length: 35 }, (_, i) => i)
    const { data, width, height } = composed([plane(7, ...values)], [look('#ffffff', 0, 255)], 3)
    expect([width, height]).toEqual([3, 2])
    expect([0, 1, 2, 3, 4, 5].map((i) => pixel(data, i)[0])).toEqual([0, 3, 6, 21, 24, 27])
  })
})

describe('the numbers of a channel', () => {
  it('give the range from the 0.1th to the 99.9th percentile, and the camera’s bits', () => {
    const values = Uint16Array.from({ length: 10_000 }, (_, i) => (i < 5 ? 0 : i > 9_994 ? 4000 : 500 + (i % 1000)))
    const { auto, most, histogram } = statsOf({ values })
    expect(auto).toEqual({ low: 500, high: 1499 })
    expect(most).toBe(4095)
    expect(histogram).toHaveLength(64)
    expect(Math.max(...histogram)).toBe(1)
  })
})

describe('how channels are shown', () => {
  const [first, other] = [imageId.parse('one'), imageId.parse('two')]
  const facts = [{ name: 'a', color: '#ff0000' }]
  const stats = [{ histogram: [1], most: 255, auto: { low: 3, high: 90 } }]

  it('beside: as those of the open image where they are called alike, else as they were set', () => {
    const store = createChannelsStore()
    const second = (imageFacts = facts) => looksBeside(store.getState(), { imageId: other, facts: imageFacts })
    const set = (id: typeof first, imageFacts: typeof facts): void => {
      store.open(id, imageFacts)
      store.show(true)
      store.measured(imageFacts.map(() => stats[0]!))
    }
    expect(second([])).toBeNull()
    set(first, facts)
    expect(second()).toBe(looksOf(store.getState()))
    store.change(0, { high: 50 })
    expect(second()).toMatchObject([{ high: 50 }])
    // Others have not been looked at one by one yet.
    const two = [...facts, { name: 'b', color: '#00ff00' }]
    expect(second(two)).toBeNull()
    set(other, two)
    store.change(1, { low: 7 })
    store.open(first, facts)
    store.measured(stats)
    expect(second(two)).toMatchObject([{ low: 3 }, { low: 7 }])
    // Until its channels are known nothing of them can be read, however it was shown before.
    expect(second([])).toBeNull()
    store.show(false)
    expect(second()).toBeNull()
  })

  it('begins at the automatic range, and is kept by image', () => {
    const store = createChannelsStore()
    store.open(first, facts)
    expect(isByChannels(store.getState())).toBe(false)
    store.show(true)
    expect(looksOf(store.getState())).toBeNull()
    store.measured(stats)
    expect(looksOf(store.getState())).toEqual([{ on: true, color: '#ff0000', low: 3, high: 90 }])
    store.change(0, { high: 40 })
    store.open(other, facts)
    expect(looksOf(store.getState())).toBeNull()
    expect(isByChannels(store.getState())).toBe(false)
    store.open(first, facts)
    store.measured(stats)
    expect(looksOf(store.getState())).toMatchObject([{ low: 3, high: 40 }])
    store.show(false)
    expect(looksOf(store.getState())).toBeNull()
  })
})
