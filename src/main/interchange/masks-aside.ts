import path from 'node:path'
import { say } from '#shared/i18n/say.ts'
import { someNames } from '#shared/some-names.ts'
import type { ParsedDataset } from './dataset.ts'
import { pairMasks } from './mask-pairs.ts'
import { isBelow, shownFile } from './split-folders.ts'

/**
 * The dataset without the pictures that are masks of its other images by their names (`pairMasks`): with labels in files of their own they would come
 * along as further images. What a label file itself speaks of stays. The note says what was left aside.
 */
export function withoutMasks(parsed: ParsedDataset, given: string): ParsedDataset {
  const root = path.resolve(given)
  const base = parsed.images.some((image) => isBelow(root, image.path)) ? root : path.dirname(root)
  const masks = masksAmong(
    base,
    parsed.images.map((image) => image.path).filter((file) => isBelow(base, file)),
  )
  const aside = parsed.images.filter((image) => masks.has(image.path) && !image.labelled && image.objects.length === 0)
  if (aside.length === 0) return parsed
  const left = new Set(aside)
  const names = someNames(aside.map((image) => shownFile(base, image.path)))
  const note = say('{{count}} pictures were left aside as masks of other images ({{names}}). The format of masks takes them as labels.', {
    count: aside.length,
    names,
  })
  return { ...parsed, images: parsed.images.filter((image) => !left.has(image)), notes: [...(parsed.notes ?? []), note] }
}

function masksAmong(base: string, files: readonly string[]): ReadonlySet<string> {
  const masks = new Set<string>()
  // Again without those that were found: an image may have masks of several kinds.
  for (let found = -1; found < masks.size;) {
    found = masks.size
    const { pairs } = pairMasks(
      base,
      files.filter((file) => !masks.has(file)),
    )
    for (const pair of pairs) for (const mask of pair.masks) masks.add(mask)
  }
  return masks
}
