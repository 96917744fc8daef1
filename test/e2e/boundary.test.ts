import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import path from 'node:path'
import { CHANNEL } from '#shared/ipc/channel.ts'
import { type Bridge } from '#shared/ipc/channel.ts'
import { type Preferences } from '#shared/contracts/app.ts'
import { ask, snapshot, tryAsk } from './ask.ts'
import { makeHome, writeSmears, type Home } from './home.ts'
import { givenProject, ROOT, startApp, type Session } from './session.ts'

const CODE = (answer: unknown): unknown => (answer as { error?: { code?: string } }).error?.code

describe('the border between the page and the machine', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    await writeSmears(home.images, 1)
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Border', [home.images])
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  // What is refused is told in the console, and that is meant.
  beforeEach(() => {
    session.faults.splice(0)
  })

  it('gives the page no Node, no Electron and three functions', async () => {
    const seen = await page.evaluate(() => ({
      node: ['process', 'require', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter((name) => name in window),
      bridge: Object.keys((window as unknown as { slidewright: object }).slidewright).sort(),
    }))
    expect(seen).toEqual({ node: [], bridge: ['listen', 'pathOf', 'post'] })
  })

  it('keeps the page sandboxed, isolated and without webview', async () => {
    const wanted = await session.app.evaluate(({ BrowserWindow }) => {
      const { sandbox, contextIsolation, nodeIntegration, webviewTag } = (
        BrowserWindow.getAllWindows()[0]!.webContents as unknown as { getLastWebPreferences: () => Electron.WebPreferences }
      ).getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration, webviewTag }
    })
    expect(wanted).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false })
  })

  it('answers a bad payload with bad-payload, a method that is none with unknown-method, and goes on', async () => {
    expect(CODE(await tryAsk(page, 'project', 'open', { folder: 5 }))).toBe('bad-payload')
    expect(CODE(await tryAsk(page, 'project', 'edit', { label: 'x', put: { annotations: [{ id: 'x' }] }, remove: {} }))).toBe('bad-payload')
    expect(CODE(await tryAsk(page, 'project', 'edit', null))).toBe('bad-payload')
    expect(CODE(await tryAsk(page, 'app', 'reveal', { path: ['a'] }))).toBe('bad-payload')
    for (const method of ['constructor', '__proto__', 'toString', 'noSuchMethod'])
      expect(CODE(await tryAsk(page, 'project', method, {}))).toBe('unknown-method')
    expect((await snapshot(page)).name).toBe('Border')
  })

  it('passes over what is no message at all', async () => {
    await page.evaluate(() => {
      const { slidewright: bridge } = window as unknown as { slidewright: Bridge }
      for (const rubbish of [null, 5, 'text', [], {}, { kind: 'call' }, { kind: 'call', id: 'x', service: 'project', method: 'current' }])
        bridge.post(rubbish)
    })
    expect((await snapshot(page)).name).toBe('Border')
  })

  it('does not hear another window, though that has the same preload and shows the same page', async () => {
    const before = await ask<Preferences>(page, 'app', 'preferences')
    const heard = await session.app.evaluate(
      async ({ BrowserWindow, ipcMain }, { channel, preload }) => {
        const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true, contextIsolation: true } })
        const { id } = foreign.webContents
        const arrived = new Promise<boolean>((resolve) => {
          ipcMain.on(channel, function hear(event, message: { id?: number } | null) {
            if (event.sender.id !== id || message?.id !== 7) return
            ipcMain.off(channel, hear)
            resolve(true)
          })
        })
        await foreign.loadURL('app://slidewright/')
        const call = { kind: 'call', id: 7, service: 'app', method: 'setPreferences', input: { person: 'Mallory' } }
        await foreign.webContents.executeJavaScript(`window.slidewright.post(${JSON.stringify(call)})`)
        const came = await arrived
        foreign.destroy()
        return came
      },
      { channel: CHANNEL, preload: path.join(ROOT, 'out', 'preload', 'index.cjs') },
    )
    expect(heard).toBe(true)
    expect(before.person).not.toBe('Mallory')
    expect(await ask<Preferences>(page, 'app', 'preferences')).toEqual(before)
  })

  it('gives a frame inside the page no bridge, and lets none load', async () => {
    const found = await page.evaluate(async () => {
      const refused = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true })
      })
      const empty = document.createElement('iframe')
      const ours = document.createElement('iframe')
      ours.src = 'app://slidewright/'
      document.body.append(empty, ours)
      const directive = await refused
      const bridge = 'slidewright' in (empty.contentWindow ?? {})
      for (const frame of [empty, ours]) frame.remove()
      return { directive, bridge }
    })
    expect(found).toEqual({ directive: 'frame-src', bridge: false })
  })

  it('stays on its own page', async () => {
    const url = page.url()
    const prevented = session.app.evaluate(
      ({ BrowserWindow }) =>
        new Promise<boolean>((resolve) => {
          BrowserWindow.getAllWindows()[0]!.webContents.once('will-navigate', (event) =>
            setImmediate(() => resolve(event.defaultPrevented)),
          )
        }),
    )
    await page.evaluate(() => {
      location.href = 'https://example.com/'
    })
    expect(await prevented).toBe(true)
    expect(page.url()).toBe(url)
    expect((await snapshot(page)).name).toBe('Border')
  })

  it('opens no window; a link to the web goes to the browser, a link to a file nowhere', async () => {
    await session.app.evaluate(({ shell }) => {
      const opened: string[] = []
      Object.assign(globalThis, { opened })
      shell.openExternal = (url) => {
        opened.push(url)
        return Promise.resolve()
      }
    })
    const got = await page.evaluate(() =>
      ['https://example.com/help', 'file:///etc/passwd', 'app://slidewright/', 'javascript:alert(1)', ''].map(
        (url) => window.open(url) === null,
      ),
    )
    expect(got).toEqual([true, true, true, true, true])
    expect(await session.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
    expect(await session.app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual(['https://example.com/help'])
  })

  it('serves the page with a policy that runs its own scripts only and reaches no network', async () => {
    const policy = await page.evaluate(async () => (await fetch(location.href)).headers.get('content-security-policy'))
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/script-src 'self'(;|$)/)
    const tried = await page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'window.injected = true'
      document.head.append(script)
      // On a timer: a debugger's own calls, as this one is, are let through.
      const evaluated = await new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            resolve(String(new Function('return 1')()))
          } catch (thrown) {
            resolve((thrown as Error).name)
          }
        })
      })
      const fetched = await fetch('https://example.com/').then(
        () => 'answered',
        (thrown: unknown) => (thrown as Error).name,
      )
      return { injected: 'injected' in window, evaluated, fetched }
    })
    expect(tried).toEqual({ injected: false, evaluated: 'EvalError', fetched: 'TypeError' })
  })

  it('serves nothing of the disk but the page and the images of the project', async () => {
    const status = (url: string): Promise<number> => session.app.evaluate(async ({ net }, to) => (await net.fetch(to)).status, url)
    const [image] = (await snapshot(page)).images
    expect(await status(`slide://image/${image!.id}`)).toBe(200)
    expect(await status('app://slidewright/index.html')).toBe(200)
    for (const url of [
      'app://slidewright/..%2f..%2fpackage.json',
      'app://slidewright/%2e%2e/%2e%2e/package.json',
      'app://slidewright/%2fetc%2fpasswd',
      'app://elsewhere/index.html',
      'slide://image/..%2f..%2fproject.db',
      'slide://image/00000000-0000-4000-8000-000000000000',
      `slide://file/${image!.id}`,
    ])
      expect({ url, status: await status(url) }).toEqual({ url, status: 404 })
  })

  it('grants no permission', async () => {
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied')
    const position = await page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve(0),
            ({ code }) => resolve(code),
          ),
        ),
    )
    expect(position).toBe(1)
  })
})
