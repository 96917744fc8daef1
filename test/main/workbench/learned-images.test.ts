import { describe, expect, it } from 'vitest'
import type { JobSamples } from '#shared/contracts/job.ts'
import { seenBeforeText } from '#shared/seen-before.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { imagesOfSamples, keepLearnedImages, seenBefore } from '../../../src/main/workbench/learned-images.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { edit, image, model, newProject } from '../project/fixtures.ts'

const names = ['a', 'b', 'c', 'd'] as const
const samples = (train: readonly string[], val: readonly string[]) =>
  ({ train: train.map((id) => ({ id })), val: val.map((id) => ({ id })) }) as unknown as JobSamples

async function project() {
  const db = await newProject()
  db.commit(edit({ images: names.map((name) => image(name, { split: 'test' })) }))
  return { db, project: new OpenProject(db, new WorkbenchEmitter(), 'Ada') }
}

describe('images that a model saw before', () => {
  it('are those that it or what it went on from learned from, wherever the split has them now', async () => {
    const { db, project: open } = await project()
    const [first, second] = [model('m'), { ...model('n'), parent: model('m').id }]
    for (const one of [first, second]) db.putModel(one)
    keepLearnedImages(open, first.id, imagesOfSamples(samples(['a'], ['b', 'd'])))
    keepLearnedImages(open, second.id, imagesOfSamples(samples(['b'], ['c'])))
    expect(seenBefore(open, [first], db.images())).toEqual({ learned: 1, chosen: 2, kin: 0 })
    expect(seenBefore(open, [second], db.images())).toEqual({ learned: 2, chosen: 2, kin: 0 })
    expect(seenBefore(open, [first], db.images().slice(2, 3))).toEqual({ learned: 0, chosen: 0, kin: 0 })
  })

  it('are told apart from others of a patient of whom it learned, by whichever fact is known', async () => {
    const db = await newProject()
    const [ada, one] = [{ patient: 'Ada' }, { group: 'Ada' }]
    db.commit(edit({ images: [image('a', ada), image('b', one), image('c', ada), image('d', { patient: 'Bo' }), image('e')] }))
    const open = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
    db.putModel(model('m'))
    keepLearnedImages(open, model('m').id, imagesOfSamples(samples(['a', 'e'], ['c'])))
    expect(seenBefore(open, [model('m')], db.images())).toEqual({ learned: 2, chosen: 1, kin: 1 })
    expect(seenBeforeText({ learned: 0, chosen: 0, kin: 1 })).toBe(
      'It learned from other images of the patient or slide of 1 of these images: the figures flatter it.',
    )
  })

  it('are told by the splits for models of before, and not at all for imported ones', async () => {
    const { project: open } = await project()
    const [old, fold] = [model('old'), { ...model('fold'), fold: { of: 'cv', index: 0, folds: 2 } }]
    const origin = {
      file: 'x.zip',
      sha256: '0'.repeat(64),
      project: 'Other',
      model: null,
      ancestors: [],
      importedBy: '',
      importedAt: old.createdAt,
    }
    const images = (['train', 'val', 'test', null] as const).map((split, i) => image(names[i]!, { split }))
    expect(seenBefore(open, [old], images)).toEqual({ learned: 1, chosen: 1, kin: 0 })
    expect(seenBefore(open, [fold], images)).toEqual({ learned: 3, chosen: 0, kin: 0 })
    expect(seenBefore(open, [{ ...model('there'), origin }], images)).toEqual({ learned: 0, chosen: 0, kin: 0 })
  })

  it('are said with what they mean', () => {
    expect(seenBeforeText({ learned: 0, chosen: 0, kin: 0 })).toBe('')
    expect(seenBeforeText({ learned: 60, chosen: 1, kin: 0 })).toBe(
      'The model learned from 60 of these images: the figures flatter it, and images that it never saw tell more. By 1 of these images its best epoch and thresholds were chosen: the figures flatter it a little.',
    )
  })
})
