import { type ImportReport, type ImportRequest, type ProjectSnapshot } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { say } from '#shared/i18n/say.ts'
import { t } from '#shared/i18n/translate.ts'
import { type LibraryStore } from '../panels/library-store.ts'
import { type CountStore } from '../count/count-store.ts'
import { type LabelStore } from '../labels/label-store.ts'
import { type Stores } from '../state/stores.ts'
import { IMPORT_FILTERS, labelFilters } from './file-filters.ts'
import { type JobsStore } from './jobs-store.ts'
import { displayRemembered } from '../state/display-memory.ts'
import { type ShellStore } from './shell-store.ts'
import { readMemory, remember, restore } from './view-memory.ts'

export interface NewProject {
  readonly folder: string
  readonly task: TaskKind
  readonly classes: readonly { readonly name: string; readonly color: string | null }[]
  /** Images or folders to import at once. */
  readonly paths: readonly string[]
}

/** Opening, making and leaving projects. Whatever fails is told to the person. */
export interface ProjectActions {
  readonly open: (folder: string) => Promise<boolean>
  readonly pick: () => Promise<void>
  readonly create: (wanted: NewProject) => Promise<boolean>
  readonly sample: () => Promise<void>
  /** Shows the backups of a project to choose from; null: asks for its folder first. */
  readonly restore: (folder: string | null) => Promise<void>
  /** Makes a project what it was in a backup, and opens it. Throws what main throws before anything was changed. */
  readonly takeBackup: (wish: BackupWish) => Promise<void>
  readonly close: () => Promise<void>
  /** Looks at files and folders in a dialog, which shows what would be taken before anything is. */
  readonly importPaths: (paths: readonly string[]) => void
  /** Puts an import into the project that was looked at, and shows its first image where none is open. Throws what main throws. */
  readonly takeImport: (request: ImportRequest) => Promise<ImportReport>
  /** Asks for files or folders and imports them. */
  readonly pickImages: (folders: boolean) => Promise<void>
  /** The same in a format that the person named; `endings` are those of its files. */
  readonly pickAs: (format: ImportRequest['format'], folders: boolean, endings?: readonly string[]) => Promise<void>
  /** The project that main has open already: after the window was loaded again. */
  readonly adopt: () => Promise<void>
}

export interface BackupWish {
  readonly folder: string
  /** Its file name. */
  readonly backup: string
  /** Also where a newer version made what is there now. */
  readonly force: boolean
}

interface Means {
  readonly stores: Stores
  readonly shell: ShellStore
  readonly jobs: JobsStore
  readonly library: LibraryStore
  readonly labels: LabelStore
  readonly count: CountStore
}

function openAt(means: Means, folder: string): Promise<boolean> {
  // The guide speaks of the sample.
  means.shell.setState({ guide: false })
  return attempt(
    means,
    t('Opening the project'),
    t('Open project'),
    () => means.stores.clients.project.open({ folder }),
    (thrown) => unopened(means, folder, thrown),
  )
}

export function createProjectActions(means: Means): ProjectActions {
  const { stores } = means
  const open = (folder: string): Promise<boolean> => openAt(means, folder)
  return {
    open,
    create: (wanted) => create(means, wanted),
    pick: async () => {
      const folder = await pickProject(means, t('Open a project folder'))
      if (folder !== null) await open(folder)
    },
    sample: async () => {
      await attempt(means, t('Making the sample'), t('Open the sample'), async () => {
        const { folder } = await stores.clients.app.sample({})
        const opened = await stores.clients.project.open({ folder })
        means.shell.setState({ guide: true })
        return opened
      })
    },
    restore: async (given) => {
      const folder = given ?? (await pickProject(means, t('Restore a backup of a project')))
      if (folder !== null) means.shell.open({ kind: 'restore', folder })
    },
    takeBackup: async (wish) => {
      await stores.clients.project.restoreBackup(wish)
      // It was closed where it was the open one.
      if (stores.document.getState().project?.folder === wish.folder) hideProject(means)
      means.shell.close()
      if (await open(wish.folder))
        stores.messages.hint(t('The backup is the project again.'), t('What was there before is kept among the backups.'))
    },
    close: () => leave(means),
    importPaths: (paths) => {
      lookAtImport(means, paths)
    },
    takeImport: (request) => takeImport(means, request),
    pickImages: async (folders) => {
      const title = folders ? t('Add a folder of images') : t('Add images')
      const paths = await stores.clients.app.pickFiles({ title, folders, filters: folders ? [] : [...IMPORT_FILTERS] })
      if (paths.length > 0) lookAtImport(means, paths)
    },
    pickAs: async (format, folders, endings = []) => {
      const filters = folders ? [] : [...labelFilters(endings)]
      const paths = await stores.clients.app.pickFiles({ title: t('Add images and labels'), folders, filters })
      if (paths.length > 0) lookAtImport(means, paths, format)
    },
    adopt: () => adopt(means),
  }
}

async function adopt(means: Means): Promise<void> {
  const { stores, shell } = means
  shell.setState({ adopting: true })
  try {
    const snapshot = await stores.clients.project.current({}).catch(() => null)
    if (snapshot) await enter(means, snapshot)
  } finally {
    shell.setState({ adopting: false })
  }
}

async function pickProject({ stores }: Means, title: string): Promise<string | null> {
  const [folder] = await stores.clients.app.pickFiles({ title, folders: true, filters: [] })
  return folder ?? null
}

/** What a backup may mend. */
const MENDED = new Set(['project-damaged', 'project-incomplete', 'not-a-project'])

/** A project that cannot be opened: the message leads to its backups where one may help. */
function unopened({ stores, shell }: Means, folder: string, thrown: unknown): void {
  const isMended = thrown instanceof AppError && MENDED.has(thrown.code)
  const choose = { label: t('Choose a backup'), run: () => { shell.open({ kind: 'restore', folder }) } } // prettier-ignore
  stores.messages.failed(t('Open project'), thrown, isMended ? choose : null)
}

async function attempt(
  means: Means,
  busy: string,
  doing: string,
  call: () => Promise<ProjectSnapshot>,
  failed = (thrown: unknown): void => {
    means.stores.messages.failed(doing, thrown)
  },
): Promise<boolean> {
  const { shell } = means
  shell.setState({ busy })
  try {
    await remember(means)
    await enter(means, await call())
    return true
  } catch (thrown) {
    failed(thrown)
    return false
  } finally {
    shell.setState({ busy: null })
  }
}

/** Shows a project as it was left, and asks in the background for what is not needed at once. */
async function enter({ stores, shell, jobs, library, labels, count }: Means, snapshot: ProjectSnapshot): Promise<void> {
  stores.actions.hideProject()
  library.clear()
  jobs.clear()
  shell.close()
  stores.tool.setAuthor(shell.getState().preferences.person)
  const memory = readMemory(await stores.clients.project.loadView({}).catch(() => ({})))
  // Before anything is seen: masked names must not show for a moment.
  stores.display.setState(displayRemembered(memory.display))
  stores.actions.showProject(snapshot)
  await restore({ stores, shell, library, labels, count }, memory)
  void jobs.load().catch((thrown: unknown) => {
    stores.messages.failed(t('Read the jobs'), thrown)
  })
  void library.findMissing().catch(() => undefined)
  void askBackends({ stores, jobs })
}

/** What the engine runs on: it has to start for that, so nobody waits for it. */
async function askBackends({ stores, jobs }: Pick<Means, 'stores' | 'jobs'>): Promise<void> {
  try {
    jobs.setState({ backends: await stores.clients.work.backends({}) })
  } catch {
    jobs.setState({ backends: [] })
  }
}

/** Whatever is imported is looked at first, in the dialog. */
function lookAtImport({ shell }: Means, paths: readonly string[], format: ImportRequest['format'] = 'auto', direct = false): void {
  shell.open({ kind: 'import', paths, format, direct })
}

async function takeImport({ stores, library }: Means, request: ImportRequest): Promise<ImportReport> {
  try {
    const report = await stores.clients.project.import(request)
    await stores.actions.reload()
    const { imageId, images } = stores.document.getState()
    if (imageId === null && images[0]) await stores.actions.openImage(images[0].id)
    void library.findMissing().catch(() => undefined)
    return report
  } finally {
    library.setState({ importing: null })
  }
}

async function create(means: Means, { folder, task, classes, paths }: NewProject): Promise<boolean> {
  const { stores } = means
  const made = await attempt(means, t('Making the project'), t('New project'), () =>
    stores.clients.project.create({ folder, task, classes: classes.map(({ name }) => name) }),
  )
  if (!made) return false
  const recoloured = stores.document.getState().classes.flatMap((record): ClassRecord[] => {
    const color = classes.find(({ name }) => name === record.name)?.color ?? null
    return color === null || color === record.color ? [] : [{ ...record, color }]
  })
  if (recoloured.length > 0) await stores.actions.commit({ label: say('Colour classes'), put: { classes: recoloured }, remove: {} })
  if (paths.length > 0) lookAtImport(means, paths, 'auto', true)
  return true
}

async function leave(means: Means): Promise<void> {
  const { stores } = means
  try {
    await remember(means)
    await stores.clients.project.close({})
    hideProject(means)
  } catch (thrown) {
    stores.messages.failed(t('Close the project'), thrown)
  }
}

function hideProject({ stores, jobs, library, shell }: Means): void {
  stores.actions.hideProject()
  jobs.clear()
  library.clear()
  shell.close()
}
