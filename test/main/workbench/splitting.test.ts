import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { groupBy } from '#shared/group-by.ts'
import { createProject } from '../../../src/main/project/create.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import type { SplitRequest } from '#shared/contracts/steps.ts'
import { splitImages } from '../../../src/main/workbench/splitting.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { anImage } from './records.ts'

const asked: SplitRequest = { split: 'auto', glob: null, groupBy: null, seed: 0, val: 0.2, test: 0.2 }

/** A project of ten images: five of slide a, five of slide b, none in a split. */
async function project(): Promise<OpenProject> {
  const db = await createProject(path.join(temporaryFolder(), 'p'), { task: 'detection', classes: ['A'] })
  onTestFinished(() => db.close())
  const opened = new OpenProject(db, new WorkbenchEmitter(), 'tester')
  const images = Array.from({ length: 10 }, (_, i) => {
    const name = `${i < 5 ? 'a' : 'b'}_${i}.png`
    return anImage(name, { name, sha256: `${i}`.repeat(64).slice(0, 64), split: null, group: null })
  })
  opened.commit({ label: 'Images', put: { images }, remove: {} })
  return opened
}

const splitOf = ({ db }: OpenProject): Record<string, string | null> =>
  Object.fromEntries(db.images().map(({ name, split }) => [name, split]))

describe('splitImages', () => {
  it('puts the images that are meant into a split as one edit, which one undo takes back', async () => {
    const opened = await project()
    const before = splitOf(opened)
    expect(splitImages(opened, { ...asked, split: 'test', glob: 'a_*' })).toEqual({
      ...{ images: 5, changed: 5, notes: [] },
      splits: { train: 0, val: 0, test: 5, none: 5 },
    })
    opened.db.undo()
    expect(splitOf(opened)).toEqual(before)
  })

  it('divides by chance, the same for a seed, and keeps slides whole where a pattern tells them', async () => {
    const opened = await project()
    expect(splitImages(opened, asked).splits).toEqual({ train: 6, val: 2, test: 2, none: 0 })
    expect(splitImages(opened, asked).changed).toBe(0)
    expect(splitImages(opened, { ...asked, groupBy: '^[ab]', test: 0 }).changed).toBeGreaterThan(0)
    const slides = groupBy(opened.db.images(), ({ name }) => name[0])
    expect([...slides.values()].map((images) => new Set(images.map(({ split }) => split)).size)).toEqual([1, 1])
  })

  it('makes no edit where nothing changes', async () => {
    const opened = await project()
    splitImages(opened, { ...asked, split: 'val' })
    const { sequence } = opened.db.historyState()
    expect(splitImages(opened, { ...asked, split: 'val' })).toMatchObject({ images: 10, changed: 0 })
    expect(opened.db.historyState().sequence).toBe(sequence)
  })

  it('says where a slide stands on both sides, and refuses where no image is meant', async () => {
    const opened = await project()
    splitImages(opened, { ...asked, split: 'train', groupBy: '^[ab]' })
    expect(splitImages(opened, { ...asked, split: 'test', glob: 'a_0*' }).notes).toEqual([
      'One group (slide or patient) stands in more than one split (a): scores will look better than they are.',
    ])
    expect(() => splitImages(opened, { ...asked, glob: 'c_*' })).toThrow(expect.objectContaining({ code: 'no-images' }))
  })

  it('says where one slide seems to stand under two names, and where a pattern keeps nothing together', async () => {
    const opened = await project()
    const named = opened.db.images().map((image, i) => ({ ...image, name: `${i < 2 ? 'Copy' : ''}S${i % 2}00_${i}.png` }))
    opened.commit({ label: 'Names', put: { images: named }, remove: {} })
    const train = { ...asked, split: 'train' } as const
    expect(splitImages(opened, { ...train, groupBy: '^[^_]+' }).notes).toEqual([
      '2 groups hold the name of another (CopyS000 – S000, CopyS100 – S100; 2 images): if they are the same slide or patient, a split may part them. Check the pattern that groups them.',
    ])
    expect(splitImages(opened, { ...asked, split: 'test', glob: 'CopyS000*' }).notes).toEqual([
      '1 group (slide or patient) looks like another one that stands on the other side of the split (CopyS000 – S000): if they are the same, scores will look better than they are.',
    ])
    expect(splitImages(opened, { ...train, groupBy: 'S\\d+' }).notes).toEqual([])
    expect(splitImages(opened, { ...train, groupBy: '^patient' }).notes).toEqual([
      'No file name fits the pattern ^patient: no image has a group (slide or patient) by it, so each stands for itself.',
    ])
    expect(splitImages(opened, { ...train, groupBy: '.+' }).notes).toEqual([
      'Each of 10 images is a group (slide or patient) of its own: the pattern keeps nothing together. Check it if a slide or patient has several images.',
    ])
  })
})
