import { describe, expect, test } from 'vitest'
import { classificationReport } from '../../../src/shared/metrics/classification-report.ts'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { imageId, modelId, type ImageId } from '../../../src/shared/records/ids.ts'
import { type ImageRecord } from '../../../src/shared/records/image.ts'
import { afterSelected, galleryImages, NOTHING_SELECTED, selectedTo, steppedTo } from '../../../src/renderer/labels/gallery-list.ts'
import { labelEdit, labelsAfter, nextUnlabelled, unlabelEdit } from '../../../src/renderer/labels/label-edits.ts'
import { marginDoubt, thresholdDoubt, saidOf, type Said } from '../../../src/renderer/labels/said.ts'
import { scoreRows } from '../../../src/renderer/count/score-rows.ts'
import { annotationOf, CLASSES, imageOf, PLATELET, RBC, WBC } from '../records.ts'

const id = (name: string): ImageId => imageId.parse(name)
const image = (name: string, part: Partial<ImageRecord> = {}): ImageRecord => ({ ...imageOf(id(name)), state: 'unlabelled', ...part })
const label = (name: string, of = RBC): AnnotationRecord => annotationOf(`label-${name}`, { type: 'image' }, of, id(name))
const labelled = (...records: AnnotationRecord[]) => new Map(records.map((record) => [record.imageId, record]))
const SIGNED = { author: 'Ada', now: '2026-01-01T00:00:00.000Z' }
const [a, b, c] = [image('a'), image('b'), image('c')]

describe('what a run says of images', () => {
  const model = (threshold: number | null, classes = CLASSES.slice(0, 2)) => ({
    ...{ id: modelId.parse('m'), classes: classes.map(({ id: of, name }) => ({ id: of, name })), metrics: { threshold } },
  })
  const scored = (name: string, scores: number[] | null, anomaly: number | null = null) => ({
    imageId: id(name),
    scores,
    anomaly,
    maps: [],
  })

  test('is the class of the highest score, of two the one that the model’s threshold gives', () => {
    const results = [scored('a', [0.58, 0.42]), scored('b', [0.7, 0.3])]
    expect([...saidOf(results, model(0.4), CLASSES).values()].map(({ classId }) => classId)).toEqual([WBC, RBC])
    expect(saidOf(results, model(null), CLASSES).get(id('a'))).toMatchObject({ classId: RBC, score: 0.58 })
    const three = saidOf([scored('a', [0.2, 0.3, 0.5])], model(0.1, [...CLASSES]), CLASSES)
    expect(three.get(id('a'))?.classId).toBe(PLATELET)
  })

  test('names no class that has left the project, and finds a renamed one by its id', () => {
    const renamed = [{ ...CLASSES[0]!, name: 'Erythrocyte' }]
    const said = saidOf([scored('a', [0.9, 0.1]), scored('b', [0.1, 0.9])], model(null), renamed)
    expect([said.get(id('a'))?.classId, said.get(id('b'))?.classId]).toEqual([RBC, null])
  })

  test('of an anomaly is normal below the threshold, the least sure at it', () => {
    const said = saidOf([scored('a', null, 1), scored('b', null, 2), scored('c', null, 9)], model(2), CLASSES)
    expect([...said.values()].map(({ classId }) => classId)).toEqual([RBC, WBC, WBC])
    expect([...said.values()].map(({ doubt }) => doubt)).toEqual([0.5, 1, 0])
  })

  test('of two classes is least sure at the stored threshold, not in the middle, and surer with the distance on either side', () => {
    const said = [
      ...saidOf(
        [0.5, 0.2, 0.3, 0.1, 1].map((score, i) => scored(String(i), [1 - score, score], null)),
        model(0.2),
        CLASSES,
      ).values(),
    ]
    expect(said.map(({ classId }) => classId)).toEqual([WBC, WBC, WBC, RBC, WBC])
    const doubts = said.map(({ doubt }) => doubt)
    expect(doubts[1]).toBe(1)
    expect(doubts[2]).toBeCloseTo(doubts[3]!)
    expect([doubts[2]! < 1, doubts[0]! < doubts[2]!, doubts[4]]).toEqual([true, true, 0])
    for (const score of [0, 0.3, 0.5, 0.8]) expect(thresholdDoubt(score, 0.5)).toBeCloseTo(marginDoubt([score, 1 - score]))
  })

  test('is doubtful where the two best scores are close', () => {
    expect(marginDoubt([0.5, 0.5])).toBe(1)
    expect(marginDoubt([0.1, 0.6, 0.3])).toBeCloseTo(0.7)
    expect(marginDoubt([1])).toBe(0)
  })
})

describe('labels of images as wholes', () => {
  test('are given to many in one edit: the label that is there is changed, images are done with it', () => {
    const edit = labelEdit([a, { ...b, state: 'reviewed' }, c], labelled(label('b'), label('c', WBC)), CLASSES[1]!, SIGNED)
    expect(edit?.label).toBe('Label 2 images as WBC')
    expect(edit?.put.annotations?.map((one) => [one.imageId, one.classId, one.shape.type])).toEqual([
      ['a', WBC, 'image'],
      ['b', WBC, 'image'],
    ])
    expect(edit?.put.annotations?.[1]?.id).toBe('label-b')
    expect(edit?.put.images?.map(({ id: of, state }) => [of, state])).toEqual([['a', 'done']])
    expect(labelEdit([c], labelled(label('c', WBC)), CLASSES[1]!, SIGNED)).toBeNull()
  })

  test('are taken away with the state', () => {
    const edit = unlabelEdit([{ ...a, state: 'done' }, b], labelled(label('a')))
    expect(edit).toMatchObject({ remove: { annotations: ['label-a'] }, put: { images: [{ id: 'a', state: 'unlabelled' }] } })
    expect(unlabelEdit([b], labelled(label('a')))).toBeNull()
  })

  test('are seen at once as the edit makes them', () => {
    const before = labelled(label('a'), label('b'))
    const put = { annotations: [label('c', WBC), annotationOf('cell', { type: 'point', x: 1, y: 1 }, RBC, id('d'))] }
    const after = labelsAfter(before, { put, remove: { annotations: [label('a').id] } })
    expect([...after.keys()].sort()).toEqual(['b', 'c'])
    expect(before.size).toBe(2)
  })

  test('the next image without one comes after the open one, round the end', () => {
    const labels = labelled(label('b'))
    expect(nextUnlabelled([a, b, c], id('a'), labels)?.id).toBe('c')
    expect(nextUnlabelled([a, b, c], id('c'), labels)?.id).toBe('a')
    expect(nextUnlabelled([a, b], id('a'), labelled(label('a'), label('b')))).toBeNull()
  })
})

describe('the gallery', () => {
  const said = new Map<ImageId, Said>([
    [id('a'), { classId: RBC, score: 0.9, doubt: 0.2 }],
    [id('b'), { classId: WBC, score: 0.6, doubt: 0.8 }],
  ])
  const labels = labelled(label('a'), label('b'))
  const query = { sort: 'list', labelOf: (of: ImageId) => labels.get(of)?.classId ?? null, saidOf: (of: ImageId) => said.get(of) } as const
  const shown = (filter: Parameters<typeof galleryImages>[1]['filter'], sort: 'list' | 'doubt' = 'list') =>
    galleryImages([a, b, c], { ...query, filter, sort }).map(({ id: of }) => of)

  test('shows all, those without a label, of a class, or where label and model differ', () => {
    expect(shown({ kind: 'all' })).toEqual(['a', 'b', 'c'])
    expect(shown({ kind: 'unlabelled' })).toEqual(['c'])
    expect(shown({ kind: 'wrong' })).toEqual(['b'])
    expect(shown({ kind: 'class', classId: RBC })).toEqual(['a', 'b'])
    expect(shown({ kind: 'images', images: new Set([id('c')]), title: '' })).toEqual(['c'])
  })

  test('has the least sure first, and last those of which nothing is said', () => {
    expect(shown({ kind: 'all' }, 'doubt')).toEqual(['b', 'a', 'c'])
  })

  test('selects one, a range from the anchor in either direction, and one more', () => {
    const ids = ['a', 'b', 'c', 'd'].map(id)
    const one = selectedTo(NOTHING_SELECTED, ids, id('c'), 'one')
    expect([...selectedTo(one, ids, id('a'), 'range').selected]).toEqual(['a', 'b', 'c'])
    const back = selectedTo(selectedTo(one, ids, id('a'), 'range'), ids, id('d'), 'range')
    expect([...back.selected]).toEqual(['c', 'd'])
    expect([...selectedTo(back, ids, id('c'), 'toggle').selected]).toEqual(['d'])
    expect([...selectedTo(NOTHING_SELECTED, ids, id('b'), 'range').selected]).toEqual(['b'])
  })

  test('moves by keys within its rows and ends', () => {
    const grid = { count: 10, columns: 4, page: 2 }
    const to = (key: string, at: number) => steppedTo(key, at, grid)
    expect([to('ArrowRight', 3), to('ArrowDown', 1), to('ArrowUp', 1), to('ArrowDown', 8), to('ArrowLeft', 0)]).toEqual([4, 5, 1, 8, 0])
    expect([to('PageDown', 1), to('PageDown', 7), to('Home', 7), to('End', 0), to('ArrowDown', -1), to('x', 1)]).toEqual([
      9,
      9,
      0,
      9,
      0,
      null,
    ])
  })

  test('goes on after the last selected image, else to the one before', () => {
    const ids = ['a', 'b', 'c'].map(id)
    expect(afterSelected(ids, new Set([id('a'), id('b')]))).toBe('c')
    expect(afterSelected(ids, new Set([id('b'), id('c')]))).toBe('a')
    expect(afterSelected(ids, new Set(ids))).toBeNull()
  })
})

test('the window reads what the evaluation of a classification answers', () => {
  const images = [0, 1, 0, 1, 1].map((truth, i) => ({ id: `i${String(i)}`, truth, scores: i === 4 ? [0.8, 0.2] : [1 - truth, truth] }))
  const classes = [
    { id: 'n', name: 'Negative' },
    { id: 'p', name: 'Positive' },
  ]
  const answer: unknown = JSON.parse(JSON.stringify(classificationReport({ images, classes, resamples: 100 })))
  const rows = new Map(scoreRows('classification', answer).map((row) => [row.name, row]))
  expect(rows.get('Accuracy')?.value).toBeCloseTo(0.8)
  expect(rows.get('Sensitivity')?.value).toBeCloseTo(2 / 3)
  expect(rows.get('Specificity')?.value).toBe(1)
  expect(rows.get('Accuracy')?.interval?.lower).toBeLessThan(0.8)
  expect(rows.get('Images')).toMatchObject({ value: 5, whole: true })
})
