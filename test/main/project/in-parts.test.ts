import { expect, it, vi } from 'vitest'
import { annotationsOf, AnnotationWriter } from '#shared/objects/annotation-columns.ts'
import { annotationId, imageId, newId } from '#shared/records/ids.ts'
import { predictionsOf } from '#shared/objects/prediction-columns.ts'
import type { Steps } from '#shared/steps.ts'
import { inParts, PART } from '../../../src/main/project/in-parts.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { box, edit, image, model, newProject, type Owners, run } from './fixtures.ts'

async function withPoints(count: number): Promise<{ project: ProjectDatabase; owners: Owners }> {
  const project = await newProject()
  project.commit(edit({ images: [image('a'), image('b')] }))
  const owners = { imageId: imageId.parse('a'), classId: project.classes()[0]!.id }
  const point = (i: number) => ({ ...box(newId(), owners), shape: { type: 'point' as const, x: i % 600, y: 1 } })
  project.commit(edit({ annotations: Array.from({ length: count }, (_, i) => point(i)) }))
  project.commit(edit({ annotations: [box('elsewhere', { ...owners, imageId: imageId.parse('b') })] }))
  return { project, owners }
}

it('annotations read in several parts are those read at once, in the same order, also after a removal was undone', async () => {
  const { project, owners } = await withPoints(2 * PART + 5)
  const [first, ...others] = project.annotationsOf(owners.imageId)
  project.commit(edit({}, { annotations: [first!.id] }))
  expect(annotationsOf((await project.objectColumns(owners.imageId)).annotations)).toEqual(others)
  project.undo()
  expect(annotationsOf((await project.objectColumns(owners.imageId)).annotations)).toEqual([first, ...others])
  await project.close()
})

it('exactly as many as make up a part, and none at all, are read too', async () => {
  const { project, owners } = await withPoints(PART)
  expect((await project.objectColumns(owners.imageId)).annotations.shapes.count).toBe(PART)
  expect((await project.objectColumns(imageId.parse('none'))).annotations.shapes.count).toBe(0)
  await project.close()
})

it('a change that comes between parts is in what is read', async () => {
  const { project, owners } = await withPoints(PART + 100)
  const [first] = project.annotationsOf(owners.imageId)
  const reading = project.objectColumns(owners.imageId)
  project.commit(edit({ annotations: [{ ...first!, note: 'changed' }, box('new', owners)] }))
  const read = annotationsOf((await reading).annotations)
  expect(read).toEqual(project.annotationsOf(owners.imageId))
  expect(read).toHaveLength(PART + 101)
  expect(read.find(({ id }) => id === first!.id)?.note).toBe('changed')
  expect(read.some(({ id }) => id === annotationId.parse('new'))).toBe(true)
  await project.close()
})

it('decisions are those of the moment at which the last annotations were read', async () => {
  const { project, owners } = await withPoints(1)
  project.putModel(model('m'))
  const shape = { type: 'box', x: 3, y: 3, width: 2, height: 2 } as const
  project.addRun(run('r', model('m').id), [owners.imageId], [{ ...owners, score: 0.9, shape }])
  const predictions = project.predictionsOf(owners.imageId, project.runs()[0]!.id).map(({ id }) => id)
  const columns = vi.spyOn(AnnotationWriter.prototype, 'columns').mockImplementationOnce(function (this: AnnotationWriter) {
    queueMicrotask(() => project.decide({ predictions, kind: 'accept', to: null }, 'Ada'))
    return this.columns()
  })
  const read = await project.objectColumns(owners.imageId)
  columns.mockRestore()
  expect([read.annotations.shapes.count, read.decisions]).toEqual([1, []])
  expect(project.decisionsOf(owners.imageId)).toHaveLength(1)
  await project.close()
})

it('predictions read in several parts stand best first, as those read at once', async () => {
  const { project, owners } = await withPoints(1)
  project.putModel(model('m'))
  const shape = { type: 'box', x: 3, y: 3, width: 2, height: 2 } as const
  const found = Array.from({ length: PART + 10 }, (_, i) => ({ ...owners, score: ((i * 7919) % 1000) / 1000, shape }))
  project.addRun(run('r', model('m').id), [owners.imageId], found)
  const { id } = project.runs()[0]!
  const read = predictionsOf(await project.predictionColumns(owners.imageId, id))
  expect(read).toEqual(project.predictionsOf(owners.imageId, id))
  expect(read).toHaveLength(PART + 10)
  expect([...project.predictionIds(owners.imageId, id)]).toEqual(read.map((one) => Number(one.id)).sort((a, b) => a - b))
  await project.close()
})

it('a project that is closed meanwhile ends the reading with a word', async () => {
  const { project, owners } = await withPoints(PART + 1)
  // Closing waits for the daily one.
  await project.backup()
  const reading = project.objectColumns(owners.imageId)
  const ended = expect(reading).rejects.toMatchObject({ code: 'project-closed' })
  await project.close()
  await ended
})

it('what changes again and again is read at once in the end', async () => {
  let version = 0
  let begun = 0
  function* parts(): Steps<number> {
    begun++
    yield
    return version
  }
  expect(await inParts({ begin: parts, version: () => version++ })).toBe(6)
  expect(begun).toBe(4)
})
