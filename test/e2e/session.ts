import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { errors, type ElectronApplication, type Locator, type Page } from 'playwright-core'
import { t } from '#shared/i18n/translate.ts'
import { ask } from './ask.ts'
import { type Home, type SmearFile } from './home.ts'
import { launchElectron } from './launch.ts'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A window of the real app, and what went wrong in it. */
export interface Session {
  readonly app: ElectronApplication
  readonly page: Page
  /** Errors that nobody handled, in the page or in main, and what the page's policy refused. */
  readonly faults: string[]
  readonly close: () => Promise<void>
}

/** CSS pixels of the page, whatever screen there is. */
const SIZE = { width: 1280, height: 800 }

/**
 * Gives the page its size. Seen once in hundreds of starts: the answer of this first call into Electron's main is collected as garbage before
 * Playwright has it. It is said aloud, and asked once more; a second loss fails.
 */
async function sized(app: ElectronApplication): Promise<void> {
  const resize = (): Promise<void> =>
    app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height)
    }, SIZE)
  await resize().catch((thrown: unknown) => {
    if (!String(thrown).includes('garbage collected')) throw thrown
    process.stderr.write(`The window's size was not answered; it is set once more.\n${String(thrown)}\n`)
    return resize()
  })
}

/**
 * Waits until the page shows a place. Seen once in hundreds of starts, its cause not found: the page stays without any. What it holds is then said
 * aloud, and it is loaded once more; a page that shows nothing after that fails, and so does one that does not even answer.
 * @throws TimeoutError
 */
async function begun(page: Page): Promise<void> {
  const main = page.locator('main').first()
  await main.waitFor().catch(async (thrown: unknown) => {
    if (!(thrown instanceof errors.TimeoutError)) throw thrown
    const held = await Promise.race([page.content().catch(String), new Promise((resolve) => setTimeout(resolve, 5000, null))])
    if (held === null) throw thrown
    process.stderr.write(`The window shows no place after 20 s; it is loaded once more. ${page.url()}: ${String(held).slice(0, 2000)}\n`)
    await page.reload()
    await main.waitFor()
  })
}

/** Starts the built app on a home's own profile; `project` is the folder that its command line names. */
export function startApp(home: Home, ...project: readonly string[]): Promise<Session> {
  // As a start of Electron that hangs (launch.ts), and where the machine is busy more often than that: the GPU process has given up, and the page
  // answers nothing. It is said aloud, and an app whose page does not answer fails here all the same.
  return started(home, project).catch((thrown: unknown) => {
    if (!(thrown instanceof errors.TimeoutError)) throw thrown
    process.stderr.write(`The window does not answer; the app is started once more.\n${thrown.message}\n`)
    return started(home, project)
  })
}

async function started(home: Home, project: readonly string[]): Promise<Session> {
  const app = await launchElectron(ROOT, `--user-data-dir=${home.profile}`, ...project)
  const faults: string[] = []
  app.process().stderr?.on('data', (chunk: Buffer) => {
    for (const line of String(chunk).split('\n')) if (line.startsWith('slidewright:')) faults.push(line)
  })
  const page = await app.firstWindow()
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.setDefaultTimeout(20_000)
  try {
    await sized(app)
    await begun(page)
  } catch (thrown) {
    // It would not close by itself.
    app.process().kill('SIGKILL')
    throw thrown
  }
  return { app, page, faults, close: () => app.close() }
}

/** Gives the window's page another size, CSS pixels. */
export async function resized({ app, page }: Session, width: number, height: number): Promise<void> {
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(...size), [width, height] as const)
  await page.waitForFunction((wanted) => innerHeight === wanted, height)
}

/** Buttons and the like within something of which the middle is not what the pointer would meet there. */
export const outOfReach = (within: Locator): Promise<string[]> =>
  within.evaluate((around) =>
    [...around.querySelectorAll('button, [role=img]')]
      .filter((tool) => {
        const { x, y, width, height } = tool.getBoundingClientRect()
        return !tool.contains(document.elementFromPoint(x + width / 2, y + height / 2))
      })
      .map((tool) => tool.getAttribute('aria-label') ?? tool.textContent),
  )

/** How often the system's dialogs were shown, since answers to them were given. */
export const dialogsShown = ({ app }: Session): Promise<number> =>
  app.evaluate(() => (globalThis as { dialogsShown?: number }).dialogsShown ?? 0)

/** The next open dialogs of the system answer with these paths; none = cancelled. */
export async function answerOpen({ app }: Session, ...filePaths: string[]): Promise<void> {
  await app.evaluate(({ dialog }, paths) => {
    const shown = globalThis as { dialogsShown?: number }
    dialog.showOpenDialog = () => {
      shown.dialogsShown = (shown.dialogsShown ?? 0) + 1
      return Promise.resolve({ canceled: paths.length === 0, filePaths: paths })
    }
  }, filePaths)
}

/** The next save dialogs of the system answer with this path; null = cancelled. */
export async function answerSave({ app }: Session, filePath: string | null): Promise<void> {
  await app.evaluate(({ dialog }, file) => {
    const shown = globalThis as { dialogsShown?: number }
    dialog.showSaveDialog = () => {
      shown.dialogsShown = (shown.dialogsShown ?? 0) + 1
      return Promise.resolve({ canceled: file === null, filePath: file ?? '' })
    }
  }, filePath)
}

export const projectFolder = (home: Home, name: string): string => path.join(home.projects, `${name}.slidewright`)

/** Makes a project without the dialogs (create, import, then the window reads it anew), for tests of what comes after. */
export async function givenProject({ page }: Session, home: Home, name: string, paths: readonly string[]): Promise<void> {
  await ask(page, 'project', 'create', { folder: path.join(home.projects, name), task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] })
  if (paths.length > 0) await ask(page, 'project', 'import', { paths })
  await page.reload()
  await page.getByRole('main', { name: 'Label' }).waitFor()
}

/** Loads the page anew, in English, until it shows the open project in whatever place that was left. */
export async function reloaded(page: Page): Promise<void> {
  await page.reload()
  await page.getByRole('main', { name: /^(Label|Train|Review|Count)$/ }).waitFor()
}

/** Opens an image from the list, seen as a whole. */
export async function openImage(page: Page, { name }: Pick<SmearFile, 'name'>): Promise<void> {
  await page.getByRole('option', { name, exact: true }).click()
  await page.getByRole('application', { name: `Image ${name},` }).waitFor()
  await page.keyboard.press('0')
}

/** Waits until what is in sight of the open image is drawn, tile by tile where it has tiles. */
export async function drawn(page: Page): Promise<void> {
  // Until the canvas has heard of another image it tells of the one before.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  await page.locator('canvas[data-layer=image][data-missing="0"]').waitFor({ state: 'attached', timeout: 60_000 })
}

/** Waits until nothing fades or moves in any more; what turns for ever does not count. */
export async function still(page: Page): Promise<void> {
  const isEnding = (): boolean =>
    document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity)
  await page.waitForFunction(isEnding)
}

/** Waits until a step of the zoom has come to its end: it lasts 120 ms by the clock, and the first frame after them ends it. */
export async function zoomed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 150))
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
  })
}

/** Runs a command by its whole name, in the window's language, in the list of commands. */
export async function command(page: Page, title: string): Promise<void> {
  const search = page.getByRole('textbox', { name: t('Find a command') })
  await page.keyboard.press('Control+l')
  await search.fill(t(title))
  await page.getByRole('dialog').filter({ has: search }).getByText(t(title), { exact: true }).first().click()
  // Until it is gone it has the keyboard.
  await search.waitFor({ state: 'detached' })
}

/** Keeps a picture of the window where SLIDEWRIGHT_SHOTS says, else among the temporary files. */
export async function shoot({ page }: Session, name: string): Promise<void> {
  const folder = process.env['SLIDEWRIGHT_SHOTS'] ?? path.join(tmpdir(), 'slidewright-shots')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, `${name}.png`), await page.screenshot({ animations: 'disabled' }))
}

/** In Review: asks in the order of doubt alone, none of it at random. */
export async function mostUncertainFirst(page: Page): Promise<void> {
  await page.getByRole('combobox', { name: 'Order of the queue' }).click()
  await page.getByRole('option', { name: 'Most uncertain first' }).click()
}
