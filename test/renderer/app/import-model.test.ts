import { describe, expect, test } from 'vitest'
import {
  adviceFor,
  fieldsFor,
  firstOfGroups,
  initialDraft,
  renamed,
  shownShare,
  suggestedPatterns,
  takes,
} from '../../../src/renderer/app/dialogs/import-model.ts'
import { type ImportPreview } from '../../../src/shared/contracts/project.ts'

const preview = (part: Partial<ImportPreview>): ImportPreview => ({
  ...{ formats: ['images'], images: 2, labels: 0, unlabelled: 2, duplicates: 0, groups: 0, ungrouped: 2, groupFault: '' },
  ...{ classes: [], some: [], problems: [], notes: [], masks: null, fault: null },
  splits: { train: 0, val: 0, test: 0, none: 2 },
  ...part,
})
const MASKS = {
  kind: 'colors' as const,
  values: [
    { value: '#000000', share: 0.9, name: '' },
    { value: '#ff0000', share: 0.1, name: 'tumour' },
  ],
  ...{ unknown: 0, soft: 0 },
}

describe('an import that is looked at', () => {
  test('shows the fields that mean something for what was found', () => {
    const draft = initialDraft('auto')
    expect(fieldsFor(draft, preview({}))).toEqual({ masks: false, crops: false })
    expect(fieldsFor(draft, preview({ formats: ['masks'], masks: MASKS }))).toEqual({ masks: true, crops: false })
    expect(fieldsFor(draft, preview({ formats: ['crops'] }))).toEqual({ masks: false, crops: true })
    const none = { code: 'no-masks', message: 'No image has a mask.' }
    expect(fieldsFor({ ...draft, format: 'masks' }, preview({ formats: [], fault: none })).masks).toBe(true)
  })

  test('says all colours once one was named', () => {
    expect(renamed(MASKS, '#000000', ' stroma ')).toEqual([
      { value: '#000000', name: 'stroma' },
      { value: '#ff0000', name: 'tumour' },
    ])
  })

  test('offers the patterns that bring some names together, and not all', () => {
    const names = (list: readonly string[]): string[] => suggestedPatterns(list).map(({ says }) => says)
    expect(names(['P1_a.png', 'P1_b.png', 'P2_a.png', 'P2_b.png'])).toEqual(['before the first _', 'up to the first number'])
    expect(names(['a.png', 'b.png', 'c.png'])).toEqual([])
    expect(names(['img_1.png', 'img_2.png', 'img_3.png'])).toEqual([])
  })

  test('shows one image of each group', () => {
    const some = [
      { name: 'a1', group: 'a' },
      { name: 'a2', group: 'a' },
      { name: 'b1', group: 'b' },
      { name: 'x', group: null },
      { name: 'y', group: null },
    ]
    expect(firstOfGroups(some, 4).map(({ name }) => name)).toEqual(['a1', 'b1', 'x'])
    expect(firstOfGroups(some, 1)).toHaveLength(1)
  })

  test('speaks as the window and not as the command line', () => {
    expect(adviceFor({ code: 'x', message: 'm', hint: 'Say --mask-kind index.' })).not.toContain('--')
    expect(adviceFor({ code: 'x', message: 'm', hint: 'Check the files.' })).toBe('Check the files.')
    expect(takes({ images: 1, labels: 4 })).toBe('Add 1 image')
    expect(takes({ images: 0, labels: 2 })).toBe('Add 2 labels')
    expect([0, 0.00001, 0.012, 0.5].map(shownShare)).toEqual(['0 %', '< 0.01 %', '1.20 %', '50.0 %'])
  })
})
