import { describe, expect, it, vi } from 'vitest'
import { annotationOf, box, IMAGE, OTHER_IMAGE, predictionOf, RUN } from '../records.ts'
import { shownObjects } from '../scenes.ts'
import { openSession, type Session } from '../session.ts'

const GUESS = { ...predictionOf(9, box(50, 50, 20, 20), 0.9), imageId: OTHER_IMAGE }
const ids = ({ stores }: Session): (string | number)[] => [...shownObjects(stores.scene.getState().scene)].map(({ id }) => id)
const answered = ({ project }: Pick<Session, 'project'>): Promise<void> => project.idle()

async function prepared(): Promise<Session> {
  const session = await openSession({ predictions: [predictionOf(1, box(200, 300, 30, 30), 0.9), GUESS] })
  session.stores.actions.prepareImage(OTHER_IMAGE)
  await answered(session)
  return session
}

describe('an image that is read ahead', () => {
  it('is open with all that lies on it within one call', async () => {
    const session = await prepared()
    const { stores } = session
    expect(ids(session)).toEqual([1, 'a', 'b'])
    expect(stores.actions.openPrepared(OTHER_IMAGE)).toBe(true)
    expect(stores.document.getState()).toMatchObject({ imageId: OTHER_IMAGE, loading: false })
    expect(ids(session)).toEqual([9, 'elsewhere'])
    // Taken once: later it is read as it is then.
    await stores.actions.openImage(IMAGE)
    expect(stores.actions.openPrepared(OTHER_IMAGE)).toBe(false)
    expect(stores.document.getState().imageId).toBe(IMAGE)
  })

  it('is the same as one that is not when it is opened in the usual way', async () => {
    const { stores, project } = await prepared()
    const asked = vi.spyOn(stores.clients.project, 'objects')
    await stores.actions.openImage(OTHER_IMAGE)
    expect(asked).not.toHaveBeenCalled()
    const [elsewhere] = project.annotations().filter(({ imageId }) => imageId === OTHER_IMAGE)
    expect([...stores.document.getState().tables.annotations.values()]).toEqual([elsewhere])
  })

  it('holds what was put on it, decided and undone meanwhile', async () => {
    const session = await prepared()
    const { stores } = session
    const late = annotationOf('late', box(7, 7, 9, 9), undefined, OTHER_IMAGE)
    await stores.clients.project.edit({ label: 'Draw', put: { annotations: [late] }, remove: {} })
    await stores.clients.project.decide({ predictions: [GUESS.id], rejects: [], kind: 'reject', to: null })
    await answered(session)
    expect(stores.actions.openPrepared(OTHER_IMAGE)).toBe(true)
    expect(ids(session)).toEqual(['elsewhere', 'late'])
    await stores.actions.openImage(IMAGE)
    stores.actions.prepareImage(OTHER_IMAGE)
    await answered(session)
    await stores.clients.project.undo({})
    await answered(session)
    expect(stores.actions.openPrepared(OTHER_IMAGE)).toBe(true)
    expect(ids(session)).toEqual([9, 'elsewhere', 'late'])
  })

  it('is given up where the image is opened while it is on its way', async () => {
    const session = await openSession()
    const { stores, project } = session
    stores.actions.prepareImage(OTHER_IMAGE)
    await stores.actions.openImage(OTHER_IMAGE)
    await answered(session)
    const asked = vi.spyOn(stores.clients.project, 'objects')
    await stores.actions.commit({ label: 'Draw', put: { annotations: [annotationOf('late', box(7, 7, 9, 9), undefined, OTHER_IMAGE)] }, remove: {} }) // prettier-ignore
    await answered(session)
    expect(project.annotations().map(({ id }) => id)).toContain('late')
    // Not read anew with each change of what is open.
    expect(asked).not.toHaveBeenCalled()
  })

  it('is not taken for another run', async () => {
    const session = await openSession()
    const { stores } = session
    stores.actions.prepareImage(OTHER_IMAGE)
    await answered(session)
    await stores.actions.chooseRun(null)
    expect(stores.actions.openPrepared(OTHER_IMAGE)).toBe(false)
    await stores.actions.chooseRun(RUN)
    expect(stores.actions.openPrepared(OTHER_IMAGE)).toBe(true)
  })

  it('is forgotten with its project, which may be another one when it is opened again', async () => {
    const session = await prepared()
    const { stores, project } = session
    stores.actions.hideProject()
    stores.actions.showProject(project.snapshot())
    await stores.actions.chooseRun(RUN)
    expect(stores.actions.openPrepared(OTHER_IMAGE)).toBe(false)
  })
})
