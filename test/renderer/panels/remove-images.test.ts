import { expect, it } from 'vitest'
import { createLibraryStore } from '../../../src/renderer/panels/library-store.ts'
import { imagesMeant, removeImages } from '../../../src/renderer/panels/remove-images.ts'
import { imageId, type ImageId } from '../../../src/shared/records/ids.ts'
import { IMAGE, imageOf, OTHER_IMAGE } from '../records.ts'
import { content, openSession } from '../session.ts'

async function setUp(given: Parameters<typeof openSession>[0] = {}) {
  const session = await openSession(given)
  const library = createLibraryStore(session.stores.clients.project)
  return { ...session, library, means: { stores: session.stores, library } }
}

it('takes an image out of the project as one edit, opens its neighbour, and one undo brings both back', async () => {
  const { stores, project, settled, means } = await setUp()
  expect(await removeImages(means, [IMAGE])).toBe(true)
  await settled()
  expect(project.edits).toEqual([{ label: expect.stringContaining('from the project'), put: {}, remove: { images: [IMAGE] } }])
  expect(stores.document.getState()).toMatchObject({ imageId: OTHER_IMAGE, images: [{ id: OTHER_IMAGE }] })
  const said = stores.messages.getState().messages.at(-1)!
  expect(said).toMatchObject({ kind: 'done', undo: true, text: expect.stringMatching(/^2 labels.*The file stays where it is\.$/) })
  await stores.actions.undo()
  await settled()
  expect(
    stores.document
      .getState()
      .images.map(({ id }) => id)
      .sort(),
  ).toEqual([IMAGE, OTHER_IMAGE].sort())
  expect(stores.document.getState().imageId).toBe(IMAGE)
})

it('takes several at once, and leaves none open where none is left', async () => {
  const { stores, project, settled, means } = await setUp()
  await removeImages(means, [IMAGE, OTHER_IMAGE])
  await settled()
  expect([project.edits.length, stores.document.getState().images.length, stores.document.getState().imageId]).toEqual([1, 0, null])
  expect(stores.messages.getState().messages.at(-1)?.title).toBe('Removed 2 images from the project')
})

it('changes nothing where the project can only be read, and the open image stays open', async () => {
  const { stores, project, means } = await setUp({ readOnly: 'Another window has it.' })
  expect(await removeImages(means, [IMAGE])).toBe(false)
  expect([project.edits.length, stores.document.getState().imageId]).toEqual([0, IMAGE])
})

it('means what is selected in the gallery where that is shown, else what is picked in the list, else the open image', async () => {
  const third = imageId.parse('third')
  const { stores } = await setUp({ task: 'classification', images: [...content().images, imageOf(third)] })
  const labels = (gallery: boolean) => ({ getState: () => ({ gallery, selected: new Set([OTHER_IMAGE, third]) }) })
  const library = (...picked: ImageId[]) => ({ getState: () => ({ picked: new Set(picked) }) })
  const meant = (gallery: boolean, ...picked: ImageId[]) => imagesMeant({ stores, labels: labels(gallery), library: library(...picked) } as unknown as Parameters<typeof imagesMeant>[0]) // prettier-ignore
  expect([meant(true), meant(false)]).toEqual([[OTHER_IMAGE, third], [IMAGE]])
  expect([meant(false, IMAGE, third), meant(true, IMAGE, third)]).toEqual([[IMAGE, third], [OTHER_IMAGE, third]]) // prettier-ignore
  // What is gone means nothing.
  expect(meant(false, IMAGE, imageId.parse('gone'))).toEqual([IMAGE])
})
