import { expect, it } from 'vitest'
import { box, edit, image, newProject } from './fixtures.ts'

it('an undo takes images out of a project only where that is meant', async () => {
  const project = await newProject()
  project.commit(edit({ images: [image('a'), image('b')] }))
  const [a] = project.images()
  project.commit(edit({ annotations: [box('mine', { imageId: a!.id, classId: project.classes()[0]!.id })] }))
  // What is drawn is taken back by the key as ever.
  expect(project.undo(false)).toMatchObject({ kind: 'undo' })
  const before = project.historyState()
  expect(() => project.undo(false)).toThrowError(
    expect.objectContaining({ code: 'takes-images', message: expect.stringContaining('2 images') as string }),
  )
  expect(project.historyState()).toEqual(before)
  expect(project.images()).toHaveLength(2)
  expect(project.undo(true)).toMatchObject({ kind: 'undo' })
  expect(project.images()).toEqual([])
  project.redo()
  project.redo()
  // An image that a person takes out comes back without a question.
  project.commit(edit({}, { images: [a!.id] }))
  project.undo(false)
  expect([project.images().length, project.annotations().length]).toEqual([2, 1])
})
