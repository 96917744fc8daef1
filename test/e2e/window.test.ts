import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Locator, type Page } from 'playwright-core'
import { COMMANDS } from '#shared/commands.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { givenProject, openImage, shoot, startApp, still, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }
const TAKEN = new Set(COMMANDS.flatMap((command) => command.keys))
/** Buttons and fields that something lies over. */
const covered = (tip: Locator): Promise<string[]> =>
  tip.evaluate((element) => {
    const over = element.getBoundingClientRect()
    return [...document.querySelectorAll('button, input')]
      .filter((control) => {
        const { left, right, top, bottom } = control.getBoundingClientRect()
        return left < over.right && over.left < right && top < over.bottom && over.top < bottom
      })
      .map((control) => control.getAttribute('aria-label') ?? control.textContent)
  })
/** A key that no command has. */
const FREE = Array.from({ length: 12 }, (_, index) => `F${index + 1}`).find((key) => !TAKEN.has(key))!

describe('the frame of the window', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 2)
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Frame', [home.images])
    await openImage(page, files[0]!)
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const scheme = (): Promise<string | null> => page.locator('html').getAttribute('data-mantine-color-scheme')
  const tool = (name: string): Locator => page.getByRole('toolbar', { name: 'Tools' }).getByRole('button', { name, exact: true })

  it('finds a command by its name and runs it: Ctrl+L', async () => {
    const before = await scheme()
    await page.keyboard.press('Control+l')
    const box = page.getByRole('textbox', { name: 'Find a command' })
    const top = async (): Promise<number | undefined> => (await box.boundingBox())?.y
    await page.getByText('Go to Label').waitFor()
    // It comes in with a movement.
    await still(page)
    const atFirst = await top()
    await box.fill('theme')
    await page.getByText('Dark or light').waitFor()
    await page.getByText('Go to Label').waitFor({ state: 'detached' })
    expect(await top()).toBe(atFirst)
    await page.keyboard.press('Enter')
    await expect.poll(scheme, WAIT).toBe(before === 'dark' ? 'light' : 'dark')
    const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(
      light
        .match(/\d+/g)!
        .slice(0, 3)
        .map(Number)
        .every((grey) => grey > 200),
    ).toBe(before === 'dark')
  })

  it('leads to the help where that has the words: Ctrl+L', async () => {
    await page.keyboard.press('Control+l')
    await page.getByRole('textbox', { name: 'Find a command' }).fill('privacy')
    await page.getByText('Help: Where my data is').click()
    await page.getByRole('dialog', { name: 'Help' }).getByText('Nothing leaves this computer', { exact: false }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Help' }).waitFor({ state: 'detached' })
  })

  it('tells beside a control what it does, over no other one, and only while the pointer rests there', async () => {
    const tip = page.getByRole('tooltip')
    const places = [tool('Draw boxes'), page.getByRole('button', { name: 'Sort images' }), page.getByRole('button', { name: 'New class' })]
    for (const control of places) {
      await control.hover()
      await tip.waitFor()
      await still(page)
      expect(await covered(tip)).toEqual([])
      // It takes no press away from what it lies over.
      expect(await tip.evaluate((element) => getComputedStyle(element).pointerEvents)).toBe('none')
      await page.mouse.move(640, 500)
      await tip.waitFor({ state: 'detached' })
    }
    await tool('Draw boxes').hover()
    await tip.waitFor()
    await page.keyboard.press('Shift')
    await tip.waitFor({ state: 'detached' })
    await page.mouse.move(640, 500)
    await tool('Draw boxes').hover()
    await tip.waitFor()
    await tool('Draw boxes').click()
    await tip.waitFor({ state: 'detached' })
  })

  it('keeps the theme over a start, with the window behind the page in the same one', async () => {
    await page.keyboard.press('Control+,')
    await page.getByText('Light', { exact: true }).click()
    await expect.poll(scheme, WAIT).toBe('light')
    await page.keyboard.press('Escape')
    await session.close()
    session = await startApp(home)
    page = session.page
    expect(await scheme()).toBe('light')
    expect(await session.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('light')
    await page.getByRole('button', { name: 'Open Frame' }).click()
    await page.getByRole('application', { name: 'Image smear_1.png' }).waitFor()
  })

  it('answers by F1, without a network, what one searches for', async () => {
    await page.keyboard.press('F1')
    const help = page.getByRole('dialog', { name: 'Help' })
    const topics = help.getByRole('navigation', { name: 'Topics' })
    await topics.getByRole('button', { name: 'Where my data is' }).click()
    await help.getByText('Nothing leaves this computer').waitFor()
    await shoot(session, 'help')
    await help.getByRole('textbox', { name: 'Search the help' }).fill('missing')
    await help.getByText('An image is missing', { exact: false }).waitFor()
    expect(await topics.getByRole('button', { name: 'Label' }).count()).toBe(0)
    await help.getByRole('textbox', { name: 'Search the help' }).fill('zeppelin')
    await help.getByText('Nothing in the help has these words.').waitFor()
    await topics.getByRole('button', { name: 'Keys' }).click()
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await help.waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })
  })

  it('shows all keys and takes another one for a command, not one that is taken', async () => {
    await page.keyboard.press('Shift+F1')
    const sheet = page.getByRole('dialog', { name: 'Keys' })
    await sheet.getByRole('button', { name: 'Key of Box tool: R' }).click()
    await page.keyboard.press('m')
    const taken = sheet.getByRole('alert')
    expect(await taken.textContent()).toContain('Move tool')
    await taken.getByRole('button', { name: 'Leave it' }).click()
    await sheet.getByRole('button', { name: 'Key of Box tool: R' }).click()
    await page.keyboard.press(FREE)
    await sheet.getByRole('button', { name: `Key of Box tool: ${FREE}` }).waitFor()
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'detached' })
    await page.keyboard.press('s')
    await page.keyboard.press('r')
    await expect.poll(() => tool('Select').getAttribute('aria-pressed'), WAIT).toBe('true')
    await page.keyboard.press(FREE)
    await expect.poll(() => tool('Draw boxes').getAttribute('aria-pressed'), WAIT).toBe('true')
    await page.keyboard.press('F1')
    await page.getByRole('dialog', { name: 'Help' }).getByRole('button', { name: 'Label', exact: true }).click()
    await page.getByRole('region', { name: 'Label', exact: true }).getByText(FREE, { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Help' }).waitFor({ state: 'detached' })
  })

  it('keeps a changed key when the page is loaded again', async () => {
    await page.reload()
    await page.getByRole('application', { name: 'Image smear_1.png' }).waitFor()
    await page.keyboard.press('s')
    await page.keyboard.press(FREE)
    await expect.poll(() => tool('Draw boxes').getAttribute('aria-pressed'), WAIT).toBe('true')
  })

  it('goes through the four places and folds its panels by key', async () => {
    for (const [key, name] of [
      ['2', 'Train'],
      ['3', 'Review'],
      ['4', 'Count'],
      ['1', 'Label'],
    ] as const) {
      await page.keyboard.press(`Control+${key}`)
      await page.getByRole('main', { name }).waitFor()
    }
    const left = page.getByRole('complementary', { name: 'Left panel' })
    const right = page.getByRole('complementary', { name: 'Right panel' })
    await page.keyboard.press('F7')
    await left.waitFor({ state: 'detached' })
    await page.keyboard.press('F8')
    await right.waitFor({ state: 'detached' })
    await page.keyboard.press('F11')
    await left.waitFor()
    await right.waitFor()
  })

  it('offers its commands in the menu, which the window carries out', async () => {
    await session.app.evaluate(({ Menu }) => {
      const view = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'View')
      view?.submenu?.items.find(({ label }) => label === 'Keys')?.click()
    })
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' })
  })

  it('never covers the page with more than it shows: nothing scrolls sideways at the smallest size', async () => {
    await session.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(960, 600)
    })
    await expect.poll(() => page.evaluate(() => innerWidth), WAIT).toBe(960)
    expect(await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight])).toEqual([960, 600])
    await shoot(session, 'smallest')
  })
})
