import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ElectronApplication } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchElectron } from './launch.ts'

const folder = fileURLToPath(new URL('./runtime-app', import.meta.url))
const found = JSON.parse(readFileSync(new URL('../../.cache/setup.json', import.meta.url), 'utf8')) as { electron: { version: string } }

describe('the Electron that set-up found', () => {
  let app: ElectronApplication
  beforeAll(async () => {
    app = await launchElectron(folder)
  })
  afterAll(() => app.close())

  it('is the version that set-up wrote down', async () => {
    expect(await app.evaluate(() => process.versions['electron'])).toBe(found.electron.version)
  })

  it('loads an application folder as Electron does: name, version and path from its package.json', async () => {
    const identity = await app.evaluate(({ app: running }) => [running.getName(), running.getVersion(), running.getAppPath()])
    expect(identity).toEqual(['runtime-probe', '4.5.6', folder])
  })

  it('shows a page with what SQLite answered in its main process', async () => {
    const page = await app.firstWindow()
    expect(await page.textContent('p')).toBe('platelet')
  })

  it('gives the page WebGL2 and no Node', async () => {
    const page = await app.firstWindow()
    await page.waitForSelector('body[data-webgl]')
    expect(await page.evaluate(() => ({ ...document.body.dataset }))).toEqual({ webgl: 'yes', node: 'undefined' })
  })
})
