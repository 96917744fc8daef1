import { preferences } from '#shared/contracts/app.ts'
import { showWhatIsDrawn } from '../panels/class-visibility.ts'
import { followMissing } from '../panels/follow-missing.ts'
import { createDomainNotes } from '../panels/domain-notes.ts'
import { createLibraryStore } from '../panels/library-store.ts'
import { forgetPicked } from '../panels/picked-images.ts'
import { createLabelStore } from '../labels/label-store.ts'
import { type Clients } from '../state/clients.ts'
import { grownRuns } from '../state/document.ts'
import { createStores } from '../state/stores.ts'
import { createCountStore } from '../count/count-store.ts'
import { backToShown } from '../review/look-actions.ts'
import { createLooksStore } from '../review/looks-store.ts'
import { createReadersStore } from '../review/readers-store.ts'
import { readRun } from '../review/review-actions.ts'
import { createReviewStore } from '../review/review-store.ts'
import { createFoldsStore } from '../training/folds-store.ts'
import { createTrainStore } from '../training/train-store.ts'
import { type AppModel } from './context.ts'
import { followDoubt } from './follow-doubt.ts'
import { createJobsStore } from './jobs-store.ts'
import { followJobs } from './job-notices.ts'
import { createProjectActions } from './project-actions.ts'
import { createShellStore } from './shell-store.ts'
import { keepMemory } from './view-memory.ts'

export interface WindowParts {
  readonly clients: Clients
  readonly pathOf: (file: File) => string
  readonly mac: boolean
}

/** Makes everything that a window holds, once, and reads the preferences. */
export async function createAppModel({ clients, pathOf, mac }: WindowParts): Promise<AppModel> {
  const stores = createStores(clients)
  const known = await clients.app.preferences({}).catch(() => preferences.parse({}))
  const shell = createShellStore(known)
  const jobs = createJobsStore(clients.work)
  const library = createLibraryStore(clients.project)
  const labels = createLabelStore(clients.project, stores)
  const count = createCountStore()
  const projects = createProjectActions({ stores, shell, jobs, library, labels, count })
  stores.tool.setAuthor(known.person)
  stores.tool.setOutlineModel(known.outlineModel)
  stores.keys.setMac(mac)
  followDoubt(stores, library)
  forgetPicked(stores, library)
  followMissing(stores, library, window)
  showWhatIsDrawn(stores)
  keepMemory({ stores, shell, library, labels, count })
  const review = createReviewStore(clients.project, stores.document)
  const looks = createLooksStore(clients.project)
  const readers = createReadersStore(clients.project)
  followJobs({ stores, shell, jobs, review, looks, readers })
  stores.document.subscribe((now, before) => {
    if (now.project?.folder === before.project?.folder) return
    review.clear()
    looks.clear()
    readers.clear()
    count.setState(count.getInitialState())
  })
  shell.subscribe((now, before) => {
    // What another run says was looked at there.
    if (before.place === 'label' && now.place !== 'label') backToShown(stores)
  })
  stores.document.subscribe((now, before) => {
    const { runId, doneToo } = review.getState()
    if (runId === null || !grownRuns(now, before).has(runId)) return
    readRun({ stores, review }, runId, doneToo)
  })
  return {
    stores,
    shell,
    jobs,
    library,
    labels,
    projects,
    train: createTrainStore(),
    folds: createFoldsStore(),
    domainNotes: createDomainNotes(clients.work),
    review,
    looks,
    readers,
    count,
    pathOf,
    mac,
  }
}
