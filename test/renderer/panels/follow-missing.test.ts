import { expect, it } from 'vitest'
import { followMissing } from '../../../src/renderer/panels/follow-missing.ts'
import { createLibraryStore } from '../../../src/renderer/panels/library-store.ts'
import { type ImageId } from '../../../src/shared/records/ids.ts'
import { IMAGE, OTHER_IMAGE } from '../records.ts'
import { openSession } from '../session.ts'

async function setUp() {
  const { stores, settled } = await openSession()
  let gone: ImageId[] = [IMAGE, OTHER_IMAGE]
  let asked = 0
  const project = { ...stores.clients.project, missing: () => Promise.resolve((asked++, gone)) }
  const library = createLibraryStore(project)
  const front = new EventTarget()
  const stop = followMissing(stores, library, front)
  const focus = async (): Promise<void> => {
    front.dispatchEvent(new Event('focus'))
    await settled()
  }
  await library.findMissing()
  return {
    stores,
    settled,
    library,
    focus,
    stop,
    back: (...ids: ImageId[]) => (gone = gone.filter((id) => !ids.includes(id))),
    asked: () => asked,
  }
}

it('files that are back are no longer missing once the window has the focus, and nothing is looked for where none is', async () => {
  const { library, focus, back, asked, stop } = await setUp()
  back(IMAGE)
  await focus()
  expect([...library.getState().missing]).toEqual([OTHER_IMAGE])
  back(OTHER_IMAGE)
  await focus()
  expect([library.getState().missing.size, asked()]).toEqual([0, 3])
  await focus()
  expect(asked()).toBe(3)
  stop()
})

it('opening one of the missing images looks again, opening another does not', async () => {
  const { stores, settled, library, back, asked, stop } = await setUp()
  back(OTHER_IMAGE)
  await stores.actions.openImage(OTHER_IMAGE)
  await settled()
  expect([[...library.getState().missing], asked()]).toEqual([[IMAGE], 2])
  await stores.actions.openImage(null)
  await stores.actions.openImage(OTHER_IMAGE)
  await settled()
  expect(asked()).toBe(2)
  stop()
})
