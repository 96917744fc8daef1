import { describe, expect, it } from 'vitest'
import { dataHash, learnedOf, samplesOf, trainingDataOf, type LabelledImage } from '../../../src/main/workbench/training-data.ts'
import { workbenchTask } from '../../../src/main/workbench/tasks/registry.ts'
import type { ClassRecord } from '../../../src/shared/records/class.ts'
import { classId } from '../../../src/shared/records/ids.ts'
import type { ImageRecord } from '../../../src/shared/records/image.ts'
import { anAnnotation, anImage, aPrediction, aRegion, RBC, WBC } from './records.ts'

const detection = workbenchTask('detection')

const classes: ClassRecord[] = [
  { id: RBC, name: 'RBC', color: '#ff0000', digit: 1, order: 0 },
  { id: WBC, name: 'WBC', color: '#0000ff', digit: 2, order: 1 },
]

function labelled(id: string, part: Partial<ImageRecord>, annotations = [anAnnotation(`${id}-1`, id)]): LabelledImage {
  return { image: anImage(id, part), path: `/nowhere/${id}.png`, annotations }
}

describe('what a detector learns from', () => {
  it('takes images with boxes, and empty ones only when a person declared them done', () => {
    const all = [
      labelled('a', { split: 'train' }),
      labelled('b', { split: 'train', state: 'unlabelled' }, []),
      labelled('c', { split: 'train', state: 'done' }, []),
      labelled('d', { split: 'train' }, [anAnnotation('d-1', 'd', { shape: { type: 'point', x: 1, y: 1 } })]),
    ]
    expect(samplesOf(detection, all, classes).train.map((s) => s.id)).toEqual(['a', 'c'])
  })

  it('keeps splits apart and gives classes as indices', () => {
    const samples = samplesOf(
      detection,
      [
        labelled('a', { split: 'train' }),
        labelled('b', { split: 'val' }, [anAnnotation('x', 'b', { classId: WBC })]),
        labelled('c', { split: 'test' }),
      ],
      classes,
    )
    expect(samples.train).toHaveLength(1)
    expect(samples.val[0]?.labels[0]?.classIndex).toBe(1)
  })

  it('ignores crowds and difficult objects', () => {
    const samples = samplesOf(
      detection,
      [
        labelled('a', { split: 'train' }, [
          anAnnotation('1', 'a', { crowd: true }),
          anAnnotation('2', 'a', { difficult: true }),
          anAnnotation('3', 'a'),
        ]),
      ],
      classes,
    )
    expect(samples.train[0]?.labels.map((l) => l.ignore)).toEqual([true, true, false])
  })

  it('learns what is still to be decided on as the model says where it counts, nothing where it doubts, and labels above both', () => {
    const at = (x: number) => ({ type: 'box' as const, x, y: 0, width: 9, height: 9 })
    const gone = classId.parse('gone')
    const open = [
      aPrediction(1, 'a', { classId: WBC, shape: at(100), score: 0.5 }),
      aPrediction(2, 'a', { classId: WBC, shape: at(200), score: 0.49 }),
      aPrediction(3, 'a', { classId: gone, shape: at(300), score: 0.9 }),
    ]
    const begun = { ...labelled('a', { split: 'train' }), open }
    const samples = samplesOf(detection, [begun], classes)
    expect(samples.train[0]?.labels).toEqual([
      { classIndex: 1, ignore: true, shape: at(200) },
      { classIndex: 0, ignore: true, shape: at(300) },
      { classIndex: 1, ignore: false, guessed: true, shape: at(100) },
      { classIndex: 0, ignore: false, shape: begun.annotations[0]!.shape },
    ])
    // What a model says is learned, and told as nobody's label.
    expect(learnedOf(samples)).toMatchObject([{ train: 1, guessed: 0 }, { train: 0, guessed: 1 }]) // prettier-ignore
    const { perClass } = trainingDataOf(detection, [begun], classes)
    expect(perClass.map(({ train, examples }) => [train, examples.length])).toEqual([[1, 1], [0, 0]]) // prettier-ignore
    const held = { ...labelled('v', { split: 'val' }), open }
    expect(samplesOf(detection, [held, labelled('w', { split: 'val' })], classes).val.map(({ id }) => id)).toEqual(['w'])
    expect(samplesOf(detection, [held], classes, () => 'train').train).toHaveLength(1)
  })

  it('has a hash that does not depend on order, but on each revision', () => {
    const a = labelled('a', { split: 'train' })
    const b = labelled('b', { split: 'val' })
    expect(dataHash([a, b])).toBe(dataHash([b, a]))
    const later = labelled('a', { split: 'train' }, [anAnnotation('a-1', 'a', { updatedAt: '2026-02-02T00:00:00.000Z' })])
    expect(dataHash([later, b])).not.toBe(dataHash([a, b]))
  })

  it('of anomalies says once where the threshold comes from when nothing is there to validate on', () => {
    const normal = (id: string, group: string | null): LabelledImage =>
      labelled(id, { split: 'train', name: id, group }, [anAnnotation(`${id}-1`, id, { shape: { type: 'image' } })])
    const warningsOf = (count: number, groupOf: (i: number) => string | null = () => null) =>
      trainingDataOf(
        workbenchTask('anomaly'),
        Array.from({ length: count }, (_, i) => normal(`n${i}`, groupOf(i))),
        classes,
      ).warnings.join('\n')
    expect(warningsOf(10)).toMatch(/one in five training images will be held back/)
    expect(warningsOf(9)).toMatch(/threshold has to be taken from training images/)
    expect(warningsOf(10)).not.toMatch(/No labelled validation images/)
    const ofOne = warningsOf(20, () => 'slide 1')
    expect(ofOne).toMatch(/none can be held back, since all training images are of one slide or patient/)
    expect(ofOne).not.toMatch(/will be held back/)
    expect(warningsOf(20, (i) => `slide ${i % 2}`)).toMatch(/will be held back/)
  })

  it('warns of a class that validation lacks, of few labels, and of a patient on both sides', () => {
    const { warnings, perClass } = trainingDataOf(
      detection,
      [
        labelled('a', { split: 'train', group: 'p1', state: 'done' }),
        labelled('b', { split: 'val', group: 'p1', state: 'done' }, [anAnnotation('x', 'b', { classId: WBC })]),
      ],
      classes,
    )
    expect(perClass).toMatchObject([
      { name: 'RBC', train: 1, val: 0, test: 0, unsplit: 0 },
      { name: 'WBC', train: 0, val: 1, test: 0, unsplit: 0 },
    ])
    expect(warnings.join('\n')).toMatch(/RBC is missing in the validation images/)
    expect(warnings.join('\n')).toMatch(/WBC is not labelled in any training image/)
    expect(warnings.join('\n')).toMatch(/more than one split \(p1\)/)
  })

  it('gives labels of each class to look at: from as many images as there are, none twice', () => {
    const boxes = (id: string, count: number) =>
      Array.from({ length: count }, (_, i) =>
        anAnnotation(`${id}-${i}`, id, { shape: { type: 'box', x: 10 * i, y: 0, width: 5, height: 5 } }),
      )
    const many = Array.from({ length: 20 }, (_, i) => labelled(`m${i}`, { split: 'train' }))
    const spread = trainingDataOf(detection, many, classes).perClass[0]!.examples
    expect(new Set(spread.map(({ imageId }) => imageId)).size).toBe(6)
    const few = trainingDataOf(
      detection,
      [labelled('a', { split: 'train' }, boxes('a', 4)), labelled('b', { split: 'train' }, boxes('b', 1))],
      classes,
    )
    const places = few.perClass[0]!.examples.map(({ imageId, bounds }) => `${imageId} ${bounds?.x}`)
    expect(places).toEqual(['a 0', 'b 0', 'a 10', 'a 20', 'a 30'])
    const none = trainingDataOf(detection, [labelled('c', { split: null })], classes)
    expect(none.unsplit).toBe(1)
    expect(none.perClass[0]!.examples).toHaveLength(1)
    expect(none.perClass[1]!.examples).toEqual([])
  })

  it('says plainly that nothing is labelled', () => {
    expect(trainingDataOf(detection, [], classes).warnings[0]).toMatch(/label some images first/)
  })
})

describe('what is learned of images with regions', () => {
  const at = (id: string, x: number): ReturnType<typeof anAnnotation> =>
    anAnnotation(id, 'a', { shape: { type: 'box', x, y: 10, width: 20, height: 20 } })
  /** Centres at 30, 110 and 95: the last box hangs over the region's right edge. */
  const annotations = [at('in', 20), at('out', 100), at('across', 85)]
  const region = aRegion('r', 'a', { shape: { type: 'box', x: 0, y: 0, width: 100, height: 80 } })
  const learned = (regions: NonNullable<LabelledImage['regions']>, part: Partial<ImageRecord> = {}): LabelledImage => ({
    ...labelled('a', { split: 'train', width: 200, height: 100, ...part }, annotations),
    regions,
  })

  it('is what lies in fully labelled ones: objects by their centre, the others are ignored', () => {
    const [sample] = samplesOf(detection, [learned([region, aRegion('s', 'a', { fullyLabelled: false })])], classes).train
    expect(sample?.labels.map(({ ignore }) => ignore)).toEqual([false, true, false])
    expect(sample?.regions).toEqual([region.shape])
    expect(samplesOf(detection, [learned([])], classes).train[0]).not.toHaveProperty('regions')
  })

  it('is nothing where none of them is fully labelled, whatever the state of the image, and the person is told', () => {
    const unsaid = [learned([{ ...region, fullyLabelled: false }], { state: 'done' })]
    expect(samplesOf(detection, unsaid, classes).train).toEqual([])
    const { warnings, regions, train } = trainingDataOf(detection, unsaid, classes)
    expect({ train, regions }).toEqual({ train: 0, regions: null })
    expect(warnings).toContain('1 image with regions, none of which is marked as fully labelled: nothing is learned from it.')
  })

  it('is a true negative where a fully labelled region is empty, though nobody said that the image is done', () => {
    const empty = { ...labelled('a', { split: 'train', state: 'in-work' }, []), regions: [region] }
    expect(samplesOf(detection, [empty], classes).train).toMatchObject([{ labels: [], regions: [region.shape] }])
  })

  it('is told before: how many regions, their area counted once, and how many labels lie outside', () => {
    const overlapping = aRegion('s', 'a', { shape: { type: 'box', x: 50, y: 0, width: 50, height: 100 } })
    const data = trainingDataOf(
      detection,
      [learned([region, overlapping], { micronsPerPixel: 10 }), labelled('b', { split: 'train' })],
      classes,
    )
    expect(data.regions).toEqual({ images: 1, regions: 2, pixels: 9000, squareMillimetres: 0.9 })
    expect(data.warnings).toContain('1 label outside of fully labelled regions: nothing is learned from it.')
    expect(data.perClass[0]?.train).toBe(3)
    expect(trainingDataOf(detection, [learned([region])], classes).regions).toMatchObject({ squareMillimetres: null })
    expect(trainingDataOf(detection, [learned([])], classes).regions).toBeNull()
  })

  it('is another snapshot when a region changes', () => {
    const later = learned([{ ...region, updatedAt: '2026-02-02T00:00:00.000Z' }])
    expect(new Set([learned([]), learned([region]), later].map((one) => dataHash([one]))).size).toBe(3)
  })

  it('is as ever for kinds of task to which regions mean nothing', () => {
    const label = anAnnotation('l', 'a', { shape: { type: 'image' } })
    const image = { ...labelled('a', { split: 'train' }, [label]), regions: [{ ...region, fullyLabelled: false }] }
    const [sample] = samplesOf(workbenchTask('classification'), [image], classes).train
    expect(sample).toMatchObject({ labels: [{ classIndex: 0 }] })
    expect(sample).not.toHaveProperty('regions')
  })
})
