import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { annotationId, flagId, imageId } from '../../../src/shared/records/ids.ts'
import { type ImageRecord, type ImageState } from '../../../src/shared/records/image.ts'
import {
  ALL_IMAGES,
  flaggedOnly,
  neighbour,
  nextUndone,
  totalOf,
  visibleImages,
  type Counts,
} from '../../../src/renderer/panels/library-store.ts'
import { namesFor } from '../../../src/renderer/state/names.ts'
import { imageOf, RBC, WBC } from '../records.ts'

const image = (name: string, part: Partial<ImageRecord> = {}): ImageRecord => ({ ...imageOf(imageId.parse(name)), name, ...part })
const OWN = namesFor([], false)
const none: Counts = new Map()
const settings = { ...ALL_IMAGES, doubt: new Map<ImageRecord['id'], number>() }
const namesOf = (images: readonly ImageRecord[]): string[] => images.map(({ name }) => name)

describe('the images that the list shows', () => {
  const images = [image('b10.png'), image('b9.png', { state: 'done', split: 'val' }), image('a.png', { group: 'Slide-7', split: 'train' })]

  test('stand by name, numbers by their value', () => {
    expect(namesOf(visibleImages(images, none, settings, OWN))).toEqual(['a.png', 'b9.png', 'b10.png'])
  })

  test('are those whose name or group holds the text, whatever its case', () => {
    expect(namesOf(visibleImages(images, none, { ...settings, text: 'B1' }, OWN))).toEqual(['b10.png'])
    expect(namesOf(visibleImages(images, none, { ...settings, text: ' slide-7 ' }, OWN))).toEqual(['a.png'])
  })

  test('are those of a state and a split, no split included', () => {
    expect(namesOf(visibleImages(images, none, { ...settings, state: 'done' }, OWN))).toEqual(['b9.png'])
    expect(namesOf(visibleImages(images, none, { ...settings, split: 'none' }, OWN))).toEqual(['b10.png'])
    expect(visibleImages(images, none, { ...settings, state: 'done', split: 'train' }, OWN)).toEqual([])
  })

  test('are those with a flag on them or on something of theirs, where that is asked for', () => {
    const on = { annotationId: annotationId.parse('x'), predictionId: null, note: '', author: '', createdAt: '', updatedAt: '' }
    const flag = { id: flagId.parse('f'), imageId: images[1]!.id, ...on }
    const flags = new Map([[flag.id, flag]])
    expect(flaggedOnly(images, flags, { flagged: true })).toEqual([images[1]])
    expect(flaggedOnly(images, flags, { flagged: false })).toBe(images)
    expect(flaggedOnly(images, new Map(), { flagged: true })).toEqual([])
  })

  test('stand by objects or doubt, many first, equals by name', () => {
    const counts: Counts = new Map([
      [
        images[1]!.id,
        new Map([
          [RBC, 2],
          [WBC, 3],
        ]),
      ],
    ])
    expect(totalOf(counts, images[1]!.id)).toBe(5)
    expect(namesOf(visibleImages(images, counts, { ...settings, sort: 'count', descending: true }, OWN))[0]).toBe('b9.png')
    const doubt = new Map([[images[0]!.id, 4]])
    expect(namesOf(visibleImages(images, none, { ...settings, sort: 'doubt', descending: true, doubt }, OWN))[0]).toBe('b10.png')
  })

  test('are never more nor other than those given, in any order', () => {
    const states: readonly ImageState[] = ['unlabelled', 'in-work', 'done', 'reviewed']
    const some = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 20 })
    fc.assert(
      fc.property(some, fc.constantFrom('name', 'state', 'count', 'doubt'), fc.boolean(), (names, sort, descending) => {
        const all = names.map((name, i) => image(name, { state: states[i % 4]! }))
        const shown = visibleImages(all, none, { ...settings, sort, descending }, OWN)
        expect(new Set(shown)).toEqual(new Set(all))
      }),
    )
  })
})

describe('going through the list', () => {
  const [a, b, c] = [image('a', { state: 'done' }), image('b', { state: 'in-work' }), image('c', { state: 'reviewed' })]
  const list = [a, b, c]

  test('ends at its ends and begins at an end where no image is open', () => {
    expect(neighbour(list, a.id, 1)).toBe(b)
    expect(neighbour(list, c.id, 1)).toBeNull()
    expect(neighbour(list, null, 1)).toBe(a)
    expect(neighbour(list, null, -1)).toBe(c)
    expect(neighbour([], null, 1)).toBeNull()
  })

  test('finds the next image that is not done, round the end', () => {
    expect(nextUndone(list, c.id)).toBe(b)
    expect(nextUndone(list, b.id)).toBeNull()
    expect(nextUndone([a, c], a.id)).toBeNull()
  })
})
