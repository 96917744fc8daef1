import { describe, expect, test } from 'vitest'
import { howPicked, pickedNow, pickedTo } from '../../../src/renderer/panels/picked-images.ts'
import { imageId, type ImageId } from '../../../src/shared/records/ids.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => imageId.parse(id)) as [ImageId, ImageId, ImageId, ImageId]
const LISTED = [a, b, c, d]
const NONE: ReadonlySet<ImageId> = new Set()

describe('images that are picked beside the open one', () => {
  test('come one by one with Control, go again, and keep the open one', () => {
    const one = pickedTo({ picked: NONE, open: a }, LISTED, c, 'toggle')
    expect([...one]).toEqual([a, c])
    expect([...pickedTo({ picked: one, open: a }, LISTED, c, 'toggle')]).toEqual([a])
    expect([...pickedTo({ picked: one, open: a }, LISTED, a, 'toggle')]).toEqual([a, c])
  })

  test('come from the open one on with Shift, as the list stands', () => {
    expect([...pickedTo({ picked: NONE, open: c }, LISTED, a, 'range')]).toEqual([a, b, c])
    expect([...pickedTo({ picked: NONE, open: d }, [a, b], a, 'range')]).toEqual([d, a])
  })

  test('are forgotten by a click without a key, and as soon as another image is open', () => {
    const picked = new Set([a, c])
    expect(pickedTo({ picked, open: a }, LISTED, b, 'one').size).toBe(0)
    expect([...pickedNow({ picked, open: c })]).toEqual([a, c])
    expect(pickedNow({ picked, open: b }).size).toBe(0)
    expect(pickedNow({ picked: new Set([a]), open: a }).size).toBe(0)
  })

  test('go by the keys that are held', () => {
    const held = { shiftKey: false, ctrlKey: false, metaKey: false }
    expect([held, { ...held, ctrlKey: true }, { ...held, metaKey: true }, { ...held, shiftKey: true }].map(howPicked)).toEqual(['one', 'toggle', 'toggle', 'range']) // prettier-ignore
  })
})
