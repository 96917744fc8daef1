import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import { boxSpans, discSpans } from '#shared/masks/spans.ts'
import { imageId, type PredictionId } from '#shared/records/ids.ts'
import type { ImageResult } from '#shared/records/prediction.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { openSqlite } from '../../../src/main/project/sqlite.ts'
import { box, edit, image, model, newProject, type Owners, run } from './fixtures.ts'

const a = imageId.parse('a')
const whole: Shape = { type: 'image' }
const shapes: Readonly<Record<Shape['type'], Shape>> = {
  box: { type: 'box', x: 0.1, y: 20.7, width: 1 / 3, height: 40 },
  point: { type: 'point', x: 5.25, y: 0 },
  polygon: { type: 'polygon', rings: [[0.1, 0.2, 30.7, 0, 30, 1 / 3], [5, 5, 6, 5, 6, 6, 5, 6]] }, // prettier-ignore
  mask: maskOf(maskOfSpans(discSpans({ x: 256, y: 256 }, 30)))!,
  ellipse: { type: 'ellipse', cx: 50.1, cy: 40, width: 1 / 3, height: 20, angle: 33.3333 },
  'rotated-box': { type: 'rotated-box', cx: 50, cy: 40.7, width: 30, height: 1 / 3, angle: 359.9999 },
  polyline: { type: 'polyline', points: [0.1, 0.2, 30.7, 0, 30, 1 / 3] },
  ruler: { type: 'ruler', points: [5, 5, 25, 5] },
  image: whole,
}

async function projectWith(images = [image('a'), image('b')]): Promise<{ project: ProjectDatabase; owners: Owners[] }> {
  const project = await newProject()
  project.commit(edit({ images }))
  project.putModel(model('m'))
  return { project, owners: project.classes().map(({ id }) => ({ imageId: a, classId: id })) }
}

describe('shapes in a project', () => {
  it.each(Object.values(shapes))('keeps a $type to the last bit, over a restart, as truth and as a prediction', async (shape) => {
    const { project, owners } = await projectWith()
    project.commit(edit({ annotations: [box('one', owners[0]!, { shape })] }))
    const [id] = project.addRun(run('r', model('m').id), [a], [{ ...owners[0]!, score: 0.5, shape }])
    await project.close()
    const again = await openProject(project.folder)
    expect(again.annotationsOf(a)[0]?.shape).toEqual(shape)
    expect(again.prediction(id!)?.shape).toEqual(shape)
    again.undo()
    expect(again.annotationsOf(a)).toEqual([])
    again.redo()
    expect(again.annotationsOf(a)[0]?.shape).toEqual(shape)
    await again.close()
  })

  it('counts lines, but no rulers, and tells of a ruler with another class that no count changes', async () => {
    const { project, owners } = await projectWith()
    const [first, second] = project.classes().map(({ id }) => id)
    const put = [box('ruler', owners[0]!, { shape: shapes.ruler }), box('line', owners[0]!, { shape: shapes.polyline })]
    project.commit(edit({ annotations: put }))
    expect(project.counts()).toEqual([{ imageId: a, classId: first, annotations: 1 }])
    const amend = { annotations: put.map(({ id }) => id), to: { classId: second!, updatedAt: put[0]!.updatedAt } }
    const { diff } = project.commit({ ...edit({}), amend })
    expect(diff.annotations.amended.map(({ id, uncounted }) => [id, uncounted])).toEqual([
      ['ruler', true],
      ['line', undefined],
    ])
    expect(project.counts()).toEqual([{ imageId: a, classId: second, annotations: 1 }])
    const back = project.undo()
    expect(back?.diff.annotations.amended.map(({ id, uncounted }) => [id, uncounted])).toEqual([
      ['ruler', true],
      ['line', undefined],
    ])
    await project.close()
  })

  it('turns any shape into any other in one edit, and back', async () => {
    const { project, owners } = await projectWith()
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(shapes)), fc.constantFrom(...Object.values(shapes)), (from, to) => {
        fc.pre(from !== to)
        project.commit(edit({ annotations: [box('one', owners[0]!, { shape: from })] }))
        project.commit(edit({ annotations: [box('one', owners[0]!, { shape: to })] }))
        expect(project.annotationsOf(a)[0]?.shape).toEqual(to)
        project.undo()
        expect(project.annotationsOf(a)[0]?.shape).toEqual(from)
      }),
      { numRuns: 40 },
    )
  })

  it('has the bounds of areas in the columns, so that a region can be asked for', async () => {
    const { project, owners } = await projectWith()
    const polygon: Shape = { type: 'polygon', rings: [[10, 20, 40, 25, 12, 70]] }
    project.commit(edit({ annotations: [box('one', owners[0]!, { shape: polygon })] }))
    const db = openSqlite(project.paths.database, { readOnly: true })
    expect(db.prepare('SELECT kind, x, y, width, height FROM annotations').all()).toEqual([
      { kind: 'polygon', x: 10, y: 20, width: 30, height: 50 },
    ])
    db.close()
  })

  it('refuses areas that lie outside of the image, and predictions that have no extent', async () => {
    const { project, owners } = await projectWith()
    const far: Shape = { type: 'polygon', rings: [[1000, 0, 1010, 0, 1010, 10]] }
    expect(() => project.commit(edit({ annotations: [box('one', owners[0]!, { shape: far })] }))).toThrow(/wholly outside/)
    const outside = maskOf(maskOfSpans(boxSpans({ x: 700, y: 0, width: 5, height: 5 })))!
    expect(() => project.commit(edit({ annotations: [box('one', owners[0]!, { shape: outside })] }))).toThrow(/wholly outside/)
    const flat: Shape = { type: 'polygon', rings: [[0, 0, 10, 0, 5, 0]] }
    expect(() => project.addRun(run('r', model('m').id), [a], [{ ...owners[0]!, score: 0.5, shape: flat }])).toThrow(
      /a polygon that is none/,
    )
  })
})

describe('the labels of images as wholes', () => {
  it('are told for the whole project at once, and nothing but them', async () => {
    const { project, owners } = await projectWith()
    const [first, second] = [owners[0]!, { ...owners[0]!, imageId: imageId.parse('b') }]
    project.commit(
      edit({ annotations: [box('label-a', first, { shape: whole }), box('cell', first), box('label-b', second, { shape: whole })] }),
    )
    expect(project.imageLabels().map(({ id, imageId: of }) => [id, of])).toEqual([
      ['label-a', 'a'],
      ['label-b', 'b'],
    ])
    project.undo()
    expect(project.imageLabels()).toEqual([])
  })
})

describe('what a run says of images as a whole', () => {
  const resultOf = (id: string, change: Partial<ImageResult> = {}): ImageResult => ({
    ...{ imageId: imageId.parse(id), scores: [0.25, 0.75], anomaly: null, maps: [] },
    ...change,
  })

  it('is kept by image and run, over a restart', async () => {
    const { project } = await projectWith()
    const maps = [{ kind: 'heat', file: 'b.heat.png', classIndex: null, width: 640, height: 480 } as const]
    const results = [resultOf('a'), resultOf('b', { scores: null, anomaly: 12.5, maps })]
    const [first, second] = [run('r1', model('m').id), run('r2', model('m').id)]
    project.addRun(first, [a, imageId.parse('b')], [], results)
    project.addRun(second, [a], [], [resultOf('a', { scores: [1, 0] })])
    await project.close()
    const again = await openProject(project.folder)
    expect(again.resultsOf(first.id)).toEqual(results)
    expect(again.resultOf(a, first.id)).toEqual(results[0])
    expect(again.resultOf(a, second.id)?.scores).toEqual([1, 0])
    expect(again.resultOf(imageId.parse('b'), second.id)).toBeUndefined()
    expect(again.resultOf(imageId.parse('nowhere'), first.id)).toBeUndefined()
    expect(again.resultsOf(run('r9', model('m').id).id)).toEqual([])
    await again.close()
  })

  it('is not kept where the run is not', async () => {
    const { project, owners } = await projectWith()
    const bad = { ...owners[0]!, score: 2, shape: whole }
    const one = run('r1', model('m').id)
    expect(() => project.addRun(one, [a], [bad], [resultOf('a')])).toThrow(/that is none/)
    expect(project.resultOf(a, one.id)).toBeUndefined()
    expect(project.runs()).toEqual([])
  })
})

describe('the label of an image', () => {
  const labelled = async () => {
    const { project, owners } = await projectWith()
    const label = box('label', owners[0]!, { shape: whole })
    project.commit(edit({ annotations: [label] }))
    return { project, owners, label }
  }

  it('stands alone, beside objects with a place', async () => {
    const { project, owners, label } = await labelled()
    const second = box('second', owners[1]!, { shape: whole })
    expect(() => project.commit(edit({ annotations: [second] }))).toThrow(expect.objectContaining({ code: 'label-taken' }))
    expect(() => project.commit(edit({ annotations: [box('x', owners[1]!), second] }))).toThrow(/has a label already/)
    expect(project.annotationsOf(a)).toEqual([label])
    project.commit(edit({ annotations: [box('x', owners[1]!)] }))
    expect(() => project.commit(edit({ annotations: [box('x', owners[1]!, { shape: whole })] }))).toThrow(/has a label already/)
    const elsewhere = { ...owners[1]!, imageId: imageId.parse('b') }
    project.commit(edit({ annotations: [box('other', elsewhere, { shape: whole })] }))
    expect(() => project.commit(edit({ annotations: [box('other', owners[1]!, { shape: whole })] }))).toThrow(/has a label already/)
  })

  it('is not given twice by one edit', async () => {
    const { project, owners } = await projectWith()
    const both = ['one', 'two'].map((id) => box(id, owners[0]!, { shape: whole }))
    expect(() => project.commit(edit({ annotations: both }))).toThrow(expect.objectContaining({ code: 'label-taken' }))
  })

  it('changes its class, moves to another image, and makes room for another in the same edit', async () => {
    const { project, owners, label } = await labelled()
    project.commit(edit({ annotations: [{ ...label, classId: owners[1]!.classId }] }))
    const second = box('second', owners[2]!, { shape: whole })
    project.commit(edit({ annotations: [second] }, { annotations: [label.id] }))
    expect(project.annotationsOf(a)).toEqual([second])
    const third = box('third', owners[0]!, { shape: whole })
    project.commit(edit({ annotations: [third, { ...second, imageId: imageId.parse('b') }] }))
    expect(project.annotationsOf(a)).toEqual([third])
    project.undo()
    expect(project.annotationsOf(a)).toEqual([second])
  })
})

describe('decisions on labels of images', () => {
  const one = (id: PredictionId, kind: 'accept' | 'reject') => ({ predictions: [id], kind, to: null }) as const

  /** An image with two runs: the first says class 0, the second class 1. */
  async function said() {
    const { project, owners } = await projectWith()
    const guess = (name: string, by: Owners): PredictionId =>
      project.addRun(run(name, model('m').id), [a], [{ ...by, score: 0.8, shape: whole }])[0]!
    return { project, owners, first: guess('r1', owners[0]!), second: guess('r2', owners[1]!) }
  }

  it('make the one label, change it, and undo gives back the old one', async () => {
    const { project, owners, first, second } = await said()
    project.decide(one(first, 'accept'), 'Ada')
    const [label] = project.annotationsOf(a)
    expect(label).toMatchObject({ classId: owners[0]!.classId, shape: whole, origin: 'accepted', predictionId: first })
    project.decide(one(second, 'accept'), 'Bo')
    expect(project.annotationsOf(a)).toMatchObject([
      { id: label!.id, classId: owners[1]!.classId, origin: 'accepted', predictionId: second, author: 'Bo' },
    ])
    expect(project.decisionsOf(a).map(({ annotationId }) => annotationId)).toEqual([label!.id, label!.id])
    project.undo()
    expect(project.annotationsOf(a)).toEqual([label])
  })

  it('link the label that a person gave where it is the same class, and leave it as it is', async () => {
    const { project, owners, first } = await said()
    const label = box('own', owners[0]!, { shape: whole })
    project.commit(edit({ annotations: [label] }))
    project.decide(one(first, 'accept'), 'Bo')
    expect(project.annotationsOf(a)).toEqual([label])
    expect(project.decisionsOf(a)).toMatchObject([{ kind: 'accept', annotationId: 'own' }])
  })

  it('leave a locked label its class', async () => {
    const { project, owners, first, second } = await said()
    const label = box('own', owners[0]!, { shape: whole, locked: true })
    project.commit(edit({ annotations: [label] }))
    expect(project.decide(one(second, 'accept'), 'Bo').locked).toEqual([second])
    expect(project.annotationsOf(a)).toEqual([label])
    expect(project.decisionsOf(a)).toEqual([])
    expect(project.decide(one(first, 'accept'), 'Bo').locked).toEqual([])
  })

  it('correct the label that is there', async () => {
    const { project, owners, first } = await said()
    project.commit(edit({ annotations: [box('own', owners[0]!, { shape: whole })] }))
    const to = { classId: owners[2]!.classId, shape: whole }
    project.decide({ predictions: [first], kind: 'correct', to }, 'Bo')
    expect(project.annotationsOf(a)).toMatchObject([{ id: 'own', classId: owners[2]!.classId, origin: 'corrected', predictionId: first }])
    project.undo()
    expect(project.annotationsOf(a)).toMatchObject([{ id: 'own', classId: owners[0]!.classId, origin: 'drawn' }])
  })

  it('reject a guess without touching the label', async () => {
    const { project, owners, second } = await said()
    const label = box('own', owners[0]!, { shape: whole })
    project.commit(edit({ annotations: [label] }))
    project.decide(one(second, 'reject'), 'Bo')
    expect(project.annotationsOf(a)).toEqual([label])
    expect(project.decisionsOf(a)).toMatchObject([{ kind: 'reject', annotationId: null }])
  })
})
