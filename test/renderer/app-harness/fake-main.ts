import { appContract, preferences } from '../../../src/shared/contracts/app.ts'
import { serve } from '../../../src/shared/ipc/proxy.ts'
import { type Transport } from '../../../src/shared/ipc/transport.ts'
import { transportPair } from '../../shared/ipc/memory-transport.ts'
import { contentOf, type FakeOptions } from './fake-content.ts'
import { serveProject } from './fake-project-service.ts'
import { serveWork } from './fake-work-service.ts'
import { type Picture } from './pictures.ts'

// All of main in memory: a project of synthetic smears whose labels, predictions and trainings behave as the real ones do.

export interface FakeMain {
  readonly transport: Transport
  readonly imageUrl: (id: string) => string
  readonly thumbnailUrl: (id: string) => string
  /** Files that the next dialogs answer with. */
  picks: string[]
  /** What was called, newest last. */
  readonly calls: string[]
}

/** Main's three services over an in-memory channel. */
export function fakeMain(options: FakeOptions): FakeMain {
  const { a, b } = transportPair()
  const content = contentOf(options)
  const fake: FakeMain = {
    transport: a,
    imageUrl: (id) => pictureOf(options, id).url,
    thumbnailUrl: (id) => pictureOf(options, id).thumbnail,
    picks: [],
    calls: [],
  }
  serveProject(b, content, options, fake)
  serveWork(b, content)
  serveApp(b, options, fake)
  return fake
}

const pictureOf = ({ pictures }: FakeOptions, id: string): Picture => pictures[Number(id.slice('image-'.length)) % pictures.length]!
function serveApp(far: Transport, options: FakeOptions, fake: FakeMain): void {
  let known = preferences.parse(options.preferences)
  serve(
    appContract,
    {
      about: () => ({ version: '0.1.0', electron: '45', node: '24', platform: 'linux' }),
      preferences: () => known,
      setPreferences: (part) => (known = preferences.parse({ ...known, ...part })),
      pickFiles: () => fake.picks,
      pickSave: ({ name }) => `/home/ada/${name}`,
      projectsFolder: () => ({ folder: '/home/ada/Documents/Slidewright' }),
      sample: () => ({ folder: '/home/ada/sample/Sample smears.slidewright' }),
      reveal: () => ({}),
      toggleFullScreen: () => ({ fullScreen: false }),
      notify: () => ({}),
    },
    far,
  )
}
