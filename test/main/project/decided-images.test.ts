import { describe, expect, it } from 'vitest'
import { imageId, type PredictionId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { box, edit, image, model, newProject, type Owners, rowsOf, run } from './fixtures.ts'

const a = imageId.parse('a')
const whole: Shape = { type: 'image' }
const at = (x: number): Shape => ({ type: 'box', x, y: 50, width: 40, height: 40 })

async function emptyProject(): Promise<{ project: ProjectDatabase; owners: Owners[] }> {
  const project = await newProject()
  project.commit(edit({ images: [image('a'), image('b')] }))
  project.putModel(model('m'))
  return { project, owners: project.classes().map(({ id }) => ({ imageId: a, classId: id })) }
}

const said = (project: ProjectDatabase, name: string, owners: Owners, shape: Shape = whole, scores = [0.9]): PredictionId[] =>
  project.addRun(
    run(name, model('m').id),
    [a],
    scores.map((score, i) => ({ ...owners, score, shape: shape.type === 'box' ? { ...shape, x: shape.x + 100 * i } : shape })),
  )

const one = (id: PredictionId, kind: 'accept' | 'reject') => ({ predictions: [id], kind, to: null }) as const
const stateOf = (project: ProjectDatabase): ImageRecord['state'] => project.image(a)!.state

describe('rejecting what the model said of an image as a whole', () => {
  it('brings back the label that an acceptance had replaced, as it was', async () => {
    const { project, owners } = await emptyProject()
    const mine = box('label', owners[0]!, { shape: whole, author: 'Bo', note: 'sure' })
    project.commit(edit({ annotations: [mine] }))
    const [id] = said(project, 'r', owners[1]!)
    project.decide(one(id!, 'accept'), 'Ada')
    expect(project.annotationsOf(a)).toMatchObject([{ id: 'label', classId: owners[1]!.classId, origin: 'accepted', author: 'Ada' }])
    const accepted = rowsOf(project)
    project.decide(one(id!, 'reject'), 'Ada')
    expect(project.annotationsOf(a)).toEqual([mine])
    project.undo()
    expect(rowsOf(project)).toEqual(accepted)
  })

  it('brings it back after a correction too, and over a restart of the decision', async () => {
    const { project, owners } = await emptyProject()
    const mine = box('label', owners[0]!, { shape: whole })
    project.commit(edit({ annotations: [mine] }))
    const [id] = said(project, 'r', owners[1]!)
    project.decide(one(id!, 'accept'), 'Ada')
    project.decide({ predictions: [id!], kind: 'correct', to: { classId: owners[2]!.classId, shape: whole } }, 'Ada')
    expect(project.annotationsOf(a)).toMatchObject([{ classId: owners[2]!.classId, origin: 'corrected' }])
    project.decide(one(id!, 'reject'), 'Ada')
    expect(project.annotationsOf(a)).toEqual([mine])
  })

  it('takes the label away where there was none before, and the image is unlabelled again', async () => {
    const { project, owners } = await emptyProject()
    const [id] = said(project, 'r', owners[1]!)
    project.decide(one(id!, 'accept'), 'Ada')
    expect(stateOf(project)).toBe('done')
    project.decide(one(id!, 'reject'), 'Ada')
    expect([project.annotationsOf(a), stateOf(project)]).toEqual([[], 'unlabelled'])
  })

  it('leaves a label that the person has changed since', async () => {
    const { project, owners } = await emptyProject()
    project.commit(edit({ annotations: [box('label', owners[0]!, { shape: whole })] }))
    const [id] = said(project, 'r', owners[1]!)
    project.decide(one(id!, 'accept'), 'Ada')
    const [made] = project.annotationsOf(a)
    project.commit(edit({ annotations: [{ ...made!, classId: owners[2]!.classId }] }))
    project.decide(one(id!, 'reject'), 'Ada')
    expect(project.annotationsOf(a)).toMatchObject([{ classId: owners[2]!.classId }])
  })

  it('skips a label of another run that was rejected meanwhile, whichever came first', async () => {
    const { project, owners } = await emptyProject()
    const mine = box('label', owners[0]!, { shape: whole })
    project.commit(edit({ annotations: [mine] }))
    const [[first], [second]] = [said(project, 'r1', owners[1]!), said(project, 'r2', owners[2]!)]
    for (const id of [first!, second!]) project.decide(one(id, 'accept'), 'Ada')
    for (const id of [first!, second!]) project.decide(one(id, 'reject'), 'Ada')
    expect(project.annotationsOf(a)).toEqual([mine])
    for (const id of [first!, second!]) project.decide(one(id, 'accept'), 'Ada')
    project.decide(one(second!, 'reject'), 'Ada')
    expect(project.annotationsOf(a)).toMatchObject([{ classId: owners[1]!.classId }])
    // Both took the other's place: there is an end to the search.
    project.decide(one(second!, 'accept'), 'Ada')
    project.decide(one(first!, 'reject'), 'Ada')
    project.decide(one(first!, 'accept'), 'Ada')
    for (const id of [first!, second!]) project.decide(one(id, 'reject'), 'Ada')
    expect(project.annotationsOf(a).map(({ classId }) => classId)).not.toContain(owners[2]!.classId)
  })

  it('takes it away where the former class has left the project', async () => {
    const { project, owners } = await emptyProject()
    project.commit(edit({ annotations: [box('label', owners[0]!, { shape: whole })] }))
    const [id] = said(project, 'r', owners[1]!)
    project.decide(one(id!, 'accept'), 'Ada')
    project.commit(edit({}, { classes: [owners[0]!.classId] }))
    project.decide(one(id!, 'reject'), 'Ada')
    expect(project.annotationsOf(a)).toEqual([])
  })
})

describe('giving several images one class', () => {
  it('accepts where the model said it and corrects elsewhere, in one step', async () => {
    const { project, owners } = await emptyProject()
    const other = { ...owners[1]!, imageId: imageId.parse('b') }
    const found = [owners[0]!, other].map((owner) => ({ ...owner, score: 0.8, shape: whole }))
    const ids = project.addRun(run('r', model('m').id), [a, other.imageId], found)
    const before = rowsOf(project)
    project.decide({ predictions: ids, kind: 'correct', to: { classId: owners[0]!.classId, shape: whole } }, 'Ada')
    expect(project.imageLabels().map(({ classId, origin }) => [classId, origin])).toEqual([
      [owners[0]!.classId, 'accepted'],
      [owners[0]!.classId, 'corrected'],
    ])
    expect(project.decisionsOf(a)).toMatchObject([{ kind: 'accept' }])
    project.undo()
    expect(rowsOf(project)).toEqual(before)
  })
})

describe('an image on which objects are decided', () => {
  it('is done with the last one from a score on, and undo takes that back', async () => {
    const { project, owners } = await emptyProject()
    const ids = said(project, 'r', owners[0]!, at(50), [0.9, 0.6, 0.3])
    project.decide({ ...one(ids[0]!, 'accept'), doneFrom: 0.5 }, 'Ada')
    expect(stateOf(project)).toBe('in-work')
    const change = project.decide({ ...one(ids[1]!, 'reject'), doneFrom: 0.5 }, 'Ada')
    expect(change.diff.images.updated).toHaveLength(1)
    expect(stateOf(project)).toBe('done')
    project.undo()
    expect(stateOf(project)).toBe('in-work')
  })

  it('is not done where nobody asked, and where more is looked at', async () => {
    const { project, owners } = await emptyProject()
    const ids = said(project, 'r', owners[0]!, at(50), [0.9, 0.3])
    project.decide({ ...one(ids[0]!, 'reject'), doneFrom: 0.3 }, 'Ada')
    expect(stateOf(project)).toBe('in-work')
    project.decide(one(ids[0]!, 'accept'), 'Ada')
    expect(stateOf(project)).toBe('in-work')
    project.decide({ ...one(ids[0]!, 'reject'), doneFrom: 0.3 }, 'Ada')
    expect(stateOf(project)).toBe('in-work')
  })

  it('is in work from the first rejection on: it is reviewed in part, not unlabelled; undo takes that back', async () => {
    const { project, owners } = await emptyProject()
    const ids = said(project, 'r', owners[0]!, at(50), [0.9, 0.6])
    project.decide(one(ids[0]!, 'reject'), 'Ada')
    expect([stateOf(project), [...project.reviewedInPart(0.5, 0.5).keys()]]).toEqual(['in-work', [a]])
    project.undo()
    expect([stateOf(project), project.reviewedInPart(0.5, 0.5).size]).toEqual(['unlabelled', 0])
  })

  it('is in work from the first object on that a decision gives it, in the same step of undo', async () => {
    const { project, owners } = await emptyProject()
    const ids = said(project, 'r', owners[0]!, at(50), [0.9, 0.6])
    const before = rowsOf(project)
    const { diff } = project.decide({ predictions: ids, kind: 'correct', to: { classId: owners[1]!.classId } }, 'Ada')
    expect(diff.images.updated).toHaveLength(1)
    expect(stateOf(project)).toBe('in-work')
    project.undo()
    expect(rowsOf(project)).toEqual(before)
  })

  it('counts as decided what a person has drawn, also when a decision removes what it had made', async () => {
    const { project, owners } = await emptyProject()
    const ids = said(project, 'r', owners[0]!, at(50), [0.9, 0.6])
    project.commit(edit({ annotations: [box('drawn', owners[1]!, { shape: at(155) })] }))
    project.decide({ ...one(ids[0]!, 'accept'), doneFrom: 0.5 }, 'Ada')
    expect(stateOf(project)).toBe('done')
    const twin = project.addPredictions(run('r', model('m').id).id, [{ ...owners[0]!, score: 0.8, shape: at(52) }])
    project.commit(edit({ images: [{ ...project.image(a)!, state: 'in-work' }] }))
    expect(twin).toHaveLength(1)
    // The twin was covered by what is rejected now: it is open again.
    project.decide({ ...one(ids[0]!, 'reject'), doneFrom: 0.5 }, 'Ada')
    expect(stateOf(project)).toBe('in-work')
  })

  it('with a label is in work until its areas are decided too', async () => {
    const { project, owners } = await emptyProject()
    const [label, area] = project.addRun(
      run('r', model('m').id),
      [a],
      [
        { ...owners[1]!, score: 0.9, shape: whole },
        { ...owners[1]!, score: 0.9, shape: at(50) },
      ],
    )
    project.decide({ ...one(label!, 'accept'), doneFrom: 0 }, 'Ada')
    expect(stateOf(project)).toBe('in-work')
    project.decide({ ...one(area!, 'reject'), doneFrom: 0 }, 'Ada')
    expect(stateOf(project)).toBe('done')
  })

  it('stays reviewed', async () => {
    const { project, owners } = await emptyProject()
    project.commit(edit({ images: [image('a', { state: 'reviewed' })] }))
    const [id] = said(project, 'r', owners[0]!, at(50))
    project.decide({ ...one(id!, 'accept'), doneFrom: 0.5 }, 'Ada')
    expect(stateOf(project)).toBe('reviewed')
  })
})

describe('many decisions at once', () => {
  it('are one step of undo over several statements of the database', async () => {
    const { project, owners } = await emptyProject()
    const found = Array.from({ length: 67 }, (_, i) => ({
      ...owners[0]!,
      score: 0.9,
      shape: { type: 'box' as const, x: (i % 10) * 50, y: Math.floor(i / 10) * 50, width: 40, height: 40 },
    }))
    const ids = project.addRun(run('r', model('m').id), [a], found)
    const before = rowsOf(project)
    const { sequence } = project.historyState()
    project.decide({ predictions: ids, kind: 'accept', to: null, doneFrom: 0.5 }, 'Ada')
    expect(project.historyState().sequence).toBe(sequence + 1)
    expect(project.annotationsOf(a).map(({ predictionId }) => predictionId)).toEqual(expect.arrayContaining(ids))
    expect(project.annotationsOf(a)).toHaveLength(67)
    project.undo()
    expect(rowsOf(project)).toEqual(before)
  })

  it('finish no image where the run looked at regions alone: nobody looked at the rest', async () => {
    const { project, owners } = await emptyProject()
    for (const [inRegions, state] of [
      [true, 'in-work'],
      [false, 'done'],
    ] as const) {
      const found = { ...owners[0]!, score: 0.9, shape: at(inRegions ? 50 : 200) }
      const ids = project.addRun({ ...run(`r ${String(inRegions)}`, model('m').id), settings: { inRegions } }, [a], [found])
      project.decide({ predictions: ids, kind: 'accept', to: null, doneFrom: 0.5 }, 'Ada')
      expect(stateOf(project)).toBe(state)
    }
  })

  it('leave nothing behind where the last of them fails', async () => {
    const { project, owners } = await emptyProject()
    const ids = said(project, 'r', owners[0]!, at(50), [0.9, 0.6])
    const before = rowsOf(project)
    expect(() => project.decide({ predictions: [...ids, 99_999 as PredictionId], kind: 'accept', to: null }, 'Ada')).toThrow(
      /no prediction/,
    )
    expect(rowsOf(project)).toEqual(before)
  })
})

describe('labels of many images in one edit', () => {
  it('are refused where two are of one image', async () => {
    const { project, owners } = await emptyProject()
    const twice = [box('one', owners[0]!, { shape: whole }), box('two', owners[1]!, { shape: whole })]
    expect(() => project.commit(edit({ annotations: twice }))).toThrow(/has a label already/)
    project.commit(edit({ annotations: [twice[0]!] }))
    expect(() => project.commit(edit({ annotations: [twice[1]!] }))).toThrow(/has a label already/)
    project.commit(edit({ annotations: [twice[1]!] }, { annotations: [twice[0]!.id] }))
    expect(project.annotationsOf(a)).toEqual([twice[1]])
  })
})
