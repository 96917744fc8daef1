import { describe, expect, it } from 'vitest'
import { annotationId } from '../../../src/shared/records/ids.ts'
import { type RegionRecord } from '../../../src/shared/records/region.ts'
import { type Shape } from '../../../src/shared/records/shape.ts'
import { countedInside } from '../../../src/renderer/objects/count-inside.ts'
import { regionsOf } from '../../../src/renderer/state/document.ts'
import { draftCorners } from '../../../src/renderer/tools/drafts.ts'
import { changeRegion, regionsOfSelected, removeRegion } from '../../../src/renderer/tools/region-commands.ts'
import { createToolDriver, type ToolDriver } from '../../../src/renderer/tools/tool-driver.ts'
import { type FakeContent } from '../fake-project.ts'
import { annotationOf, box, IMAGE, OTHER_IMAGE, polygon } from '../records.ts'
import { openSession, type Session } from '../session.ts'
import { at } from './pointer.ts'

interface Desk extends Session {
  readonly driver: ToolDriver
  readonly drag: (from: readonly [number, number], to: readonly [number, number]) => void
  readonly click: (...places: readonly (readonly [number, number])[]) => void
  readonly regions: () => readonly RegionRecord[]
}

async function desk(given: Partial<FakeContent> = {}): Promise<Desk> {
  const session = await openSession({ task: 'segmentation', ...given })
  const { stores } = session
  const driver = createToolDriver(stores)
  stores.view.actual()
  stores.tool.pick('region')
  const drag: Desk['drag'] = (from, to) => {
    driver.pointer(at('down', ...from))
    driver.pointer(at('move', ...to))
    driver.pointer(at('up', ...to))
  }
  return {
    ...session,
    driver,
    drag,
    click: (...places) => {
      for (const place of places) drag(place, place)
    },
    regions: () => regionsOf(stores.document.getState()),
  }
}

describe('the tool for regions', () => {
  it('makes a box of a drag and a polygon of clicks, numbered, one undo step each, and no object', async () => {
    const { drag, click, regions, driver, project, settled, stores } = await desk()
    const before = project.annotations()
    drag([50, 60], [150, 160])
    click([200, 200], [300, 200], [250, 300])
    driver.finish()
    await settled()
    const made = regions().map(({ name, shape, fullyLabelled, imageId }) => ({ name, shape, fullyLabelled, imageId }))
    expect(made.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'Region 1', shape: box(50, 60, 100, 100), fullyLabelled: false, imageId: IMAGE },
      { name: 'Region 2', shape: polygon([200, 200, 300, 200, 250, 300]), fullyLabelled: false, imageId: IMAGE },
    ])
    expect(project.annotations()).toEqual(before)
    expect(stores.selection.getState().selected.size).toBe(0)
    await project.undo()
    await expect.poll(() => regions().map(({ name }) => name)).toEqual(['Region 1'])
  })

  it('needs no class, and nothing is left of a click alone', async () => {
    const { drag, click, driver, regions, settled } = await desk({ classes: [], annotations: [], predictions: [] })
    click([10, 10])
    driver.cancel()
    drag([50, 60], [150, 160])
    await settled()
    expect(regions()).toHaveLength(1)
  })

  it('goes on with what was begun on an image as a region, and is not read back as an object', async () => {
    const { click, driver, regions, settled, stores, project } = await desk()
    const before = project.annotations().length
    click([200, 200], [300, 200], [250, 300])
    expect(draftCorners(stores)).toEqual({})
    await stores.actions.openImage(OTHER_IMAGE)
    stores.tool.pick('polygon')
    await stores.actions.openImage(IMAGE)
    expect(stores.tool.getState().tool).toBe('region')
    driver.finish()
    await settled()
    expect(regions()).toHaveLength(1)
    expect(project.annotations()).toHaveLength(before)
  })
})

describe('regions', () => {
  const outlined: Shape = polygon([10, 10, 90, 10, 50, 80])

  it('are made of the selected areas, which are objects no more: one edit', async () => {
    const annotations = [annotationOf('a', outlined), annotationOf('b', box(5, 5, 9, 9)), annotationOf('c', box(300, 300, 9, 9))]
    const { stores, regions, project, settled } = await desk({ annotations })
    stores.selection.select(['a', 'b'].map((id) => annotationId.parse(id)))
    expect(regionsOfSelected(stores)).toBe(true)
    await settled()
    expect(new Map(regions().map(({ name, shape }) => [name, shape]))).toEqual(
      new Map<string, Shape>([
        ['Region 1', outlined],
        ['Region 2', box(5, 5, 9, 9)],
      ]),
    )
    expect(project.annotations().map(({ id }) => id)).toEqual(['c'])
    expect(project.edits).toHaveLength(1)
    await project.undo()
    await expect.poll(regions).toEqual([])
    expect(project.annotations()).toHaveLength(3)
  })

  it('are named, said to be fully labelled, and deleted', async () => {
    const { drag, stores, regions, settled, project } = await desk()
    drag([50, 60], [150, 160])
    await settled()
    const { id } = regions()[0]!
    changeRegion(stores, id, { name: 'Hot spot' })
    await settled()
    changeRegion(stores, id, { fullyLabelled: true })
    await settled()
    expect(regions()).toMatchObject([{ name: 'Hot spot', fullyLabelled: true }])
    removeRegion(stores, id)
    await settled()
    expect(regions()).toEqual([])
    expect(project.edits.map(({ label }) => label)).toEqual([
      'Draw region',
      'Name region',
      'Mark region as fully labelled',
      'Delete region',
    ])
  })

  it('count the objects whose middle lies inside, those of the last edits too', async () => {
    const { stores, settled } = await desk({
      annotations: [annotationOf('a', box(10, 10, 20, 20)), annotationOf('b', box(95, 10, 20, 20))],
    })
    const inside = (): number => countedInside(stores.document.getState().tables.annotations, box(0, 0, 100, 100))
    expect(inside()).toBe(1)
    await stores.actions.commit({ label: 'x', put: { annotations: [annotationOf('c', polygon([80, 0, 110, 0, 80, 40]))] }, remove: {} })
    await settled()
    expect(inside()).toBe(2)
    await stores.actions.commit({ label: 'x', put: {}, remove: { annotations: [annotationId.parse('a')] } })
    await settled()
    expect(inside()).toBe(1)
  })
})
