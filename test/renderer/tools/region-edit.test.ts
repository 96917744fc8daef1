import { describe, expect, it } from 'vitest'
import { regionId } from '../../../src/shared/records/ids.ts'
import { type RegionRecord, type RegionShape } from '../../../src/shared/records/region.ts'
import { regionsOf } from '../../../src/renderer/state/document.ts'
import { editRegion } from '../../../src/renderer/tools/region-edit.ts'
import { annotationOf, box, discMask, IMAGE, imageOf, OTHER_IMAGE, polygon } from '../records.ts'
import { desk, type Desk } from './desk.ts'

const AT = '2025-01-01T00:00:00.000Z'
const ID = regionId.parse('region-1')

async function opened(shape: RegionShape, fullyLabelled = false): Promise<Desk> {
  const made = await desk({
    task: 'segmentation',
    images: [imageOf(), imageOf(OTHER_IMAGE)],
    annotations: [annotationOf('a', box(150, 150, 20, 20)), annotationOf('n', box(420, 100, 50, 50))],
  })
  const region: RegionRecord = { id: ID, imageId: IMAGE, shape, name: 'Spot', fullyLabelled, author: '', createdAt: AT, updatedAt: AT }
  await made.stores.actions.commit({ label: 'Draw region', put: { regions: [region] }, remove: {} })
  await made.settled()
  made.run('tool.select')
  return made
}

const region = ({ stores }: Desk): RegionRecord | undefined => regionsOf(stores.document.getState())[0]
const edited = ({ stores }: Desk): unknown => stores.gesture.getState().region
const labels = ({ project }: Desk): string[] => project.edits.slice(1).map(({ label }) => label)

async function drag(one: Desk, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  one.pointer('down', ...from)
  one.pointer('move', (from[0] + to[0]) / 2, (from[1] + to[1]) / 2)
  one.pointer('move', ...to)
  one.pointer('up', ...to)
  await one.settled()
}

describe('a region that is edited', () => {
  it('moves as a whole and by its handles, one edit each, which undo takes back; objects in it stay as they are', async () => {
    const one = await opened(box(100, 100, 200, 100))
    expect(editRegion(one.stores, ID)).toBe(true)
    await drag(one, [160, 160], [180, 200])
    expect(region(one)?.shape).toEqual(box(120, 140, 200, 100))
    await drag(one, [320, 240], [350, 300])
    expect(region(one)?.shape).toEqual(box(120, 140, 230, 160))
    expect(labels(one)).toEqual(['Move region', 'Resize region'])
    expect(one.selected()).toEqual([])
    expect(one.project.annotations()[0]?.shape).toEqual(box(150, 150, 20, 20))
    one.run('edit.undo')
    await expect.poll(() => region(one)?.shape).toEqual(box(120, 140, 200, 100))
    expect(edited(one)).toBe(ID)
  })

  it('has corners that are dragged, made by dragging a side, and deleted; three stay', async () => {
    const one = await opened(polygon([100, 100, 300, 100, 300, 300]))
    editRegion(one.stores, ID)
    await drag(one, [300, 300], [320, 340])
    expect(region(one)?.shape).toEqual(polygon([100, 100, 300, 100, 320, 340]))
    await drag(one, [200, 100], [200, 60])
    expect(region(one)?.shape).toEqual(polygon([100, 100, 200, 60, 300, 100, 320, 340]))
    one.pointer('move', 200, 61)
    one.run('object.delete')
    await one.settled()
    expect(region(one)?.shape).toEqual(polygon([100, 100, 300, 100, 320, 340]))
    one.pointer('move', 300, 100)
    one.run('object.delete')
    await one.settled()
    expect(region(one)?.shape).toEqual(polygon([100, 100, 300, 100, 320, 340]))
    expect(labels(one)).toEqual(['Reshape region', 'Reshape region', 'Reshape region'])
  })

  it('is moved by arrow keys and snaps to objects, and a mask by whole pixels', async () => {
    const one = await opened(box(100, 100, 200, 100))
    editRegion(one.stores, ID)
    one.hold('object.move-right', 2)
    await one.settled()
    expect(region(one)?.shape).toEqual(box(102, 100, 200, 100))
    one.run('tool.snap')
    await drag(one, [302, 150], [416, 130])
    expect(region(one)?.shape).toEqual(box(102, 100, 318, 100))
    const other = await opened(discMask(200, 200, 20))
    editRegion(other.stores, ID)
    await drag(other, [200, 200], [210.4, 205.4])
    expect(region(other)?.shape).toMatchObject({ type: 'mask', x: 190, y: 185 })
  })

  it('is no longer fully labelled where new ground comes in, and stays so where none does', async () => {
    const one = await opened(box(100, 100, 200, 100), true)
    editRegion(one.stores, ID)
    await drag(one, [300, 200], [250, 180])
    expect(region(one)).toMatchObject({ fullyLabelled: true, shape: box(100, 100, 150, 80) })
    await drag(one, [160, 160], [170, 160])
    expect(region(one)).toMatchObject({ fullyLabelled: false, shape: box(110, 100, 150, 80) })
    expect(one.stores.messages.getState().messages.map(({ title }) => title)).toContain('This region no longer counts as fully labelled.')
    one.run('edit.undo')
    await expect.poll(() => region(one)?.fullyLabelled).toBe(true)
  })

  it('begins by a click on its line beside all objects, and ends by Escape, Enter, a click beside it, another tool or image', async () => {
    const one = await opened(box(100, 100, 200, 100))
    const { pointer, run, stores, driver } = one
    const click = (x: number, y: number): void => {
      pointer('down', x, y)
      pointer('up', x, y)
    }
    const begin = (): void => {
      click(101, 150)
      expect(edited(one)).toBe(ID)
    }
    click(250, 180)
    expect(edited(one)).toBe(null)
    begin()
    run('gesture.cancel')
    expect(edited(one)).toBe(null)
    begin()
    expect(driver.finish()).toBe(true)
    expect(edited(one)).toBe(null)
    expect(driver.finish()).toBe(false)
    begin()
    click(500, 400)
    expect(edited(one)).toBe(null)
    begin()
    run('tool.polygon')
    expect(edited(one)).toBe(null)
    run('tool.select')
    begin()
    run('object.select-all')
    expect(edited(one)).toBe(null)
    stores.selection.select([])
    begin()
    await stores.actions.openImage(OTHER_IMAGE)
    expect(edited(one)).toBe(null)
    await stores.actions.openImage(IMAGE)
    run('region.edit')
    expect(edited(one)).toBe(ID)
    one.pointer('move', 200, 150)
    run('object.delete')
    await one.settled()
    expect(region(one)).toBe(undefined)
    expect(edited(one)).toBe(null)
    expect(one.project.annotations()).toHaveLength(2)
  })

  it('leaves no trace of a drag that Escape breaks off, and none can be edited where nothing can be changed', async () => {
    const one = await opened(box(100, 100, 200, 100))
    editRegion(one.stores, ID)
    one.pointer('down', 160, 160)
    one.pointer('move', 200, 200)
    one.run('gesture.cancel')
    expect(edited(one)).toBe(ID)
    expect(labels(one)).toEqual([])
    expect(region(one)?.shape).toEqual(box(100, 100, 200, 100))
    editRegion(one.stores, null)
    one.stores.document.setState(({ project }) => ({ project: project && { ...project, readOnly: 'open elsewhere' } }))
    expect(editRegion(one.stores, ID)).toBe(false)
  })
})
