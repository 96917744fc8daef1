import { expect, it } from 'vitest'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { box, IMAGE, imageOf, OTHER_IMAGE } from '../records.ts'
import { content } from '../session.ts'
import { desk } from '../tools/desk.ts'

const FRESH = [{ ...imageOf(), state: 'unlabelled' as const }, imageOf(OTHER_IMAGE)]

it('an image is in work with its first object, and unlabelled again by the same undo', async () => {
  const { stores, project, settled, run } = await desk({ images: FRESH, annotations: [] })
  const state = (): unknown => stores.document.getState().tables.images.get(IMAGE)?.state
  expect(state()).toBe('unlabelled')
  expect(run('object.insert')).toBe(true)
  expect(state()).toBe('in-work')
  run('object.insert')
  await settled()
  expect([project.annotations().length, project.edits.map(({ put }) => put.images?.length ?? 0)]).toEqual([2, [1, 0]])
  await stores.actions.undo()
  await settled()
  expect(state()).toBe('in-work')
  await stores.actions.undo()
  await settled()
  expect([state(), project.annotations().length]).toEqual(['unlabelled', 0])
})

it('neither a change of an object, nor a ruler, nor what an edit says itself is overruled', async () => {
  const { stores, project, settled } = await desk({ images: FRESH })
  const [first] = content().annotations
  await stores.actions.commit({ label: 'Move', put: { annotations: [{ ...first!, shape: box(1, 1, 9, 9) }] }, remove: {} })
  const drawn = { ...first!, id: 'drawn' as never }
  const ruler: AnnotationRecord['shape'] = { type: 'ruler', points: [1, 1, 9, 9] }
  await stores.actions.commit({ label: 'Draw', put: { annotations: [{ ...drawn, shape: ruler }] }, remove: {} })
  await settled()
  expect(project.snapshot().images[0]?.state).toBe('unlabelled')
  const images = [{ ...FRESH[0]!, state: 'done' as const }]
  await stores.actions.commit({ label: 'Draw', put: { annotations: [drawn], images }, remove: {} })
  await settled()
  expect(project.snapshot().images[0]?.state).toBe('done')
})
