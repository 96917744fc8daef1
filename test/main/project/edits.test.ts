import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { annotationId, classId, flagId, imageId } from '#shared/records/ids.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { AT, box, edit, flag, image, model, newProject, type Owners, region, rowsOf, run } from './fixtures.ts'

const LATER = '2026-05-06T07:08:09.000Z'

function code(task: () => unknown): string {
  try {
    task()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError)
    return (thrown as AppError).code
  }
  throw new Error('did not throw')
}

async function withImages(): Promise<{ project: ProjectDatabase; rbc: Owners; wbc: Owners; other: Owners }> {
  const project = await newProject()
  project.commit(edit({ images: [image('a'), image('b')] }))
  const [first, second] = project.classes()
  const on = (id: string, which = first): Owners => ({ imageId: imageId.parse(id), classId: which!.id })
  return { project, rbc: on('a'), wbc: on('a', second), other: on('b') }
}

/** A flag on a box, one on a prediction of the same image, and one on another image. */
async function flagged() {
  const { project, rbc, other } = await withImages()
  project.putModel(model('m'))
  const shape = { type: 'box', x: 300, y: 300, width: 20, height: 20 } as const
  const [guess] = project.addRun(run('r', model('m').id), [rbc.imageId], [{ ...rbc, score: 0.5, shape }])
  project.commit(edit({ annotations: [box('1', rbc)] }))
  const on = { imageId: rbc.imageId }
  const flags = [
    flag('1', { ...on, annotationId: annotationId.parse('1') }),
    flag('2', { ...on, predictionId: guess! }),
    flag('3', { imageId: other.imageId }),
  ]
  project.commit(edit({ flags }, {}, 'Flag'))
  return { project, rbc, other: other.imageId }
}

describe('edits', () => {
  it('gives back what was put, floats to the last bit, and counts it', async () => {
    const { project, rbc, wbc, other } = await withImages()
    const boxes = [
      box('1', rbc, { shape: { type: 'box', x: 0.1 + 0.2, y: 1 / 3, width: Math.PI, height: 5e-7 }, note: 'Zelle µ "x"', crowd: true }),
      box('2', wbc, { shape: { type: 'point', x: -0, y: 480 }, difficult: true, origin: 'imported' }),
      box('3', other),
    ]
    const change = project.commit(edit({ annotations: boxes }))
    const wanted = [boxes[0]!, { ...boxes[1]!, shape: { type: 'point', x: 0, y: 480 } }]
    expect(project.annotationsOf(rbc.imageId)).toEqual(wanted)
    expect(change).toMatchObject({ kind: 'edit', label: 'Test', diff: { annotations: { added: [wanted[0], wanted[1], boxes[2]] } } })
    expect(project.counts()).toEqual(
      expect.arrayContaining([
        { ...rbc, annotations: 1 },
        { ...wbc, annotations: 1 },
        { ...other, annotations: 1 },
      ]),
    )
    expect(project.snapshot()).toMatchObject({ task: 'detection', readOnly: '', name: 'smears', images: [image('a'), image('b')] })
    expect(project.annotations()).toHaveLength(3)
  })

  it('tells updates from additions, and leaves no trace of what changes nothing', async () => {
    const { project, rbc } = await withImages()
    const first = box('1', rbc)
    project.commit(edit({ annotations: [first] }))
    const before = project.historyState()
    const nothing = project.commit(edit({ annotations: [first] }, {}, 'Nothing'))
    expect(nothing.diff.annotations).toEqual({ added: [], updated: [], removed: [], amended: [] })
    expect(project.historyState()).toEqual(before)
    const moved = { ...first, note: 'moved' }
    expect(project.commit(edit({ annotations: [moved] })).diff.annotations).toEqual({
      added: [],
      updated: [[first, moved]],
      removed: [],
      amended: [],
    })
  })

  it('gives many annotations a class without sending their shapes, in one step', async () => {
    const { project, rbc, wbc, other } = await withImages()
    project.commit(edit({ annotations: [box('1', rbc), box('2', rbc), box('3', wbc), box('4', other)] }))
    const before = rowsOf(project)
    const amend = { annotations: ['1', '2', '3'].map((id) => annotationId.parse(id)), to: { classId: wbc.classId, updatedAt: LATER } }
    const change = project.commit({ ...edit({}), amend })
    expect(change.diff.annotations.amended.map(({ id, from, to }) => [id, from.classId, to.classId])).toEqual([
      ['1', rbc.classId, wbc.classId],
      ['2', rbc.classId, wbc.classId],
    ])
    expect(JSON.stringify(change.diff)).not.toContain('"shape"')
    const classes = project.annotationsOf(rbc.imageId).map(({ classId: of, updatedAt }) => [of, updatedAt])
    expect(classes).toEqual([[wbc.classId, LATER], [wbc.classId, LATER], [wbc.classId, AT]]) // prettier-ignore
    project.undo()
    expect(rowsOf(project)).toEqual(before)
  })

  it('removes a class and gives its annotations to another in one edit', async () => {
    const { project, rbc, wbc } = await withImages()
    project.commit(edit({ annotations: [box('1', rbc), box('2', rbc)] }))
    const before = rowsOf(project)
    const amend = { annotations: [annotationId.parse('1')], to: { classId: wbc.classId, updatedAt: LATER } }
    project.commit({ ...edit({}, { classes: [rbc.classId] }), amend })
    expect(project.annotationsOf(rbc.imageId).map(({ id, classId: of }) => [id, of])).toEqual([['1', wbc.classId]])
    project.undo()
    expect(rowsOf(project)).toEqual(before)
  })

  it.each([
    ['is not there', ['9'], {}],
    ['is named twice', ['1', '1'], {}],
    ['is removed as well', ['1'], { annotations: [annotationId.parse('1')] }],
    ['would have a class that is not there', ['1'], {}, 'gone'],
  ])('refuses to amend what %s, and changes nothing', async (_what, ids, remove, to?: string) => {
    const { project, rbc, wbc } = await withImages()
    project.commit(edit({ annotations: [box('1', rbc)] }))
    const before = rowsOf(project)
    const wanted = { classId: to === undefined ? wbc.classId : classId.parse(to), updatedAt: LATER }
    const amend = { annotations: ids.map((id) => annotationId.parse(id)), to: wanted }
    expect(code(() => project.commit({ ...edit({}, remove), amend }))).toBe('edit-invalid')
    expect(rowsOf(project)).toEqual(before)
  })

  it('takes the annotations of a removed class or image along, and undo brings all back', async () => {
    const { project, rbc, wbc, other } = await withImages()
    project.commit(edit({ annotations: [box('1', rbc), box('2', wbc), box('3', other)] }))
    const before = rowsOf(project)
    const change = project.commit(edit({}, { classes: [rbc.classId] }))
    expect(change.diff.annotations.removed.map(({ id }) => id)).toEqual(['1', '3'])
    expect(project.classes().map(({ name }) => name)).toEqual(['WBC', 'Platelets'])
    project.undo()
    expect(rowsOf(project)).toEqual(before)
    expect(project.commit(edit({}, { images: [rbc.imageId] })).diff.annotations.removed.map(({ id }) => id)).toEqual(['1', '2'])
    expect(project.images().map(({ id }) => id)).toEqual(['b'])
    project.undo()
    expect(rowsOf(project)).toEqual(before)
  })

  it('merges a class into another in one edit', async () => {
    const { project, rbc, wbc } = await withImages()
    project.commit(edit({ annotations: [box('1', rbc), box('2', wbc)] }))
    const relabelled = box('1', { ...rbc, classId: wbc.classId })
    project.commit(edit({ annotations: [relabelled] }, { classes: [rbc.classId] }))
    expect(project.annotationsOf(rbc.imageId).map(({ id, classId }) => [id, classId])).toEqual([
      ['1', wbc.classId],
      ['2', wbc.classId],
    ])
  })

  it('refuses what can’t be, and changes nothing then', async () => {
    const { project, rbc } = await withImages()
    project.commit(edit({ annotations: [box('1', rbc)] }))
    const before = rowsOf(project)
    const state = project.historyState()
    const at = (x: number, y: number) => ({ shape: { type: 'box', x, y, width: 20, height: 10 } }) as const
    const good = box('good', rbc)
    const refused: [string, Parameters<typeof edit>][] = [
      ['edit-invalid', [{ annotations: [good, box('2', { ...rbc, imageId: imageId.parse('nowhere') })] }]],
      ['edit-invalid', [{ annotations: [good, box('2', { ...rbc, classId: classId.parse('nothing') })] }]],
      ['edit-invalid', [{ annotations: [good, box('2', rbc), box('2', rbc)] }]],
      ['edit-invalid', [{ annotations: [box('1', rbc)] }, { annotations: [box('1', rbc).id] }]],
      ['edit-invalid', [{}, { annotations: [good.id] }]],
      ['edit-invalid', [{ annotations: [box('2', rbc, { shape: { type: 'box', x: 0, y: 0, width: 0, height: 5 } })] }]],
      ['edit-invalid', [{ annotations: [box('2', rbc, { shape: { type: 'box', x: NaN, y: 0, width: 1, height: 5 } })] }]],
      ['edit-invalid', [{ annotations: [box('2', rbc)] }, { images: [rbc.imageId] }]],
      ['annotation-outside', [{ annotations: [good, box('2', rbc, at(-20, 5))] }]],
      ['annotation-outside', [{ annotations: [box('2', rbc, at(640, 5))] }]],
      ['annotation-outside', [{ annotations: [box('2', rbc, at(5, 480.5))] }]],
      ['annotation-outside', [{ annotations: [box('2', rbc, { shape: { type: 'point', x: 641, y: 3 } })] }]],
      ['class-name-taken', [{ classes: [{ ...project.classes()[0]!, name: ' WBC ' }] }]],
      ['class-digit-taken', [{ classes: [{ ...project.classes()[0]!, digit: 2 }] }]],
    ]
    for (const [expected, parts] of refused)
      expect(
        code(() => project.commit(edit(...parts))),
        JSON.stringify(parts),
      ).toBe(expected)
    expect(rowsOf(project)).toEqual(before)
    expect(project.historyState()).toEqual(state)
    project.commit(edit({ annotations: [box('2', rbc, at(-19.5, 5)), box('3', rbc, at(639.5, 479.5))] })) // partly inside is fine
  })

  it('swaps the names and keys of two classes in one edit', async () => {
    const { project } = await withImages()
    const [a, b] = project.classes()
    project.commit(
      edit({
        classes: [
          { ...a!, name: b!.name, digit: b!.digit },
          { ...b!, name: a!.name, digit: a!.digit },
        ],
      }),
    )
    expect(project.classes().map(({ name, digit }) => [name, digit])).toEqual([
      ['WBC', 2],
      ['RBC', 1],
      ['Platelets', 3],
    ])
  })

  it('undoes and redoes by name, until a new edit ends what could be redone', async () => {
    const { project, rbc } = await withImages()
    const start = project.historyState()
    expect(start).toMatchObject({ undo: 'Test', redo: null })
    project.commit(edit({ annotations: [box('1', rbc)] }, {}, 'Draw box'))
    project.commit(edit({}, { annotations: [box('1', rbc).id] }, 'Delete box'))
    expect(project.undo()).toMatchObject({ kind: 'undo', label: 'Delete box', history: { undo: 'Draw box', redo: 'Delete box' } })
    expect(project.annotationsOf(rbc.imageId)).toEqual([box('1', rbc)])
    expect(project.redo()).toMatchObject({ kind: 'redo', label: 'Delete box', history: { undo: 'Delete box', redo: null } })
    expect(project.redo()).toBeNull()
    project.undo()
    project.commit(edit({ annotations: [box('2', rbc)] }, {}, 'Draw another'))
    expect(project.historyState()).toMatchObject({ undo: 'Draw another', redo: null, sequence: start.sequence + 6 })
    while (project.undo() !== null);
    expect(project.images()).toEqual([])
    expect(project.historyState()).toMatchObject({ undo: null, redo: 'Test' })
  })

  it('keeps a long edit compressed and undoes it', async () => {
    const { project, rbc } = await withImages()
    const before = rowsOf(project)
    const many = Array.from({ length: 3000 }, (_, i) => box(`n${i}`, rbc, { createdAt: AT }))
    project.commit(edit({ annotations: many }, {}, 'Import'))
    expect(project.annotationsOf(rbc.imageId)).toHaveLength(3000)
    expect(project.undo()?.diff.annotations.removed).toHaveLength(3000)
    expect(rowsOf(project)).toEqual(before)
  })

  it('keeps regions beside the objects: as put, changed, undone, and gone with their image', async () => {
    const { project, rbc, other } = await withImages()
    const painted = region('1', rbc.imageId, {
      shape: { type: 'mask', x: 1, y: 0, width: 3, height: 1, tiles: [{ column: 0, row: 0, runs: 'AQP8/wM=' }] },
      name: '  Hot spot ',
      fullyLabelled: false,
    })
    const outlined = region('2', rbc.imageId, { shape: { type: 'polygon', rings: [[0.1, 1 / 3, 600, 2, 40, 400]] } })
    project.commit(edit({ regions: [painted, outlined, region('3', other.imageId, { name: '' })] }, {}, 'Draw regions'))
    const kept = [{ ...painted, name: 'Hot spot' }, outlined]
    expect(project.regionsOf(rbc.imageId)).toEqual(kept)
    expect(project.annotations()).toEqual([])
    expect(project.snapshot().regions).toEqual([...kept, region('3', other.imageId, { name: '' })])
    const said = { ...kept[0]!, fullyLabelled: true }
    expect(project.commit(edit({ regions: [said] })).diff.regions).toEqual({ added: [], updated: [[kept[0], said]], removed: [] })
    project.undo()
    expect(project.regionsOf(rbc.imageId)).toEqual(kept)
    expect(project.commit(edit({}, { images: [rbc.imageId] })).diff.regions.removed).toEqual(kept)
    expect(project.regions().map(({ id }) => id)).toEqual(['3'])
    project.undo()
    expect(project.regionsOf(rbc.imageId)).toEqual(kept)
  })

  it('keeps one flag a target: as put, noted, undone, gone with its annotation or image, and kept when a prediction is decided', async () => {
    const { project, rbc, other } = await flagged()
    const [onBox, onGuess, onImage] = project.flags()
    expect(project.snapshot().flags).toEqual([onBox, onGuess, onImage])
    expect(project.commit(edit({ flags: [{ ...onBox!, note: 'Is this a band?' }] })).diff.flags.updated).toHaveLength(1)
    expect(project.commit(edit({}, { annotations: [onBox!.annotationId!] })).diff.flags.removed).toMatchObject([
      { note: 'Is this a band?' },
    ])
    project.undo()
    expect(project.flags()).toHaveLength(3)
    project.decide({ predictions: [onGuess!.predictionId!], kind: 'reject', to: null }, 'Bo')
    expect(project.flags()).toHaveLength(3)
    project.undo()
    project.commit(edit({}, { images: [rbc.imageId] }))
    expect(project.flags()).toEqual([onImage])
    expect(onImage!.imageId).toBe(other)
    project.undo()
    project.commit(edit({}, { flags: project.flags().map(({ id }) => id) }))
    expect(project.flags()).toEqual([])
  })

  it('refuses a second flag on the same, and one on what is not there', async () => {
    const { project, rbc, other } = await flagged()
    const [onBox, onGuess, onImage] = project.flags()
    for (const one of [onBox, onGuess, onImage])
      expect(code(() => project.commit(edit({ flags: [{ ...one!, id: flagId.parse('again') }] })))).toBe('flagged-already')
    const two = ['x', 'y'].map((id) => flag(id, { imageId: rbc.imageId }))
    expect(code(() => project.commit(edit({ flags: two })))).toBe('flagged-already')
    const nowhere = [
      flag('n', { imageId: other, annotationId: onBox!.annotationId }),
      flag('n', { imageId: other, predictionId: onGuess!.predictionId }),
      flag('n', { imageId: imageId.parse('gone') }),
      flag('n', { imageId: rbc.imageId, annotationId: onBox!.annotationId, predictionId: onGuess!.predictionId }),
    ]
    for (const one of nowhere) expect(code(() => project.commit(edit({ flags: [one] })))).toBe('edit-invalid')
    expect(project.flags()).toHaveLength(3)
  })

  it('refuses regions without a place', async () => {
    const { project, rbc } = await withImages()
    const outside = region('1', rbc.imageId, { shape: { type: 'box', x: 700, y: 0, width: 5, height: 5 } })
    const nowhere = region('1', imageId.parse('gone'))
    const dot = { ...region('1', rbc.imageId), shape: { type: 'point', x: 1, y: 1 } } as unknown as typeof outside
    expect(code(() => project.commit(edit({ regions: [outside] })))).toBe('annotation-outside')
    expect(code(() => project.commit(edit({ regions: [nowhere] })))).toBe('edit-invalid')
    expect(code(() => project.commit(edit({ regions: [dot] })))).toBe('edit-invalid')
    expect(project.regions()).toEqual([])
  })
})

describe('notes on models', () => {
  const noted = (change: object) => ({
    ...{ id: model('m').id, text: '', pinned: false, archived: false, author: 'Ada', updatedAt: AT },
    ...change,
  })

  it('are kept, undone and redone like any edit, and never touch the model', async () => {
    const project = await newProject()
    project.putModel(model('m'))
    const before = rowsOf(project)
    project.commit(edit({ modelNotes: [noted({ text: 'Zelle µ', pinned: true })] }, {}, 'Note on m'))
    const after = rowsOf(project)
    expect(project.snapshot().modelNotes).toEqual([noted({ text: 'Zelle µ', pinned: true })])
    project.commit(edit({ modelNotes: [noted({ text: 'Zelle µ', pinned: true, archived: true })] }, {}, 'Archive m'))
    expect(project.modelNotes()).toEqual([noted({ text: 'Zelle µ', pinned: true, archived: true })])
    project.undo()
    expect(rowsOf(project)).toEqual(after)
    project.undo()
    expect(rowsOf(project)).toEqual(before)
    project.redo()
    expect(rowsOf(project)).toEqual(after)
    expect(project.models()).toEqual([model('m')])
  })

  it('are refused for a model that is not there', async () => {
    const project = await newProject()
    expect(code(() => project.commit(edit({ modelNotes: [noted({})] })))).toBe('edit-invalid')
  })
})
