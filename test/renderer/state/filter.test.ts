import { describe, expect, test } from 'vitest'
import { type ObjectFilter } from '../../../src/renderer/objects/object-filter.ts'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { predictionId, runId } from '../../../src/shared/records/ids.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, predictionOf, RBC, RUN, RUNS, WBC } from '../records.ts'
import { shownObjects } from '../scenes.ts'
import { desk, type Desk } from '../tools/desk.ts'

const annotations: readonly AnnotationRecord[] = [
  annotationOf('small', box(10, 10, 10, 10), RBC),
  annotationOf('large', box(100, 100, 40, 40), RBC),
  annotationOf('white', box(200, 200, 20, 20), WBC),
]
const given = {
  classes: CLASSES,
  images: [imageOf(IMAGE), { ...imageOf(OTHER_IMAGE), micronsPerPixel: null }],
  annotations,
  predictions: [predictionOf(1, box(300, 300, 20, 20), 0.9), predictionOf(2, box(400, 300, 20, 20), 0.6)],
  runs: RUNS,
}

async function filtered(filter: Partial<ObjectFilter>): Promise<Desk> {
  const opened = await desk(given)
  await opened.stores.actions.chooseRun(RUN)
  opened.stores.filter.set(filter)
  return opened
}

const shown = ({ stores }: Desk): string[] => [...shownObjects(stores.scene.getState().scene)].map(({ id }) => String(id)).sort()
const hints = ({ stores }: Desk): string[] => stores.messages.getState().messages.map(({ title }) => title)

describe('what a filter keeps back', () => {
  test('is neither drawn, hit, selected by Ctrl+A, by a rubber band nor by Tab, and is told', async () => {
    const opened = await filtered({ classes: new Set([WBC]) })
    const { stores, run, pointer, selected } = opened
    expect(shown(opened)).toEqual(['white'])
    expect(stores.scene.getState().filtered?.()).toEqual({ shown: 1, all: 5 })
    run('object.select-all')
    expect(selected()).toEqual(['white'])
    stores.selection.select([])
    run('tool.select')
    pointer('down', 105, 105)
    pointer('up', 105, 105)
    expect(selected()).toEqual([])
    pointer('down', 2, 2)
    pointer('move', 450, 400)
    pointer('up', 450, 400)
    expect(selected()).toEqual(['white'])
    run('object.next')
    expect(selected()).toEqual(['white'])
  })

  test('is not accepted with all others, and comes back when the filter is cleared', async () => {
    const opened = await filtered({ score: { from: 0.5, to: 0.7 } })
    expect(shown(opened)).toEqual(['2', 'large', 'small', 'white'])
    opened.run('prediction.accept-all')
    await opened.project.idle()
    expect(opened.stores.document.getState().decided.size).toBe(1)
    opened.stores.filter.clear()
    expect(shown(opened)).toContain('1')
    expect(opened.stores.scene.getState().filtered).toBe(null)
  })

  test('is selected no longer, so that neither Delete nor a class reaches it', async () => {
    const opened = await desk(given)
    opened.run('object.select-all')
    opened.stores.filter.set({ area: { from: null, to: 7 } })
    expect(opened.selected()).toEqual(['small'])
    opened.run('object.delete')
    await opened.settled()
    opened.stores.filter.clear()
    expect(shown(opened)).toEqual(expect.arrayContaining(['large', 'white']))
    expect(shown(opened)).not.toContain('small')
  })

  test('is there in Review all the same', async () => {
    const opened = await filtered({ classes: new Set([WBC]) })
    opened.stores.filter.pause(true)
    expect(shown(opened)).toHaveLength(5)
    opened.stores.filter.pause(false)
    expect(shown(opened)).toEqual(['white'])
  })
})

test('a new object is seen: the filter no longer goes by what keeps it back, and says so', async () => {
  const opened = await filtered({ classes: new Set([WBC]), area: { from: 10, to: 50 } })
  await opened.stores.actions.commit({ label: 'Draw', put: { annotations: [annotationOf('new', box(50, 50, 20, 20), RBC)] }, remove: {} })
  expect(opened.stores.filter.getState().filter).toMatchObject({ classes: null, area: { from: 10, to: 50 } })
  expect(shown(opened)).toContain('new')
  expect(hints(opened)).toContain('Objects are no longer filtered by class.')
})

test('what is relabelled may leave the filter: it is no new object', async () => {
  const opened = await filtered({ classes: new Set([RBC]) })
  opened.select('small')
  opened.run('class.2')
  await opened.settled()
  expect(shown(opened)).not.toContain('small')
  expect(opened.stores.filter.getState().filter.classes).toEqual(new Set([RBC]))
})

test('square micrometres are not taken for square pixels on an image without a scale, and the filter ends with the project', async () => {
  const opened = await filtered({ classes: new Set([WBC]), area: { from: 10, to: 50 } })
  await opened.stores.actions.openImage(OTHER_IMAGE)
  expect(opened.stores.filter.getState().filter).toMatchObject({ classes: new Set([WBC]), area: null })
  expect(hints(opened)).toContain('Objects are no longer filtered by size.')
  opened.stores.actions.hideProject()
  expect(opened.stores.filter.getState().filter.classes).toBe(null)
})

test('sizes that were asked for in one unit do not hold where the open image gets or loses its pixel size', async () => {
  const opened = await filtered({ classes: new Set([WBC]), area: { from: 10, to: 50 } })
  const { actions, document, filter } = opened.stores
  const image = document.getState().tables.images.get(IMAGE)!
  const resized = (micronsPerPixel: number | null) =>
    actions.commit({ label: 'Test', put: { images: [{ ...image, micronsPerPixel }] }, remove: {} })
  await resized(0.5)
  expect(filter.getState().filter.area).toEqual({ from: 10, to: 50 })
  await resized(null)
  expect(filter.getState().filter).toMatchObject({ classes: new Set([WBC]), area: null })
  expect(hints(opened)).toContain('Objects are no longer filtered by size.')
})

describe('a filter by runs', () => {
  const LATER = runId.parse('run-2')
  const accepted = (id: string, from: number, x: number): AnnotationRecord => ({
    ...annotationOf(id, box(x, 50, 20, 20)),
    origin: 'accepted',
    predictionId: predictionId.parse(from),
  })
  const twoRuns = {
    ...given,
    annotations: [...annotations, accepted('of-first', 3, 300), accepted('of-later', 8, 350)],
    predictions: [
      ...given.predictions,
      predictionOf(3, box(300, 50, 20, 20), 0.1),
      { ...predictionOf(8, box(350, 50, 20, 20)), runId: LATER },
      { ...predictionOf(9, box(20, 300, 20, 20)), runId: LATER },
    ],
    runs: [...RUNS, { ...RUNS[0]!, id: LATER }],
  }
  const opened = async (...runs: (typeof RUN)[]): Promise<Desk> => {
    const one = await desk(twoRuns)
    await one.stores.actions.chooseRun(RUN)
    one.stores.filter.set({ runs: new Set(runs) })
    return one
  }

  test('shows what any of them found, whichever run is on show', async () => {
    const one = await opened(LATER)
    await one.project.idle()
    expect(shown(one)).toEqual(['of-later'])
    one.stores.filter.set({ runs: new Set([RUN, LATER]) })
    await one.project.idle()
    expect(shown(one)).toEqual(['1', '2', 'of-first', 'of-later'])
    await one.stores.actions.chooseRun(LATER)
    one.stores.filter.set({ runs: new Set([RUN]) })
    await one.project.idle()
    expect(shown(one)).toEqual(['of-first'])
    await one.stores.actions.openImage(OTHER_IMAGE)
    await one.project.idle()
    expect(shown(one)).toEqual([])
    one.stores.filter.clear()
    await one.stores.actions.openImage(IMAGE)
    await one.project.idle()
    expect(shown(one)).toEqual(expect.arrayContaining(['9', 'large', 'of-first', 'of-later']))
  })

  test('keeps what is accepted of them, and ends where something is drawn', async () => {
    const one = await opened(RUN)
    await one.project.idle()
    expect(shown(one)).toEqual(['1', '2', 'of-first'])
    await one.stores.actions.decide({ predictions: [predictionId.parse(1)], kind: 'accept', to: null })
    expect(hints(one)).toEqual([])
    expect(shown(one)).toHaveLength(3)
    await one.stores.actions.commit({ label: 'Draw', put: { annotations: [annotationOf('drawn', box(5, 5, 9, 9))] }, remove: {} })
    expect(hints(one)).toEqual(['Objects are no longer filtered by model.'])
    expect(shown(one)).toContain('drawn')
  })
})

describe('objects that are hidden by hand', () => {
  test('are out of sight and out of reach until they are shown again, and no label changes', async () => {
    const opened = await desk(given)
    const { stores, run, selected } = opened
    await stores.actions.chooseRun(RUN)
    const { annotations: before } = stores.document.getState().tables
    stores.selection.select(['large' as never, predictionId.parse(1)])
    run('object.hide')
    expect(selected()).toEqual([])
    expect(shown(opened)).toEqual(['2', 'small', 'white'])
    expect(stores.scene.getState().filtered?.()).toEqual({ shown: 3, all: 5 })
    run('object.select-all')
    expect(selected()).not.toContain('large')
    stores.selection.select(['white' as never])
    run('object.hide')
    expect(shown(opened)).toEqual(['2', 'small'])
    run('object.hide')
    expect(shown(opened)).toEqual(['1', '2', 'large', 'small', 'white'])
    expect(stores.scene.getState().filtered).toBe(null)
    expect(stores.document.getState().tables.annotations).toBe(before)
  })

  test('stay hidden beside a filter, of which they are no part', async () => {
    const opened = await filtered({ classes: new Set([RBC]) })
    opened.stores.selection.select(['large' as never])
    opened.run('object.hide')
    expect(shown(opened)).not.toContain('large')
    opened.stores.filter.set({ classes: null })
    expect(shown(opened)).toEqual(['1', '2', 'small', 'white'])
    opened.stores.filter.clear()
    expect(shown(opened)).toEqual(['1', '2', 'large', 'small', 'white'])
  })

  test('may be as many as are selected at once', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => annotationOf(`many ${String(i)}`, box(i, 10, 5, 5), i % 2 === 0 ? RBC : WBC))
    const opened = await desk({ ...given, annotations: [...annotations, ...many] })
    opened.stores.filter.set({ classes: new Set([RBC]) })
    opened.run('object.select-all')
    opened.run('object.hide')
    opened.stores.filter.set({ classes: null })
    expect(opened.stores.scene.getState().filtered?.()).toEqual({ shown: 753, all: 1505 })
  })

  test('are asked about in Review, where nothing can be hidden', async () => {
    const opened = await desk(given)
    opened.stores.selection.select(['large' as never])
    opened.run('object.hide')
    opened.stores.filter.pause(true)
    expect(shown(opened)).toContain('large')
    opened.stores.selection.select(['white' as never])
    opened.run('object.hide')
    opened.stores.filter.pause(false)
    expect(shown(opened)).toContain('white')
  })
})
