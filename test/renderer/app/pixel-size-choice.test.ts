import { describe, expect, it } from 'vitest'
import { withPixelSize } from '#shared/pixel-size.ts'
import { imageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import {
  type Asked,
  type Candidates,
  outcomeOf,
  requestOf,
  scopeOptions,
  setByHand,
  sizeText,
  sizeTyped,
  usualScope,
} from '../../../src/renderer/app/dialogs/pixel-size-choice.ts'
import { imageOf } from '../records.ts'

const AT = '2026-02-03T04:05:06.000Z'
const photo = (id: string): ImageRecord => ({ ...imageOf(imageId.parse(id)), micronsPerPixel: null })
const slide = imageOf(imageId.parse('slide'))
const [a, b] = [photo('a'), photo('b')]
const TYPED: Asked = { line: null, missing: false }

function given(all: readonly ImageRecord[], part: Partial<Candidates> = {}): Candidates {
  return { open: all[0] ?? null, selected: [], listed: all, all, ...part }
}
const scopes = (candidates: Candidates): string[] => scopeOptions(candidates).map(({ scope, images }) => `${scope} ${images.length}`)
const usual = (candidates: Candidates, asked = TYPED): string => usualScope(scopeOptions(candidates), asked, candidates)

describe('the field of a pixel size', () => {
  it('says the image’s own size with all its digits until something is typed', () => {
    const own = 10_000 / 39_682.5
    expect(sizeText(own)).toBe('0.252')
    expect(sizeTyped(sizeText(own), own)).toBe(own)
    expect(sizeTyped('0.252', null)).toBe(0.252)
    expect(sizeTyped('0,2521', own)).toBe(0.2521)
    expect([sizeText(null), sizeTyped('', null), sizeTyped('0', own), sizeTyped('text', own)]).toEqual(['', null, null, null])
  })
})

describe('the images that a pixel size may be for', () => {
  it('are offered by words that differ, with how many they are', () => {
    expect(scopes(given([a, b, slide]))).toEqual(['open 1', 'missing 2', 'all 3'])
    expect(scopes(given([withPixelSize(a, 0.25, AT), b, slide]))).toEqual(['open 1', 'missing 1', 'unstated 2', 'all 3'])
    expect(scopes(given([a, b, slide], { selected: [b, slide], listed: [a, b] }))).toEqual(['open 1', 'selected 2', 'listed 2', 'missing 2', 'all 3']) // prettier-ignore
    expect(scopes(given([slide], { open: null }))).toEqual(['all 1'])
    expect(scopes(given([]))).toEqual([])
  })

  it('are all without one where the open image has none, else the open one; of a line always that', () => {
    expect(usual(given([a, b, slide]))).toBe('missing')
    expect(usual(given([slide, a, b]))).toBe('open')
    expect(usual(given([slide, a, b]), { line: null, missing: true })).toBe('missing')
    expect(usual(given([a, b, slide]), { line: 100, missing: false })).toBe('open')
    expect(usual(given([a, b, slide], { selected: [b] }))).toBe('selected')
    expect(usual(given([slide], { open: null }))).toBe('all')
  })

  it('are asked of main by their word, or by their ids', () => {
    const asked = scopeOptions(given([a, b, slide])).map(requestOf)
    expect(asked).toEqual([{ images: ['a'] }, 'missing', 'all'])
  })
})

it('says what a size would change before it does, and what there is to give back', () => {
  const set = withPixelSize(slide, 1, AT)
  expect(outcomeOf([a, slide, set], 0.25)).toEqual({ changed: 2, overridden: 0 })
  expect(outcomeOf([a, slide, set], 0.5)).toEqual({ changed: 3, overridden: 2 })
  expect(outcomeOf([a, slide], null)).toEqual({ changed: 0, overridden: 0 })
  expect(setByHand([a, slide])).toEqual({ count: 0, stated: null })
  expect(setByHand([a, set])).toEqual({ count: 1, stated: 0.25 })
  expect(setByHand([withPixelSize(a, 1, AT), set])).toEqual({ count: 2, stated: 'other' })
  expect(setByHand([withPixelSize(a, 1, AT)])).toEqual({ count: 1, stated: null })
})
