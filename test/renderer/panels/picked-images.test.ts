import { describe, expect, test } from 'vitest'
import { createLibraryStore } from '../../../src/renderer/panels/library-store.ts'
import { forgetPicked, howPicked, pickedTo } from '../../../src/renderer/panels/picked-images.ts'
import { imageId, type ImageId } from '../../../src/shared/records/ids.ts'
import { IMAGE, imageOf, OTHER_IMAGE } from '../records.ts'
import { content, openSession } from '../session.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => imageId.parse(id)) as [ImageId, ImageId, ImageId, ImageId]
const LISTED = () => [a, b, c, d]
const NONE: ReadonlySet<ImageId> = new Set()

describe('images that are picked beside the open one', () => {
  test('come one by one with Control, go again, and keep the open one', () => {
    const one = pickedTo({ picked: NONE, open: a }, LISTED, c, 'toggle')
    expect([...one]).toEqual([a, c])
    expect([...pickedTo({ picked: one, open: a }, LISTED, b, 'toggle')]).toEqual([a, c, b])
    // The open one alone is no more than what a click opens.
    expect([...pickedTo({ picked: one, open: a }, LISTED, c, 'toggle')]).toEqual([])
    expect([...pickedTo({ picked: one, open: a }, LISTED, a, 'toggle')]).toEqual([a, c])
  })

  test('come from the open one on with Shift, as the list stands', () => {
    expect([...pickedTo({ picked: NONE, open: c }, LISTED, a, 'range')]).toEqual([a, b, c])
    expect([...pickedTo({ picked: NONE, open: d }, () => [a, b], a, 'range')]).toEqual([d, a])
  })

  test('are forgotten by a click without a key', () => {
    expect(pickedTo({ picked: new Set([a, c]), open: a }, LISTED, b, 'one').size).toBe(0)
  })

  test('stay while one of them is open, and are forgotten for good as soon as another image is', async () => {
    const third = imageId.parse('third')
    const { stores } = await openSession({ images: [...content().images, imageOf(third)] })
    const library = createLibraryStore(stores.clients.project)
    forgetPicked(stores, library)
    const picked = () => [...library.getState().picked]
    library.setState({ picked: new Set([IMAGE, third]) })
    await stores.actions.openImage(third)
    expect(picked()).toEqual([IMAGE, third])
    await stores.actions.openImage(OTHER_IMAGE)
    await stores.actions.openImage(third)
    expect(picked()).toEqual([])
  })

  test('go by the keys that are held', () => {
    const held = { shiftKey: false, ctrlKey: false, metaKey: false }
    expect([held, { ...held, ctrlKey: true }, { ...held, metaKey: true }, { ...held, shiftKey: true }].map(howPicked)).toEqual(['one', 'toggle', 'toggle', 'range']) // prettier-ignore
  })
})
