import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import { type AnnotationFacts, type Change, type Diff, type Edit, factsOf, invertDiff } from '#shared/records/edit.ts'
import { annotationId, type ClassId, classId, imageId, regionId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { changedNote } from '#shared/records/model-note.ts'
import { packDiff, toldChange, unpackDiff } from '#shared/records/packed-diff.ts'
import type { RegionShape } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import { isEmptyDiff } from '../../../src/main/project/diff.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { AT, box, flag, image, model, newProject, reading, region, rowsOf, run, tamper } from './fixtures.ts'

/** What a person might do next, as numbers that pick from what is there. */
type Step =
  | { readonly do: 'image' | 'split' | 'remove-image' | 'class' | 'remove-class' | 'remove-box' | 'amend'; readonly pick: number }
  | { readonly do: 'region' | 'label-region' | 'remove-region'; readonly pick: number }
  | { readonly do: 'boxes'; readonly pick: number; readonly shapes: readonly Shape[] }
  | { readonly do: 'change'; readonly pick: number; readonly shape: Shape; readonly note: string }
  | { readonly do: 'flag' | 'unflag' | 'undo' | 'redo' | 'reopen' | 'accept' | 'correct' | 'reject'; readonly pick: number }

const finite = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })
const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ type: fc.constant('box' as const), x: finite(-5, 600), y: finite(-5, 400), width: finite(6, 900), height: finite(6, 900) }),
  fc.record({ type: fc.constant('point' as const), x: finite(0, 640), y: finite(0, 480) }),
)
const pick = fc.nat(1000)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('boxes' as const), pick, shapes: fc.array(shape, { minLength: 1, maxLength: 40 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change' as const), pick, shape, note: fc.string() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'image' as const,
        'split' as const,
        'remove-image' as const,
        'class' as const,
        'remove-class' as const,
        'remove-box' as const,
        'amend' as const,
      ),
      pick,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('region' as const, 'label-region' as const, 'remove-region' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('flag' as const, 'unflag' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('accept' as const, 'correct' as const, 'reject' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const), pick }) },
)

const at = <T>(items: readonly T[], which: number): T | undefined => items[which % Math.max(items.length, 1)]

/** The edit that a step means on the project as it is; null where there is nothing to do it to. */
function editOf(project: ProjectDatabase, given: Step, serial: number): Edit | null {
  const [images, classes, annotations] = [project.images(), project.classes(), project.annotations()]
  const [onImage, ofClass, annotation] = [at(images, given.pick), at(classes, given.pick), at(annotations, given.pick)]
  const made = (put: Edit['put'], remove: Edit['remove'] = {}): Edit => ({ label: `${given.do} ${serial}`, put, remove })
  const onRegion = at(project.regions(), given.pick)
  switch (given.do) {
    case 'image':
      return made({ images: [image(`image-${serial}`)] })
    case 'split':
      return made({ images: images.map((record, i) => ({ ...record, split: i % 2 === given.pick % 2 ? 'train' : 'test' })) })
    case 'remove-image':
      return onImage ? made({}, { images: [onImage.id] }) : null
    case 'class':
      return made({
        classes: [{ id: classId.parse(`class-${serial}`), name: `Class ${serial}`, color: '#123456', digit: null, order: serial }],
      })
    case 'remove-class':
      return ofClass ? made({}, { classes: [ofClass.id] }) : null
    case 'remove-box':
      return annotation ? made({}, { annotations: [annotation.id] }) : null
    case 'region':
      return onImage
        ? made({ regions: [region(`region-${serial}`, onImage.id, { name: ` Region ${serial}`, fullyLabelled: given.pick % 2 === 0 })] })
        : null
    case 'label-region':
      return onRegion ? made({ regions: [{ ...onRegion, fullyLabelled: !onRegion.fullyLabelled, shape: AREAS[given.pick % 2]! }] }) : null
    case 'remove-region':
      return onRegion ? made({}, { regions: [regionId.parse(onRegion.id)] }) : null
    case 'flag':
      return flagEdit(project, { annotation, image: onImage }, made, serial)
    case 'unflag':
      return made({}, { flags: project.flags().slice(0, 1 + (given.pick % 3)).map(({ id }) => id) }) // prettier-ignore
    case 'boxes':
      return onImage && ofClass ? made({ annotations: boxes(given.shapes, { imageId: onImage.id, classId: ofClass.id }, serial) }) : null
    case 'amend':
      return ofClass && onImage
        ? {
            label: 'Amend',
            put: {},
            remove: {},
            amend: {
              annotations: project.annotationsOf(onImage.id).map(({ id }) => id),
              to: { ...amends(ofClass.id, given.pick), updatedAt: `2026-01-01T00:00:${String(10 + (serial % 50))}.000Z` },
            },
          }
        : null
    case 'change':
      return annotation ? made({ annotations: [{ ...annotation, shape: given.shape, note: given.note }] }) : null
    default:
      return null
  }
}

/** Flags an annotation, or where it has one or there is none an image; another note where all are flagged. */
function flagEdit(
  project: ProjectDatabase,
  on: { readonly annotation: AnnotationRecord | undefined; readonly image: ImageRecord | undefined },
  made: (put: Edit['put']) => Edit,
  serial: number,
): Edit | null {
  const flags = project.flags()
  const { annotation, image: picture } = on
  if (annotation && !flags.some((one) => one.annotationId === annotation.id))
    return made({ flags: [flag(`flag-${serial}`, { imageId: annotation.imageId, annotationId: annotation.id })] })
  if (!picture) return null
  const known = flags.find((one) => one.imageId === picture.id && one.annotationId === null)
  return made({ flags: [known ? { ...known, note: `note ${serial}` } : flag(`flag-${serial}`, { imageId: picture.id })] })
}

/** Shapes that a region gets in turn. */
const AREAS: readonly RegionShape[] = [
  { type: 'polygon', rings: [[1.5, 2, 80, 2.25, 40, 90]] },
  { type: 'box', x: 0, y: 0, width: 640, height: 480 },
]

/** Some of the facts, others left out. */
function amends(ofClass: ClassId, which: number): Partial<AnnotationFacts> {
  return [
    { classId: ofClass, crowd: which % 2 === 0 },
    { name: `Cell ${which}`, note: which % 2 === 0 ? '' : 'a\n"b" ä' },
    { locked: which % 2 === 0 },
    { level: which - 500, difficult: true },
  ][which % 4]!
}

const boxes = (shapes: readonly Shape[], owners: Pick<AnnotationRecord, 'imageId' | 'classId'>, serial: number): AnnotationRecord[] =>
  shapes.map((given, i) => box(annotationId.parse(`box-${serial}-${i}`), owners, { shape: given }))

/** Decides on a prediction whose image and class are there; null where there is none. */
function decided(project: ProjectDatabase, kind: 'accept' | 'correct' | 'reject', which: number): Change | null {
  const [images, classes] = [project.images().map(({ id }) => id), project.classes().map(({ id }) => id)]
  const open = project
    .predictionsAbove({ runId: RUN.id, score: 0 })
    .filter((one) => images.includes(one.imageId) && classes.includes(one.classId))
  const prediction = at(open, which)
  const ofClass = at(classes, which + 1)
  if (!prediction || !ofClass) return null
  const to = kind === 'correct' ? { classId: ofClass, shape: prediction.shape } : null
  return project.decide({ predictions: [prediction.id], kind, to }, 'Ada')
}

/** Does a step; null where there is nothing to do. */
function perform(project: ProjectDatabase, given: Step, serial: number): Change | null {
  switch (given.do) {
    case 'undo':
      return project.undo()
    case 'redo':
      return project.redo()
    case 'accept':
    case 'correct':
    case 'reject':
      return decided(project, given.do, given.pick)
    default: {
      const wanted = editOf(project, given, serial)
      return wanted && project.commit(wanted)
    }
  }
}

const RUN = run('r1', model('m1').id)

/** A project with an image, some truth on it and predictions near and far from that. */
async function startingProject(): Promise<ProjectDatabase> {
  const project = await newProject()
  const owners = { imageId: imageId.parse('first'), classId: project.classes()[0]!.id }
  const shapeAt = (x: number) => ({ type: 'box', x, y: 50, width: 40, height: 40 }) as const
  const truth = [60, 160].map((x, i) => box(`truth-${i}`, owners, { shape: shapeAt(x) }))
  project.commit({ label: 'Start', put: { images: [image('first')], annotations: truth }, remove: {} })
  project.putModel(model('m1'))
  const found = [62, 165, 300, 400].map((x) => ({ ...owners, score: 0.5, shape: shapeAt(x) }))
  project.addRun(RUN, [owners.imageId], found)
  return project
}

/** What a view knows: the records by id, brought up to date by diffs alone. */
function follow(view: Map<string, unknown>, diff: Diff): void {
  for (const [table, { added, updated, removed }] of Object.entries(diff)) {
    for (const record of removed) expect(view.delete(`${table}/${record.id}`)).toBe(true)
    for (const record of added) view.set(`${table}/${record.id}`, record)
    for (const [from, to] of updated) {
      expect(view.get(`${table}/${from.id}`)).toEqual(from)
      view.set(`${table}/${to.id}`, to)
    }
  }
  for (const { id, from, to } of diff.annotations.amended) {
    const record = view.get(`annotations/${id}`) as AnnotationRecord
    expect(record).toMatchObject(from)
    view.set(`annotations/${id}`, { ...record, ...to })
  }
}

/** The rows before the first edit; the project is then as it was. */
function emptied(project: ProjectDatabase): Record<string, unknown[]> {
  project.undo()
  const rows = rowsOf(project)
  project.redo()
  return rows
}

function viewOf(project: ProjectDatabase): Map<string, unknown> {
  const all = {
    images: project.images(),
    classes: project.classes(),
    annotations: project.annotations(),
    decisions: project.decisionsOfRun(RUN.id),
    regions: project.regions(),
    flags: project.flags(),
  }
  return new Map(Object.entries(all).flatMap(([table, records]) => records.map((record) => [`${table}/${record.id}`, record] as const)))
}

describe('history', () => {
  it('comes back to every state exactly: undo all, redo all, restarts between, whatever was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        let project = await startingProject()
        const reopen = async (): Promise<void> => {
          await project.close()
          project = await openProject(project.folder)
        }
        // The states that undo shall come through, by position, and a view that follows the changes.
        const states = [emptied(project), rowsOf(project)]
        const view = viewOf(project)
        let position = 1
        for (const [serial, given] of steps.entries()) {
          if (given.do === 'reopen') await reopen()
          const change = perform(project, given, serial)
          if (change) {
            follow(view, change.diff)
            const changed = !isEmptyDiff(change.diff)
            if (changed) position += change.kind === 'undo' ? -1 : 1
            if (changed && change.kind === 'edit') states.splice(position, Infinity, rowsOf(project))
          }
          expect(rowsOf(project)).toEqual(states[position])
          expect(viewOf(project)).toEqual(view)
        }
        await reopen()
        while (project.undo() !== null) expect(rowsOf(project)).toEqual(states[--position])
        expect(position).toBe(0)
        await reopen()
        while (project.redo() !== null) expect(rowsOf(project)).toEqual(states[++position])
        expect(position).toBe(states.length - 1)
        await project.close()
      }),
      { numRuns: 40 },
    )
  }, 180_000)

  it('keeps facts of many in little room and gives back the very diff', () => {
    const facts = fc.record({
      classId: fc.constantFrom('c', 'c 0', 'c 00').map((id) => classId.parse(id)),
      ...{ crowd: fc.boolean(), difficult: fc.boolean(), locked: fc.boolean(), level: fc.integer({ min: -9, max: 9 }) },
      ...{ note: fc.string({ maxLength: 3 }), name: fc.string({ maxLength: 3 }), updatedAt: fc.constant(AT) },
    })
    const amended = fc.record({
      id: fc.uuid().map((id) => annotationId.parse(id)),
      imageId: fc.constantFrom('a', 'b').map((id) => imageId.parse(id)),
      ...{ from: facts, to: facts },
    })
    const none = { added: [], updated: [], removed: [] }
    fc.assert(
      fc.property(fc.array(amended), (list) => {
        const diff: Diff = {
          images: none,
          classes: none,
          annotations: { ...none, amended: list },
          decisions: none,
          regions: none,
          flags: none,
          readings: none,
          modelNotes: none,
        }
        expect(unpackDiff(JSON.parse(JSON.stringify(packDiff(diff))))).toEqual(diff)
        expect(unpackDiff(JSON.parse(JSON.stringify(diff)))).toEqual(diff)
        const history = { undo: null, redo: null, sequence: 1 }
        expect(toldChange.parse({ label: 'Step', kind: 'edit', history, diff: packDiff(diff) }).diff).toEqual(diff)
      }),
    )
  })

  it('reads the steps of a version whose annotations had neither name nor lock nor level', () => {
    const { name: _name, locked: _locked, level: _level, ...old } = box('1', { imageId: imageId.parse('a'), classId: classId.parse('c') })
    const { id, imageId: on, classId: of, crowd, difficult, note, updatedAt } = old
    const facts = { classId: of, crowd, difficult, note, updatedAt }
    const none = { added: [], updated: [], removed: [] }
    const amended = [{ id, imageId: on, from: facts, to: { ...facts, note: 'x' } }]
    const read = unpackDiff({ images: none, classes: none, annotations: { ...none, removed: [old], amended }, decisions: none })
    expect(read.annotations.removed).toEqual([{ ...old, name: '', locked: false, level: 0 }])
    expect(read.annotations.amended[0]!.to).toEqual({ ...facts, note: 'x', name: '', locked: false, level: 0 })
  })

  it('inverts twice to the same', () => {
    const record = box('1', { imageId: imageId.parse('a'), classId: classId.parse('c') })
    const none = { added: [], updated: [], removed: [] }
    const facts = factsOf(record)
    const amended = { id: record.id, imageId: record.imageId, from: facts, to: { ...facts, crowd: true } }
    const diff: Diff = {
      images: { ...none, added: [image('a')] },
      classes: none,
      annotations: { added: [], updated: [[record, { ...record, note: 'x' }]], removed: [record], amended: [amended] },
      decisions: none,
      regions: { ...none, updated: [[region('r', record.imageId), region('r', record.imageId, { fullyLabelled: false })]] },
      flags: { ...none, added: [flag('f', { imageId: record.imageId })] },
      readings: { ...none, added: [reading('r', { imageId: record.imageId, annotationId: record.id })] },
      modelNotes: { ...none, added: [changedNote(undefined, { pinned: true }, { id: model('m').id, author: 'Ada', updatedAt: AT })] },
    }
    expect(invertDiff(invertDiff(diff))).toEqual(diff)
    expect(invertDiff(diff).annotations).toEqual({
      added: [record],
      updated: [[{ ...record, note: 'x' }, record]],
      removed: [],
      amended: [{ ...amended, from: amended.to, to: amended.from }],
    })
  })

  it('gives back to each of many what it had, however different that was, and names one that is gone', async () => {
    const project = await newProject()
    project.commit({ label: 'Add image', put: { images: [image('a')] }, remove: {} })
    const of = { imageId: project.images()[0]!.id, classId: project.classes()[0]!.id }
    const notes = ['', 'x', 'y', 'x', 'it\'s; -- "', '']
    const annotations = notes.map((note, at) => ({ ...box(String(at), of), note, level: at % 2 }))
    project.commit({ label: 'Draw', put: { annotations }, remove: {} })
    const before = project.annotations()
    const amend = { annotations: annotations.map(({ id }) => id), to: { note: 'same', updatedAt: AT } }
    const { diff } = project.commit({ label: 'Write', put: {}, remove: {}, amend })!
    expect(diff.annotations.amended).toHaveLength(notes.length)
    expect(project.annotations().map(({ note, level }) => `${note} ${String(level)}`)).toEqual(
      before.map(({ level }) => `same ${String(level)}`),
    )
    project.undo()
    expect(project.annotations()).toEqual(before)
    const { folder } = project
    await project.close()
    tamper(folder, `DELETE FROM annotations WHERE id = '3'`)
    const again = await openProject(folder)
    expect(() => again.redo()).toThrow(/annotations "3" is not there any more/)
    expect(again.annotations()).toEqual(before.filter(({ id }) => id !== '3'))
    await again.close()
  })

  it('stops with a clear word at a step that can’t be read, and everything else goes on', async () => {
    const project = await newProject()
    project.commit({ label: 'Add image', put: { images: [image('a')] }, remove: {} })
    await project.close()
    tamper(project.folder, `UPDATE history SET diff = '{}'`)
    const again = await openProject(project.folder)
    expect(() => again.undo()).toThrow(/Add image.*can't be read back/)
    expect(again.historyState().undo).toBe('Add image')
    again.commit({ label: 'Next', put: { images: [image('b')] }, remove: {} })
    expect(again.undo()?.label).toBe('Next')
    await again.close()
  })
})
