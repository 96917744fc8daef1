import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { pairMasks, pairMasksBy, type MaskPairs } from '../../../src/main/interchange/mask-pairs.ts'

const BASE = path.resolve('/data')
const files = (...names: string[]): string[] => names.map((name) => path.join(BASE, name))
const shown = ({ pairs, alone, problems }: MaskPairs) => ({
  pairs: pairs.map(({ image, masks }) => [image, ...masks].map((file) => path.relative(BASE, file).replaceAll('\\', '/'))),
  alone: alone.map((file) => path.relative(BASE, file).replaceAll('\\', '/')),
  problems: problems.map(({ file, what }) => `${file.replaceAll('\\', '/')}: ${what}`),
})
const paired = (...names: string[]) => shown(pairMasks(BASE, files(...names)))

describe('pairs of images and masks', () => {
  it.each([
    ['folders beside each other', ['images/a.jpg', 'masks/a.png'], ['images/a.jpg', 'masks/a.png']],
    ['masks below the images', ['a.jpg', 'masks/a.png'], ['a.jpg', 'masks/a.png']],
    ['a split above', ['train/images/a.png', 'train/labels/a.png'], ['train/images/a.png', 'train/labels/a.png']],
    ['a split below', ['images/train/a.png', 'labels/train/a.png'], ['images/train/a.png', 'labels/train/a.png']],
    ['a suffix in a folder', ['images/a.png', 'GT/a_mask.png'], ['images/a.png', 'GT/a_mask.png']],
    ['a suffix beside', ['a.jpg', 'a_mask.png'], ['a.jpg', 'a_mask.png']],
    ['another suffix', ['x/b 1.tif', 'x/b 1-labels.tif'], ['x/b 1.tif', 'x/b 1-labels.tif']],
    [
      'names as MVTec AD has them',
      ['test/bent/000.png', 'ground_truth/bent/000_mask.png'],
      ['test/bent/000.png', 'ground_truth/bent/000_mask.png'],
    ],
    ['names as VOC has them', ['JPEGImages/a.jpg', 'SegmentationClass/a.png'], ['JPEGImages/a.jpg', 'SegmentationClass/a.png']],
  ])('%s', (_, names, pair) => {
    expect(paired(...names)).toEqual({ pairs: [pair], alone: [], problems: [] })
  })

  it('the same name in several parts stays apart', () => {
    expect(paired('a/images/x.png', 'b/images/x.png', 'a/masks/x.png', 'b/masks/x.png').pairs).toEqual([
      ['a/images/x.png', 'a/masks/x.png'],
      ['b/images/x.png', 'b/masks/x.png'],
    ])
  })

  it('a folder of one image and many masks: each of them one object of it', () => {
    expect(paired('i1/images/i1.png', 'i1/masks/q.png', 'i1/masks/r.png', 'i2/images/i2.png', 'i2/masks/s.png').pairs).toEqual([
      ['i1/images/i1.png', 'i1/masks/q.png', 'i1/masks/r.png'],
      ['i2/images/i2.png', 'i2/masks/s.png'],
    ])
  })

  it('an image that only ends like a mask is an image, and one without a mask is alone', () => {
    expect(paired('old_mask.png', 'b.png')).toEqual({ pairs: [], alone: ['old_mask.png', 'b.png'], problems: [] })
  })

  it('masks without an image, with several, and second masks are told', () => {
    expect(paired('images/a.png', 'masks/b.png', 'masks/a.png', 'labels/a.png', 'c/a.jpg')).toEqual({
      pairs: [],
      alone: ['images/a.png', 'c/a.jpg'],
      problems: [
        'masks/b.png: there is no image for it: left out',
        'masks/a.png: it could belong to images/a.png, c/a.jpg: left out',
        'labels/a.png: it could belong to images/a.png, c/a.jpg: left out',
      ],
    })
    expect(paired('images/a.png', 'labels/a.png', 'masks/a.png').problems).toEqual([
      'masks/a.png: a.png has another mask already, a.png: left out',
    ])
  })

  it('by a rule of the person', () => {
    const names = files('photos/s1/a.JPG', 'photos/s1/b.jpg', 'drawn/s1/a.done.png', 'drawn/s2/z.done.png', 'other.png')
    expect(shown(pairMasksBy('photos/*.jpg=drawn/*.done.png', BASE, names))).toEqual({
      pairs: [['photos/s1/a.JPG', 'drawn/s1/a.done.png']],
      alone: ['photos/s1/b.jpg'],
      problems: ['drawn/s2/z.done.png: there is no image for it: left out'],
    })
    expect(shown(pairMasksBy('*.png=*_x.png', BASE, files('a.png', 'a_x.png')))).toEqual({
      pairs: [['a.png', 'a_x.png']],
      alone: [],
      problems: [],
    })
    for (const rule of ['a.png', '*=*=*', 'a=*', '**=*']) expect(() => pairMasksBy(rule, BASE, [])).toThrow('does not say which mask')
  })
})
