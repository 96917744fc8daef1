import { describe, expect, it } from 'vitest'
import { modelId } from '#shared/records/ids.ts'
import type { StainFacts } from '#shared/stains/stain-facts.ts'
import { testMeasure } from '#shared/test-measure.ts'
import { modelCard } from '../../../src/main/report/model-card.ts'
import { model } from '../project/fixtures.ts'

const facts = { model: model('m'), file: null, project: 'Smears', ancestors: [], testLooks: [], tests: [] }
const look = (id: string) => ({
  model: modelId.parse(id),
  models: [modelId.parse(id)],
  name: id,
  who: 'Ada',
  at: '2026-01-01T00:00:00.000Z',
  last: null,
  seen: [],
})

describe('a model card', () => {
  it('says what it is, what it learned from, how good it is and what it is not for', () => {
    const card = modelCard({
      ...facts,
      model: { ...model('m'), metrics: { ap50: 0.9, waitingShare: 0.25, perClass: { RBC: { ap50: 0.87 } } } },
    })
    expect(card).toMatch(/^# m\n/)
    expect(card).not.toContain('waitingShare')
    for (const words of ['not for diagnosis', 'classes: RBC', '2 images to learn from, 1 to validate on', '| AP50 | 0.9000 |', '| RBC, AP50 | 0.8700 |', 'Only 1 validation image:']) expect(card).toContain(words) // prettier-ignore
  })

  it('names what it went on from, and how often the test images were looked at', () => {
    const card = modelCard({ ...facts, ancestors: ['second', 'first'], testLooks: [look('a'), look('b'), look('c')] })
    expect(card).toContain('Went on from second, which went on from first.')
    expect(card).toContain('3 models were looked at on the test images')
  })

  it('says how stains are normalised, where they are', () => {
    const target: StainFacts = { method: 'reinhard', mean: [0, 0, 0], spread: [1, 1, 1] }
    const file = { inferenceSizes: [], parameters: 5, weightsSha256: 'a', onnxDifference: null, seed: 0, settings: {} }
    expect(modelCard({ ...facts, file: { ...file, stain: { target, images: 12, left: 1 } } })).toContain(
      'Stain normalisation: Reinhard (2001). Colours of every image are moved to the middle of 12 training images before the net sees them. 1 image was left',
    )
    expect(modelCard({ ...facts, file: { ...file, stain: null } })).not.toContain('Stain normalisation')
  })

  it('says how a classifier gets an image to its size', () => {
    const words = 'bilinear with half-pixel centres, anti-aliased where it gets smaller'
    expect(modelCard({ ...facts, model: { ...model('m'), task: 'classification' } })).toContain(words)
    expect(modelCard({ ...facts, model: { ...model('m'), task: 'classification', preset: 'onnx' } })).not.toContain(words)
    expect(modelCard(facts)).not.toContain(words)
  })

  it('says what it learned that nobody had decided on', () => {
    const objects = [{ name: 'RBC', train: 9, val: 2, guessed: 3 }, { name: 'WBC', train: 1, val: 1, guessed: 1 }] // prettier-ignore
    const words = 'Besides 4 objects as an earlier model said'
    expect(modelCard({ ...facts, model: { ...model('m'), objects } })).toContain(words)
    expect(modelCard({ ...facts, model: { ...model('m'), objects: objects.map((of) => ({ ...of, guessed: 0 })) } })).not.toContain(
      'Besides',
    )
  })

  it('says that it was not measured where it was not', () => {
    const card = modelCard({ ...facts, model: { ...model('m'), metrics: {} } })
    expect(card).toContain('It was not measured')
    expect(card).toContain('No figures on test images are known')
  })

  it('tells what it scored on test images, here and where it comes from, with the interval', () => {
    const measure = testMeasure.parse({
      ...{ at: '2026-01-02T03:04:00.000Z', who: 'Ada', images: 44, flips: true, drawn: { over: 'groups', units: 3 } },
      figures: [{ name: 'ap50', value: 0.9125, lower: 0.88, upper: 0.94 }, { name: 'ap50', of: 'RBC', value: 0.5 }], // prettier-ignore
    })
    const there = { ...measure, who: '', images: 1, flips: false, score: 0.3, drawn: null }
    const card = modelCard({ ...facts, tests: [{ of: 'tests/0', project: '', measure }, { of: 'there/0', project: 'Smears', measure: there }] }) // prettier-ignore
    for (const words of [
      'On 44 test images, measured January 2, 2026 at 03:04 UTC by Ada: (with mirrored images predicted too)',
      '| figure | on the test images | 95 % from | 95 % to |',
      '| AP50 | 0.9125 | 0.8800 | 0.9400 |',
      '| RBC, AP50 | 0.5000 | – | – |',
      'From 3 slides or patients only: the 95 % intervals are likely too narrow.',
      'On 1 test image of the project “Smears”, measured January 2, 2026 at 03:04 UTC: (objects from a score of 0.30)',
    ])
      expect(card).toContain(words)
    expect(card).not.toContain('No figures on test images')
  })
})
