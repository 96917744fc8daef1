import { describe, expect, it } from 'vitest'
import { createToolDriver } from '../../../src/renderer/tools/tool-driver.ts'
import { draftCorners, draftsOf } from '../../../src/renderer/tools/drafts.ts'
import { isOffered } from '../../../src/renderer/tools/tool-set.ts'
import { bitMaskOfShape } from '../../../src/shared/masks/draw-shape.ts'
import { box, IMAGE, OTHER_IMAGE } from '../records.ts'
import { openSession } from '../session.ts'
import { desk } from './desk.ts'

const CORNERS = [
  { x: 10, y: 10 },
  { x: 90, y: 10 },
  { x: 50, y: 80 },
]
const POLYGON = { kind: 'polygon', corners: CORNERS, at: { x: 50, y: 80 }, held: null, freehand: false, before: 3 } as const

describe('a polygon that is left unfinished', () => {
  it('waits on its image, and goes on there', async () => {
    const { stores, project, settled } = await openSession()
    const driver = createToolDriver(stores)
    stores.gesture.setState({ gesture: POLYGON })
    await stores.actions.openImage(OTHER_IMAGE)
    expect(stores.gesture.getState().gesture.kind).toBe('idle')
    expect(stores.messages.getState().messages.at(-1)?.title).toContain('is kept')
    stores.tool.pick('select')
    await stores.actions.openImage(IMAGE)
    expect(stores.gesture.getState().gesture).toEqual(POLYGON)
    expect(stores.tool.getState().tool).toBe('polygon')
    expect(stores.gesture.getState().drafts.size).toBe(0)
    driver.finish()
    await settled()
    expect(project.annotations().at(-1)).toMatchObject({ imageId: IMAGE, shape: { type: 'polygon', rings: [[10, 10, 90, 10, 50, 80]] } })
    driver.dispose()
  })

  it('waits while another place is open, and Escape drops it for good', async () => {
    const { stores } = await openSession()
    createToolDriver(stores).dispose()
    const first = createToolDriver(stores)
    stores.gesture.setState({ gesture: { kind: 'pan', then: POLYGON } as never })
    first.dispose()
    expect(draftCorners(stores)).toEqual({ [IMAGE]: [10, 10, 90, 10, 50, 80] })
    const second = createToolDriver(stores)
    expect(stores.gesture.getState().gesture).toEqual(POLYGON)
    second.cancel()
    await stores.actions.openImage(OTHER_IMAGE)
    await stores.actions.openImage(IMAGE)
    expect(stores.gesture.getState().gesture.kind).toBe('idle')
    second.dispose()
  })

  it('is stored with the project by its corners, the running one too', async () => {
    const { stores } = await openSession()
    stores.gesture.setState({ gesture: POLYGON })
    const stored = draftCorners(stores)
    expect(draftsOf(JSON.parse(JSON.stringify(stored)) as typeof stored).get(IMAGE)).toEqual(POLYGON)
    expect(draftsOf({ [IMAGE]: [1], [OTHER_IMAGE]: [] }).size).toBe(0)
  })
})

const FRESH = bitMaskOfShape(box(20, 20, 10, 10))
const OUTLINE = {
  kind: 'outline',
  mode: 'new',
  prompt: { clicks: [{ x: 25, y: 25, inside: true }], box: null },
  found: FRESH,
  areas: { fresh: FRESH, changed: new Map() },
  waiting: false,
  held: null,
  at: { x: 25, y: 25 },
  ending: false,
} as const

describe('a smart outline that is left unfinished', () => {
  it('waits on its image, whichever way it is left, and ends there', async () => {
    const { stores, project, driver, run, settled } = await desk()
    const before = project.annotations().length
    stores.gesture.setState({ gesture: OUTLINE })
    run('image.next')
    await stores.actions.openImage(OTHER_IMAGE)
    expect(stores.gesture.getState().gesture.kind).toBe('idle')
    expect(stores.messages.getState().messages.map(({ title }) => title)).toEqual([expect.stringContaining('is kept')])
    stores.tool.pick('select')
    await stores.actions.openImage(IMAGE)
    expect(stores.gesture.getState().gesture).toEqual(OUTLINE)
    expect(stores.tool.getState().tool).toBe('outline')
    driver.finish()
    await settled()
    expect(project.annotations().length).toBe(before + 1)
    expect(project.annotations().at(-1)).toMatchObject({ imageId: IMAGE, shape: { type: 'mask' } })
  })

  it('waits while another place is open', async () => {
    const { stores } = await openSession()
    const first = createToolDriver(stores)
    stores.gesture.setState({ gesture: { ...OUTLINE, waiting: true } })
    first.dispose()
    expect(stores.gesture.getState().gesture.kind).toBe('idle')
    const second = createToolDriver(stores)
    expect(stores.gesture.getState().gesture).toEqual(OUTLINE)
    second.dispose()
  })

  it('is nothing before anything was found', async () => {
    const { stores } = await openSession()
    const driver = createToolDriver(stores)
    stores.gesture.setState({ gesture: { ...OUTLINE, found: null, waiting: true } })
    await stores.actions.openImage(OTHER_IMAGE)
    expect([stores.gesture.getState().drafts.size, stores.messages.getState().messages.length]).toEqual([0, 0])
    driver.dispose()
  })
})

describe('commands', () => {
  it('are offered where the task has the tool that they need', () => {
    expect(isOffered('object.insert', 'segmentation')).toBe(true)
    expect(isOffered('object.insert', 'classification')).toBe(false)
    expect(isOffered('tool.brush', 'detection')).toBe(true)
    expect(isOffered('tool.brush', 'classification')).toBe(false)
    expect(isOffered('object.delete', 'segmentation')).toBe(true)
    expect(isOffered('area.union', 'classification')).toBe(false)
    expect(isOffered('area.union', 'anomaly')).toBe(true)
  })

  it('are offered for the rulers of images that are labelled as wholes alone', () => {
    expect(isOffered('object.copy', 'classification')).toBe(true)
    expect(isOffered('object.move-left', 'classification')).toBe(true)
    expect(isOffered('object.delete', 'classification')).toBe(true)
    expect(isOffered('class.1', 'classification')).toBe(true)
    expect(isOffered('object.copy', 'anomaly')).toBe(true)
    expect(isOffered('label.gallery', 'classification')).toBe(true)
    expect(isOffered('label.gallery', 'detection')).toBe(false)
  })
})
