import { describe, expect, it } from 'vitest'
import { typicalSize } from '../../../src/renderer/tools/object-commands.ts'
import { type ObjectId } from '../../../src/renderer/viewer/scene.ts'
import { annotationOf, box, IMAGE, point, RBC, WBC } from '../records.ts'
import { type FakeContent } from '../fake-project.ts'
import { STILL_ENDING } from '../../../src/renderer/tools/ending-by-key.ts'
import { desk, type Desk } from './desk.ts'
import { objectOf } from './pointer.ts'
import { buildScene, shownObjects } from '../scenes.ts'

const shapeOf = ({ project }: Desk, id: string) => project.annotations().find((record) => record.id === id)?.shape

describe('the whole way from the hand to main', () => {
  it('draws a box of the current class, selected, with author and calibration left alone', async () => {
    const one = await desk()
    one.stores.tool.pick('box')
    one.stores.tool.setClass(WBC)
    one.stores.tool.setAuthor('Ada')
    one.pointer('down', 20, 30)
    one.pointer('move', 60, 70)
    one.pointer('up', 60, 70)
    await one.settled()
    const drawn = one.project.annotations().find(({ author }) => author === 'Ada')
    expect(drawn).toMatchObject({ shape: box(20, 30, 40, 40), classId: WBC, origin: 'drawn', imageId: IMAGE, predictionId: null })
    expect(one.selected()).toEqual([drawn?.id])
    expect(one.project.edits).toHaveLength(1)
    expect(one.project.edits[0]?.label).toBe('Draw WBC')
  })

  it('moves several annotations in one edit, and a prediction by correcting it', async () => {
    const one = await desk()
    one.stores.tool.pick('select')
    one.select('a', 'b', 1)
    one.pointer('down', 120, 115)
    one.pointer('move', 130, 115)
    one.pointer('up', 130, 115)
    await one.settled()
    expect(one.project.edits.map(({ label }) => label)).toEqual(['Move 2 objects', 'correct'])
    expect(shapeOf(one, 'a')).toEqual(box(110, 100, 40, 30))
    expect(one.project.annotations().find(({ predictionId: of }) => of === 1)?.shape).toEqual(box(210, 300, 30, 30))
  })

  it('leaves no trace of a gesture that Escape or undo ends', async () => {
    const one = await desk()
    one.stores.tool.pick('select')
    for (const end of ['gesture.cancel', 'edit.undo'] as const) {
      one.pointer('down', 120, 115)
      one.pointer('move', 200, 115)
      expect(one.run(end)).toBe(true)
      one.pointer('up', 200, 115)
    }
    await one.settled()
    expect(one.project.edits).toEqual([])
    expect(shapeOf(one, 'a')).toEqual(box(100, 100, 40, 30))
  })

  it('does not carry a gesture over to another image', async () => {
    const one = await desk()
    one.stores.tool.pick('box')
    one.pointer('down', 20, 30)
    one.pointer('up', 20, 30)
    await one.stores.actions.openImage(one.project.snapshot().images[1]!.id)
    one.pointer('move', 60, 70)
    one.pointer('down', 60, 70)
    one.pointer('up', 60, 70)
    await one.settled()
    expect(one.project.edits).toEqual([])
  })

  it('ends a box between two clicks by Enter, which otherwise belongs to the place', async () => {
    const one = await desk()
    let done = 0
    one.stores.commands.register({ 'image.done': () => void done++ })
    one.stores.tool.pick('box')
    one.pointer('down', 20, 30)
    one.pointer('up', 20, 30)
    one.pointer('move', 60, 70)
    one.run('image.done')
    await one.settled()
    expect(one.project.edits).toHaveLength(1)
    expect(done).toBe(0)
    one.clock.now += STILL_ENDING
    one.run('image.done')
    expect(done).toBe(1)
  })
})

describe('arrow keys', () => {
  it('move the selected by one pixel or ten, one edit for each time the key is held', async () => {
    const one = await desk()
    one.select('a')
    one.hold('object.move-right', 5)
    one.hold('object.move-down-far', 1)
    await one.settled()
    expect(one.project.edits.map(({ label }) => label)).toEqual(['Move RBC', 'Move RBC'])
    expect(shapeOf(one, 'a')).toEqual(box(105, 110, 40, 30))
  })

  it('stretch either pair of edges', async () => {
    const one = await desk()
    one.select('a')
    one.hold('object.stretch-right', 3)
    one.hold('object.stretch-start-up', 2)
    await one.settled()
    expect(shapeOf(one, 'a')).toEqual(box(100, 98, 43, 32))
  })

  it('move the view where nothing is selected', async () => {
    const one = await desk()
    one.stores.view.zoomBy(4)
    const before = one.stores.view.getState().view.centre.x
    one.hold('object.move-right', 1)
    expect(one.stores.view.getState().view.centre.x).toBeGreaterThan(before)
    expect(one.run('object.stretch-right')).toBe(false)
  })
})

describe('commands on objects', () => {
  it('delete annotations and reject predictions', async () => {
    const one = await desk()
    one.select('a', 1)
    expect(one.run('object.delete')).toBe(true)
    await one.settled()
    expect(one.project.annotations().map(({ id }) => id)).not.toContain('a')
    expect(one.project.decisions()[0]).toMatchObject({ kind: 'reject', predictionId: 1 })
    expect(one.run('object.delete')).toBe(false)
  })

  it('copy to the place of the pointer, inside the image', async () => {
    const one = await desk()
    one.select('a')
    one.run('object.copy')
    one.pointer('move', 300, 300)
    one.run('object.paste')
    one.pointer('move', 639, 479)
    one.run('object.paste')
    await one.settled()
    const copies = one.project.annotations().filter(({ origin, id }) => origin === 'drawn' && id.length > 10)
    expect(copies.map(({ shape }) => shape)).toEqual([box(280, 285, 40, 30), box(600, 450, 40, 30)])
    expect(one.selected()).toEqual([copies[1]?.id])
  })

  it('paste beside the original where no pointer says where, at its place on another image', async () => {
    const one = await desk()
    one.select('a')
    one.run('object.copy')
    one.run('object.paste')
    await one.settled()
    expect(one.project.annotations().at(-1)?.shape).not.toEqual(box(100, 100, 40, 30))
    await one.stores.actions.openImage(one.project.snapshot().images[1]!.id)
    one.run('object.paste')
    await one.settled()
    expect(one.project.annotations().at(-1)).toMatchObject({ shape: box(100, 100, 40, 30), imageId: 'image-2' })
  })

  it('cut, duplicate and select all', async () => {
    const one = await desk()
    one.run('object.select-all')
    expect(one.selected()).toEqual(['a', 'b'])
    one.run('object.duplicate')
    await one.settled()
    expect(one.project.edits[0]?.label).toBe('Duplicate 2 objects')
    expect(one.selected()).toHaveLength(2)
    one.select('a')
    one.run('object.cut')
    await one.settled()
    expect(one.stores.tool.getState().clipboard).toMatchObject([{ classId: RBC, shape: box(100, 100, 40, 30) }])
  })

  it('place an object of the class’s typical size at the middle of the view', async () => {
    const one = await desk()
    one.stores.tool.setClass(WBC)
    one.run('object.insert')
    await one.settled()
    expect(one.project.annotations().at(-1)).toMatchObject({ shape: box(295, 215, 50, 50), classId: WBC })
    one.stores.tool.pick('point')
    one.run('object.insert')
    await one.settled()
    expect(one.project.annotations().at(-1)?.shape).toEqual(point(320, 240))
  })

  it('know typical sizes', () => {
    const objects = [objectOf('x', box(0, 0, 10, 12)), objectOf('y', box(0, 0, 30, 14)), objectOf('z', box(0, 0, 20, 16))]
    expect(typicalSize(buildScene(objects), RBC, { width: 640, height: 480 })).toEqual({ width: 20, height: 14 })
    expect(typicalSize(buildScene(objects), WBC, { width: 640, height: 480 })).toEqual({ width: 20, height: 14 })
    expect(typicalSize(buildScene([]), RBC, { width: 640, height: 480 })).toEqual({ width: 48, height: 48 })
  })
})

describe('digits', () => {
  it('relabel what is selected, predictions by correcting them', async () => {
    const one = await desk()
    one.select('a', 'b', 1)
    one.run('class.2')
    await one.settled()
    expect(one.project.edits.map(({ label }) => label)).toEqual(['Relabel object as WBC', 'correct'])
    expect(one.project.annotations().find(({ id }) => id === 'a')?.classId).toBe(WBC)
    expect(one.stores.tool.getState().classId).toBe(RBC)
  })

  it('choose the class of the next object where nothing is selected', async () => {
    const one = await desk()
    one.run('class.3')
    expect(one.stores.tool.getState().classId).toBe('platelet')
    expect(one.run('class.9')).toBe(false)
  })

  it('never relabel the box that was just drawn: they are meant for the next one', async () => {
    const one = await desk()
    one.stores.tool.pick('box')
    one.pointer('down', 20, 30)
    one.pointer('move', 60, 70)
    one.pointer('up', 60, 70)
    one.run('class.2')
    await one.settled()
    expect(one.project.annotations().at(-1)?.classId).toBe(RBC)
    expect(one.stores.tool.getState().classId).toBe(WBC)
  })
})

describe('predictions', () => {
  it('are accepted and rejected one by one', async () => {
    const one = await desk()
    expect(one.run('prediction.accept')).toBe(false)
    one.select(1)
    one.run('prediction.accept')
    one.select(2)
    one.run('prediction.reject')
    await one.settled()
    expect(one.project.decisions().map(({ kind }) => kind)).toEqual(['accept', 'reject'])
  })

  it('are accepted all above the score, as one step', async () => {
    const one = await desk()
    one.run('prediction.score-up')
    expect(one.stores.predictions.getState().threshold).toBeCloseTo(0.55)
    one.run('prediction.accept-all')
    await one.settled()
    expect(one.project.edits).toHaveLength(1)
    expect(one.project.decisions().map(({ predictionId: of }) => of)).toEqual([1, 2])
    expect(one.run('prediction.accept-all')).toBe(false)
  })
})

describe('Tab', () => {
  const pile: Partial<FakeContent> = {
    predictions: [],
    annotations: [
      annotationOf('large', box(100, 100, 100, 100)),
      annotationOf('middle', box(120, 120, 50, 50)),
      annotationOf('small', box(130, 130, 10, 10)),
      annotationOf('far', box(500, 400, 10, 10)),
    ],
  }

  it('goes down through what overlaps under the pointer', async () => {
    const one = await desk(pile)
    one.stores.tool.pick('select')
    one.pointer('down', 135, 135)
    one.pointer('up', 135, 135)
    expect(one.selected()).toEqual(['small'])
    one.run('object.next')
    expect(one.selected()).toEqual(['middle'])
    one.run('object.next')
    one.run('object.next')
    expect(one.selected()).toEqual(['small'])
    one.run('object.previous')
    expect(one.selected()).toEqual(['large'])
  })

  it('else goes in reading order, and is not caught by a pointer left on a pile', async () => {
    const one = await desk(pile)
    one.pointer('move', 135, 135)
    one.select('far')
    const seen: ObjectId[] = []
    for (let step = 0; step < 4; step++) {
      one.run('object.next')
      seen.push(...one.selected())
    }
    expect(new Set(seen).size).toBe(4)
  })

  it('brings the object into sight', async () => {
    const one = await desk(pile)
    one.stores.view.set({ zoom: 8, centre: { x: 100, y: 100 }, angle: 0 })
    one.select('small')
    for (let step = 0; step < 3; step++) one.run('object.next')
    expect(one.selected()).toEqual(['far'])
    expect(one.stores.view.getState().view.centre.x).toBeGreaterThan(400)
  })
})

describe('the view by key', () => {
  it('zooms in and out, fits, and goes to the selection', async () => {
    const one = await desk()
    const { view } = one.stores
    one.run('view.actual')
    expect(view.getState().view.zoom).toBe(1)
    one.run('view.actual')
    expect(view.getState().fitted).toBe(true)
    one.run('view.zoom-in')
    expect(view.getState().view.zoom).toBeGreaterThan(1)
    one.select('a')
    one.run('view.selection')
    expect(view.getState().view.centre).toEqual({ x: 120, y: 115 })
    one.run('view.fit')
    expect(view.getState().fitted).toBe(true)
  })

  it('pans while Space is held', async () => {
    const one = await desk()
    one.stores.commands.run('view.pan', 'down')
    expect(one.stores.tool.getState().panHeld).toBe(true)
    one.stores.commands.run('view.pan', 'up')
    expect(one.stores.tool.getState().panHeld).toBe(false)
  })

  it('hides and shows layers', async () => {
    const one = await desk()
    one.run('layer.predictions')
    expect([...shownObjects(one.stores.scene.getState().scene)].map(({ id }) => id)).toEqual(['a', 'b'])
    one.run('layer.annotations')
    expect([...shownObjects(one.stores.scene.getState().scene)]).toEqual([])
  })
})
