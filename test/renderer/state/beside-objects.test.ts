import { describe, expect, it } from 'vitest'
import { annotationId } from '../../../src/shared/records/ids.ts'
import { annotationOf, box, IMAGE, imageOf, OTHER_IMAGE, RBC, WBC } from '../records.ts'
import { shownObjects } from '../scenes.ts'
import { openSession, type Session } from '../session.ts'

const shown = ({ stores }: Session): (string | number)[] => [...shownObjects(stores.besideScene.getState().scene)].map(({ id }) => id)
const open = ({ stores }: Session): (string | number)[] => [...shownObjects(stores.scene.getState().scene)].map(({ id }) => id)

/** A session whose second image has three objects of its own. */
async function session(): Promise<Session> {
  const opened = await openSession({ images: [imageOf(), imageOf(OTHER_IMAGE)] })
  const put = [annotationOf('x', box(5, 5, 9, 9), RBC, OTHER_IMAGE), annotationOf('y', box(50, 50, 9, 9), WBC, OTHER_IMAGE)]
  await opened.stores.actions.commit({ label: 'Draw', put: { annotations: put }, remove: {} })
  await opened.settled()
  return opened
}

describe('the objects of the image beside', () => {
  it('are none while there is none', async () => {
    const one = await session()
    expect(shown(one)).toEqual([])
    one.stores.beside.show(OTHER_IMAGE)
    await one.project.idle()
    expect(shown(one)).toEqual(['elsewhere', 'x', 'y'])
    one.stores.beside.close()
    expect(shown(one)).toEqual([])
  })

  it('are those of the open image where both are the same: edits are seen at once, hidden classes are hidden', async () => {
    const one = await session()
    one.stores.beside.show(IMAGE)
    expect(shown(one)).toEqual(open(one))
    expect(shown(one).length).toBeGreaterThan(2)
    const drawn = one.stores.actions.commit({ label: 'Draw', put: { annotations: [annotationOf('new', box(1, 1, 9, 9))] }, remove: {} })
    expect(shown(one)).toContain('new')
    await drawn
    one.stores.predictions.setThreshold(0.99)
    expect(shown(one)).toEqual(open(one))
    one.stores.display.toggle('annotations')
    expect(shown(one)).toEqual(open(one))
  })

  it('are its own where it is another, and follow what happens to them', async () => {
    const one = await session()
    one.stores.beside.show(OTHER_IMAGE)
    await one.project.idle()
    expect(shown(one)).toEqual(['elsewhere', 'x', 'y'])
    const put = { annotations: [annotationOf('z', box(70, 70, 9, 9), RBC, OTHER_IMAGE)] }
    await one.stores.actions.commit({ label: 'Draw', put, remove: { annotations: [annotationId.parse('x')] } })
    await one.project.idle()
    expect(shown(one)).toEqual(['elsewhere', 'y', 'z'])
    expect(open(one)).not.toContain('z')
    // The other way round, no object of the one is left on the other.
    await one.stores.actions.openImage(OTHER_IMAGE)
    expect(shown(one)).toEqual(open(one))
    one.stores.beside.show(IMAGE)
    expect(shown(one)).toEqual([])
    await one.project.idle()
    expect(shown(one)).toEqual(expect.arrayContaining(['a', 'b']))
    expect(shown(one)).not.toContain('y')
  })

  it('are not those of an answer that comes too late', async () => {
    const one = await session()
    one.stores.beside.show(OTHER_IMAGE)
    one.stores.beside.show(IMAGE)
    await one.settled()
    await one.project.idle()
    expect(shown(one)).toEqual(open(one))
  })
})
