import { createClients } from '../../src/renderer/state/clients.ts'
import { createStores, type Stores } from '../../src/renderer/state/stores.ts'
import { fakeProject, type FakeContent, type FakeProject } from './fake-project.ts'
import { annotationOf, box, CLASSES, IMAGE, imageOf, OTHER_IMAGE, predictionOf, RUNS, WBC } from './records.ts'

// Stores of a window on a project in memory, its first image open, as after a start.

export interface Session {
  readonly stores: Stores
  readonly project: FakeProject
  /** Waits until everything sent was answered. */
  readonly settled: () => Promise<void>
}

export const content = (): FakeContent => ({
  classes: CLASSES,
  images: [imageOf(), imageOf(OTHER_IMAGE)],
  annotations: [
    annotationOf('a', box(100, 100, 40, 30)),
    annotationOf('b', box(300, 200, 50, 50), WBC),
    annotationOf('elsewhere', box(5, 5, 50, 50), WBC, OTHER_IMAGE),
  ],
  runs: RUNS,
  predictions: [
    predictionOf(1, box(200, 300, 30, 30), 0.9),
    predictionOf(2, box(400, 300, 30, 30), 0.6),
    predictionOf(3, box(0, 0, 9, 9), 0.2),
  ],
})

export async function openSession(given: Partial<FakeContent> = {}): Promise<Session> {
  const project = fakeProject({ ...content(), ...given })
  const stores = createStores(createClients(project.transport))
  stores.actions.showProject(project.snapshot())
  await stores.actions.openImage(IMAGE)
  stores.view.setViewport({ width: 640, height: 480 }, 1)
  const settled = async (): Promise<void> => {
    await project.idle()
    if (stores.document.getState().pending.length > 0) throw new Error('still pending')
  }
  return { stores, project, settled }
}
