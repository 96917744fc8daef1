import { afterEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../src/shared/errors.ts'
import { annotationId, predictionId, runId } from '../../../src/shared/records/ids.ts'
import { adjusted, defaultDisplay, filterOf } from '../../../src/renderer/state/display.ts'
import { idsOf, openRows, uncoveredRows } from '../../../src/renderer/review/open-rows.ts'
import { addEdit } from '../../../src/renderer/tools/edits.ts'
import { createCommitter } from '../../../src/renderer/state/committing.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, predictionOf, RBC, RUN, RUNS, WBC } from '../records.ts'
import { openSession, type Session } from '../session.ts'
import { shownObjects } from '../scenes.ts'

const ids = ({ stores }: Session): (string | number)[] => [...shownObjects(stores.scene.getState().scene)].map(({ id }) => id)
const drawEdit = ({ stores }: Session) => addEdit('Draw', [{ classId: RBC, shape: box(10, 10, 20, 20) }], 'RBC', stores.actions.stamp()!)

afterEach(() => vi.useRealTimers())

describe('a window on a project', () => {
  it('shows the newest run and what is above the threshold, guesses under truth', async () => {
    const session = await openSession()
    expect(session.stores.predictions.getState().runId).toBe(RUN)
    expect(ids(session)).toEqual([1, 2, 'a', 'b'])
    session.stores.predictions.setThreshold(0.8)
    expect(ids(session)).toEqual([1, 'a', 'b'])
    session.stores.display.toggle('annotations')
    expect(ids(session)).toEqual([1])
  })

  it('keeps the run on show while something is looked at that another one says, also where the project is read anew', async () => {
    const other = { ...RUNS[0]!, id: runId.parse('run-2') }
    const { stores } = await openSession({ runs: [...RUNS, other] })
    const shown = () => ({ onShow: stores.predictions.getState().onShow, drawn: stores.predictions.getState().runId })
    await stores.actions.chooseRun(RUN)
    expect(shown()).toEqual({ onShow: RUN, drawn: RUN })
    await stores.actions.visitRun(other.id)
    expect(shown()).toEqual({ onShow: RUN, drawn: other.id })
    await stores.actions.reload()
    expect(shown()).toEqual({ onShow: RUN, drawn: other.id })
    stores.actions.hideProject()
    expect(shown()).toEqual({ onShow: null, drawn: null })
  })

  it('has a drawn object on the canvas before main answered, and for good afterwards', async () => {
    const session = await openSession()
    const committed = session.stores.actions.commit(drawEdit(session))
    expect(ids(session)).toHaveLength(5)
    expect(session.project.annotations()).toHaveLength(3)
    expect(await committed).toBe(true)
    await session.settled()
    expect(ids(session)).toHaveLength(5)
    expect(session.project.annotations()).toHaveLength(4)
    expect(session.stores.document.getState().history.undo).toBe('Draw RBC')
  })

  it('asks main before it shows an edit, so that drawing does not keep it from the disk', async () => {
    const { stores, project } = await openSession()
    const order: string[] = []
    stores.document.subscribe(() => order.push('shown'))
    const committer = createCommitter(stores.document, stores.messages)
    const edit = { label: 'Draw', put: { annotations: [annotationOf('c', box(1, 1, 9, 9))] }, remove: {} }
    const sent = committer.send('Draw', { edit, decides: [] }, () => {
      order.push('asked')
      return stores.clients.project.edit(edit)
    })
    expect(order).toEqual(['asked', 'shown'])
    await sent
    expect(project.annotations().map(({ id }) => id)).toContain('c')
  })

  it('takes a refused edit back and says so', async () => {
    const session = await openSession()
    session.project.failNext = new AppError('disk-full', 'The disk is full.', 'Free some space.')
    const committed = session.stores.actions.commit(drawEdit(session))
    expect(ids(session)).toHaveLength(5)
    expect(await committed).toBe(false)
    expect(ids(session)).toHaveLength(4)
    expect(session.stores.messages.getState().messages[0]).toMatchObject({
      ...{ kind: 'error', title: 'Draw RBC: The disk is full.', text: 'Free some space.', error: { code: 'disk-full' } },
    })
  })

  it('drops what is deleted from the selection, and selects what undo brings back', async () => {
    const session = await openSession()
    const { stores } = session
    const a = annotationId.parse('a')
    stores.selection.select([a])
    await stores.actions.commit({ label: 'Delete RBC', put: {}, remove: { annotations: [a] } })
    expect(stores.selection.getState().selected.size).toBe(0)
    await stores.actions.undo()
    expect([...stores.selection.getState().selected]).toEqual(['a'])
    await stores.actions.redo()
    expect(ids(session)).not.toContain('a')
  })

  it('turns to the image on which an undo happened', async () => {
    const session = await openSession()
    const { stores } = session
    await stores.actions.commit(drawEdit(session))
    await stores.actions.openImage(OTHER_IMAGE)
    expect(ids(session)).toContain('elsewhere')
    await stores.actions.undo()
    expect(stores.document.getState().imageId).toBe(IMAGE)
    expect(ids(session)).toEqual([1, 2, 'a', 'b'])
  })

  it('says so where there is nothing to undo, and changes nothing in a read-only project', async () => {
    const session = await openSession()
    await session.stores.actions.undo()
    expect(session.stores.messages.getState().messages.at(-1)?.title).toBe('Nothing to undo.')
    const locked = await openSession({ readOnly: 'Another window has it open.' })
    expect(await locked.stores.actions.commit(drawEdit(locked))).toBe(false)
    expect(locked.stores.messages.getState().messages.at(-1)?.text).toBe('Another window has it open.')
    expect(locked.project.edits).toEqual([])
  })

  it('follows changes that others made: an import, a job', async () => {
    const session = await openSession()
    await session.stores.clients.project.edit({ label: 'Import', put: { annotations: [annotationOf('i', box(7, 7, 9, 9))] }, remove: {} })
    await session.project.idle()
    expect(ids(session)).toContain('i')
    await session.stores.clients.project.edit({ label: 'Remove image', put: {}, remove: { images: [IMAGE] } })
    await session.project.idle()
    expect(session.stores.document.getState().imageId).toBeNull()
  })

  it('reads the project again without losing the open image', async () => {
    const session = await openSession()
    session.stores.selection.select([annotationId.parse('a')])
    await session.stores.actions.reload()
    expect(session.stores.document.getState().imageId).toBe(IMAGE)
    expect(ids(session)).toEqual([1, 2, 'a', 'b'])
    expect([...session.stores.selection.getState().selected]).toEqual(['a'])
  })

  it('forgets everything when the project is closed', async () => {
    const session = await openSession()
    session.stores.actions.hideProject()
    expect(ids(session)).toEqual([])
    expect(session.stores.document.getState().project).toBeNull()
    expect(session.stores.actions.stamp()).toBeNull()
  })
})

describe('decisions', () => {
  const one = predictionId.parse(1)

  it('turn a guess into truth at once, still selected, and mark it for a moment', async () => {
    const session = await openSession()
    const { stores } = session
    stores.selection.select([one])
    const decided = stores.actions.decide({ predictions: [one], kind: 'accept', to: null })
    expect(ids(session)).not.toContain(1)
    expect(ids(session)).toHaveLength(4)
    expect(stores.selection.getState().selected.size).toBe(1)
    await decided
    const [selected] = stores.selection.getState().selected
    const truth = session.project.annotations().find(({ predictionId: of }) => of === 1)
    expect(selected).toBe(truth?.id)
    expect(truth?.origin).toBe('accepted')
    expect(stores.selection.getState().accepted.has(truth!.id)).toBe(true)
    expect(ids(session)).toHaveLength(4)
  })

  it('give an image one label: what is accepted changes the one that is there, at once and for good', async () => {
    const whole = { type: 'image' } as const
    const session = await openSession({
      annotations: [annotationOf('label', whole, WBC), annotationOf('a', box(1, 1, 9, 9))],
      predictions: [predictionOf(1, whole)],
    })
    const labels = () =>
      [...session.stores.document.getState().tables.annotations.values()].flatMap((one) => (one.shape.type === 'image' ? [one] : []))
    expect(ids(session)).toEqual(['a'])
    const decided = session.stores.actions.decide({ predictions: [one], kind: 'accept', to: null })
    expect(labels()).toMatchObject([{ id: 'label', classId: RBC, origin: 'accepted', predictionId: 1 }])
    expect(await decided).toEqual([1])
    await session.settled()
    expect(labels()).toMatchObject([{ id: 'label', classId: RBC }])
  })

  it('correct class and shape', async () => {
    const session = await openSession()
    await session.stores.actions.decide({ predictions: [one], kind: 'correct', to: { classId: WBC, shape: box(201, 301, 28, 28) } })
    expect(session.project.annotations().find(({ predictionId: of }) => of === 1)).toMatchObject({ classId: WBC, origin: 'corrected' })
    expect(session.project.decisions()[0]).toMatchObject({ kind: 'correct', from: { classId: RBC }, to: { classId: WBC } })
  })

  it('make rejected guesses go, and undo brings them back', async () => {
    const session = await openSession()
    await session.stores.actions.decide({ predictions: [one, predictionId.parse(2)], kind: 'reject', to: null })
    expect(ids(session)).toEqual(['a', 'b'])
    await session.stores.actions.undo()
    expect(ids(session)).toEqual([1, 2, 'a', 'b'])
  })

  it('leave the guess selected where main refuses', async () => {
    const session = await openSession()
    session.stores.selection.select([one])
    session.project.failNext = new AppError('decided-already', 'It was decided on already.')
    expect(await session.stores.actions.decide({ predictions: [one], kind: 'accept', to: null })).toEqual([])
    expect(ids(session)).toEqual([1, 2, 'a', 'b'])
    expect([...session.stores.selection.getState().selected]).toEqual([1])
  })

  it('leave a guess open whose decision would change a locked object, and say so', async () => {
    const session = await openSession()
    const { stores, project } = session
    project.locked.add(one)
    expect(await stores.actions.decide({ predictions: [one, predictionId.parse(2)], kind: 'reject', to: null })).toEqual([2])
    await session.settled()
    expect(ids(session)).toEqual([1, 'a', 'b'])
    expect(stores.messages.getState().messages.map(({ title }) => title)).toContain('This object is locked.')
  })

  it('are not made on the canvas while somebody reads blind, where one guess alone is seen', async () => {
    const session = await openSession()
    const { stores, project } = session
    stores.predictions.setBlind(one)
    expect(ids(session)).toEqual([1])
    expect(await stores.actions.decide({ predictions: [one], kind: 'accept', to: null })).toEqual([])
    expect(await stores.actions.commit({ label: 'Delete', put: {}, remove: { annotations: [annotationId.parse('a')] } })).toBe(false)
    expect(project.edits).toEqual([])
    stores.predictions.setBlind(null)
    expect(ids(session)).toEqual([1, 2, 'a', 'b'])
  })

  it('are never asked twice of one guess: what is decided is no open guess any more', async () => {
    const session = await openSession()
    void session.stores.actions.decide({ predictions: [one], kind: 'reject', to: null })
    const { predictions, threshold } = session.stores.predictions.getState()
    const { above } = openRows(predictions, uncoveredRows(predictions), session.stores.document.getState().decided, threshold)
    expect(idsOf(above)).toEqual([2])
  })
})

describe('the view', () => {
  it('fits a new image, and is found again as it was left', async () => {
    const { stores } = await openSession()
    expect(stores.view.getState().fitted).toBe(true)
    stores.view.zoomBy(4)
    const left = stores.view.getState().view
    await stores.actions.openImage(OTHER_IMAGE)
    expect(stores.view.getState().fitted).toBe(true)
    await stores.actions.openImage(IMAGE)
    expect(stores.view.getState().view).toEqual(left)
  })

  it('goes on fitting when the window changes, unless the person zoomed', async () => {
    const { stores } = await openSession()
    stores.view.setViewport({ width: 320, height: 240 }, 1)
    expect(stores.view.getState().view.zoom).toBeCloseTo((320 - 112) / 640)
    stores.view.zoomBy(3)
    const { zoom } = stores.view.getState().view
    stores.view.setViewport({ width: 1000, height: 800 }, 2)
    expect(stores.view.getState().view.zoom).toBe(zoom)
    stores.view.actual()
    expect(stores.view.getState().view.zoom).toBe(0.5)
  })
})

describe('small stores', () => {
  it('keep the current class among those that exist', async () => {
    const { stores } = await openSession()
    expect(stores.tool.getState().classId).toBe(RBC)
    stores.tool.setClass(WBC)
    await stores.actions.commit({ label: 'Delete class', put: {}, remove: { classes: [WBC] } })
    expect(stores.tool.getState().classId).toBe(RBC)
    stores.tool.keepClass([])
    expect(stores.tool.getState().classId).toBeNull()
    stores.tool.keepClass(CLASSES)
    expect(stores.tool.getState().classId).toBe(RBC)
  })

  it('hold adjustments within their ranges, and no filter where there is nothing to filter', () => {
    expect(adjusted(defaultDisplay(), 'brightness', 99).brightness).toBe(3)
    expect(filterOf(defaultDisplay())).toBe('none')
    expect(adjusted(defaultDisplay(), 'gamma', 0).gamma).toBe(0.3)
    expect(filterOf(adjusted(defaultDisplay(), 'labelOpacity', 0.5))).toBe('none')
    expect(filterOf({ ...defaultDisplay(), brightness: 1.5 })).toBe('url(#sw-color-filter)')
    expect(filterOf({ ...defaultDisplay(), stain: 'he-eosin' })).toBe('url(#sw-color-filter)')
  })

  it('say nothing twice in a row', async () => {
    const { stores } = await openSession()
    stores.messages.hint('Once')
    stores.messages.hint('Once')
    stores.messages.hint('Then')
    expect(stores.messages.getState().messages.map(({ title }) => title)).toEqual(['Once', 'Then'])
    stores.messages.dismiss(stores.messages.getState().messages[0]!.key)
    expect(stores.messages.getState().messages).toHaveLength(1)
  })

  it('let the tick of an accepted prediction go', async () => {
    const { stores } = await openSession()
    vi.useFakeTimers()
    stores.selection.markAccepted([annotationId.parse('a')])
    expect(stores.selection.getState().accepted.size).toBe(1)
    vi.advanceTimersByTime(5000)
    expect(stores.selection.getState().accepted.size).toBe(0)
  })

  it('count what stands elsewhere too', async () => {
    const { stores } = await openSession({ images: [imageOf(), imageOf(OTHER_IMAGE)] })
    expect(stores.document.getState().tables.counts.get(OTHER_IMAGE)?.get(WBC)).toBe(1)
  })
})
