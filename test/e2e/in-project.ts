import { type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { makeHome, type Home } from './home.ts'
import { projectFolder, startApp, type Session } from './session.ts'

/** Known from the first test on. */
export interface Given<T> {
  readonly home: Home
  /** The project's. */
  readonly folder: string
  readonly session: Session
  readonly page: Page
  /** What `make` answered. */
  readonly made: T
}

/** The window of a describe's tests, in Label on a project that `make` makes; each of them ends without a fault. */
export function inProject<T>(name: string, make: (folder: string, home: Home) => Promise<T>): Given<T> {
  let home: Home
  let session: Session
  let made: T
  beforeAll(async () => {
    home = makeHome()
    made = await make(projectFolder(home, name), home)
    session = await startApp(home, projectFolder(home, name))
    await session.page.getByRole('main', { name: 'Label' }).waitFor()
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })
  return {
    get home() {
      return home
    },
    get folder() {
      return projectFolder(home, name)
    },
    get session() {
      return session
    },
    get page() {
      return session.page
    },
    get made() {
      return made
    },
  }
}
