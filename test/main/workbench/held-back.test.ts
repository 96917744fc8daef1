import { describe, expect, it } from 'vitest'
import type { JobSamples } from '../../../src/shared/contracts/job.ts'
import { must } from '../../../src/shared/assert.ts'
import type { ImageRecord } from '../../../src/shared/records/image.ts'
import { holdBack } from '../../../src/main/workbench/held-back.ts'
import { workbenchTask } from '../../../src/main/workbench/tasks/registry.ts'
import { anImage } from './records.ts'

const anomaly = workbenchTask('anomaly')

/** Images named by a number, labelled as wholes: 0 is normal. */
function given(images: readonly { readonly split: 'train' | 'val'; readonly kind: number; readonly group?: string }[]) {
  const records = new Map<string, ImageRecord>(
    images.map(({ split, group = null }, i) => [`image-${i}`, anImage(`image-${i}`, { split, group, name: `${i}.png`, sha256: `${i}` })]),
  )
  const sample = (i: number): JobSamples['train'][number] => ({
    ...{ id: `image-${i}` as JobSamples['train'][number]['id'], path: `${i}.png`, width: 8, height: 8, micronsPerPixel: null },
    labels: [{ shape: { type: 'image' }, classIndex: images[i]!.kind, ignore: false }],
  })
  const of = (split: 'train' | 'val') => images.flatMap((image, i) => (image.split === split ? [sample(i)] : []))
  const samples: JobSamples = { task: 'anomaly', classes: ['normal', 'odd'], train: of('train'), val: of('val') }
  return { samples, imageOf: (id: string) => must(records.get(id), id) }
}

const many = (count: number, group?: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ split: 'train' as const, kind: 0, ...(group ? { group: group(i) } : {}) }))

describe('what a threshold is taken from', () => {
  it('is held back of the training images where no normal one is there to validate on, the same each time', () => {
    const { samples, imageOf } = given([...many(40), { split: 'val', kind: 1 }])
    const held = holdBack(anomaly, samples, imageOf)
    expect([held.samples.train.length, held.samples.val.length]).toEqual([32, 9])
    const ids = [...held.samples.train, ...held.samples.val].map(({ id }) => id)
    expect(new Set(ids).size).toBe(41)
    expect(held.notes.join()).toMatch(/8 training images were held back/)
    expect(holdBack(anomaly, samples, imageOf)).toEqual(held)
  })

  it('is whole slides: none is on both sides', () => {
    const { samples, imageOf } = given(many(40, (i) => `slide ${i % 8}`))
    const { train, val } = holdBack(anomaly, samples, imageOf).samples
    const groups = (part: JobSamples['train']) => new Set(part.map(({ id }) => imageOf(id).group))
    expect(val.length).toBeGreaterThan(0)
    expect([...groups(val)].filter((group) => groups(train).has(group))).toEqual([])
  })

  it('is never what looks like one that is learned from', () => {
    const { samples, imageOf } = given(many(40))
    const alike = Array.from({ length: 13 }, (_, i) => [imageOf(`image-${3 * i}`).id, imageOf(`image-${3 * i + 1}`).id] as const)
    const held = new Set<string>(holdBack(anomaly, samples, imageOf, alike).samples.val.map(({ id }) => id))
    expect(held.size).toBe(8)
    for (const [a, b] of alike) expect(held.has(a)).toBe(held.has(b))
  })

  it.each([
    ['a normal validation image is there', given([...many(40), { split: 'val', kind: 0 }])],
    ['none can be spared', given(many(9))],
    ['all are of one slide', given(many(40, () => 'slide'))],
  ])('nothing is held back where %s', (_, { samples, imageOf }) => {
    expect(holdBack(anomaly, samples, imageOf)).toEqual({ samples, notes: [] })
  })

  it('other kinds of work learn from all', () => {
    const { samples, imageOf } = given(many(40))
    expect(holdBack(workbenchTask('classification'), samples, imageOf).samples).toBe(samples)
  })
})
