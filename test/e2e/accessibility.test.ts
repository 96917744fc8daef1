import { readFileSync } from 'node:fs'
import { type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Preferences } from '#shared/contracts/app.ts'
import { ask, snapshot } from './ask.ts'
import { faultsIn } from './axe.ts'
import { projectWithRun } from './given-run.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { command, openImage, projectFolder, shoot, startApp, type Session } from './session.ts'

/** The texts of a language by their English ones. */
const textsOf = (language = 'en'): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(new URL(`../../src/shared/i18n/locales/${language}.json`, import.meta.url), 'utf8')) as Record<string, string>

describe.each(['dark', 'light'] as const)('the window, %s, by the rules of WCAG 2.2 AA', (theme) => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 2, { width: 640, height: 480 })
    const [first] = files
    const box = (i: number): readonly [number, number, number, number] => [40 + 90 * i, 60, 60, 60]
    await projectWithRun(projectFolder(home, 'Seen'), files, [
      { image: first!.name, className: 'RBC', score: 0.9, box: box(0) },
      { image: first!.name, className: 'WBC', score: 0.6, box: box(1) },
      { image: first!.name, className: 'Platelets', score: 0.4, box: box(2) },
    ])
    session = await startApp(home)
    page = session.page
    await ask(page, 'app', 'setPreferences', { theme })
    await page.reload()
    await page.getByRole('main', { name: 'Start' }).waitFor()
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const place = async (name: string): Promise<void> => {
    await page.getByRole('navigation').getByText(name, { exact: true }).click()
    await page.getByRole('main', { name }).waitFor()
  }

  it('the start', async () => {
    expect(await faultsIn(page)).toEqual([])
  })

  it('Label, with an image and an object', async () => {
    await ask(page, 'project', 'open', { folder: projectFolder(home, 'Seen') })
    await page.reload()
    await openImage(page, files[0]!)
    expect(await faultsIn(page)).toEqual([])
  })

  it('Label, with a filter on, the count grid, and a region that is reshaped', async () => {
    await page.locator('[data-canvas]').focus()
    await page.keyboard.press('Shift+F')
    await page.keyboard.press('Shift+G')
    const filter = page.getByRole('region', { name: 'Filter', exact: true })
    await filter.getByRole('textbox', { name: 'Score of predictions, from' }).fill('0.7')
    await page.getByText('1 of 2 objects shown').first().waitFor()
    const { images } = await snapshot(page)
    const imageId = images.find(({ name }) => name === files[0]!.name)?.id
    const shape = { type: 'box', x: 300, y: 200, width: 100, height: 80 } as const
    const now = new Date().toISOString()
    const region = { id: 'region-1', imageId, shape, name: 'Spot', fullyLabelled: false, author: '', createdAt: now, updatedAt: now }
    await ask(page, 'project', 'edit', { label: 'Draw', put: { regions: [region] }, remove: {} })
    await page.getByRole('button', { name: 'Reshape Spot' }).click()
    await page.getByText('Drag the region or its handles').waitFor()
    expect(await faultsIn(page)).toEqual([])
    await page.locator('[data-canvas]').focus()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Shift+G')
    await filter.getByRole('button', { name: 'Clear' }).click()
    await page.keyboard.press('Control+z')
  })

  it.each(['Train', 'Review', 'Count'])('%s', async (name) => {
    await place(name)
    expect(await faultsIn(page)).toEqual([])
  })

  /** Looks at Review and Count as they are with other preferences; main is found by its name in that language. */
  const faultsWith = async (preferences: Partial<Preferences>): Promise<string[]> => {
    // Another language loads the page anew by itself, in the middle of the answer.
    await ask(page, 'app', 'setPreferences', preferences).catch(() => undefined)
    if (preferences.language === undefined) await page.reload()
    await page
      .locator(`html[lang="${preferences.language ?? 'en'}"] main`)
      .first()
      .waitFor()
    const faults: string[] = []
    for (const [key, name] of [
      ['Control+3', 'Review'],
      ['Control+4', 'Count'],
    ] as const) {
      await page.keyboard.press(key)
      await page.getByRole('main', { name: textsOf(preferences.language)[name] ?? name, exact: true }).waitFor()
      faults.push(...(await faultsIn(page)).map((fault) => `${name}: ${fault}`))
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
      if (scrollWidth > clientWidth) faults.push(`${name}: the page is wider than the window`)
      await shoot(session, `accessible-${theme}-${name}-${preferences.language ?? String(preferences.textSize)}`)
    }
    return faults
  }

  it.each([80, 150, 200])('Review and Count, with text at %i per cent', async (textSize) => {
    expect(await faultsWith({ textSize })).toEqual([])
    await ask(page, 'app', 'setPreferences', { textSize: 100 })
  })

  it.each(['cs', 'ru', 'ja'] as const)('Review and Count in %s', async (language) => {
    expect(await faultsWith({ language })).toEqual([])
  })

  it('Review and Count in English again', async () => {
    expect(await faultsWith({ language: 'en' })).toEqual([])
  })

  it.each([
    ['Preferences', 'Control+,'],
    ['the help', 'F1'],
    ['the keys', 'Shift+F1'],
    ['the commands', 'Control+l'],
  ])('%s', async (_, key) => {
    await page.keyboard.press(key)
    await page.getByRole('dialog').waitFor()
    expect(await faultsIn(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it.each([
    'Library of models',
    'Slide, patient, group…',
    'Set pixel size…',
    'Split images into training, validation and test',
    'Workflow of the project',
    'Export annotations or predictions',
    'New project',
  ])('the dialog of “%s”', async (title) => {
    await command(page, title)
    await page.getByRole('dialog').waitFor()
    expect(await faultsIn(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('the tools that the bar has no room for', async () => {
    await place('Label')
    await page.locator('[data-canvas]').focus()
    await page.keyboard.press('Shift+A')
    await page.getByRole('menu', { name: 'More tools' }).waitFor()
    // A menu of Mantine begins with an element of no role, which has the focus until an arrow key moves it.
    expect(await faultsIn(page, 'aria-required-children')).toEqual([])
    await page.keyboard.press('Escape')
  })

  it('Label, with text half as large again', async () => {
    await place('Label')
    await ask(page, 'app', 'setPreferences', { textSize: 150 })
    await page.reload()
    await openImage(page, files[0]!)
    // The content is as wide as before on the screen, so it has two thirds of the page's pixels.
    expect(await page.evaluate(() => innerWidth)).toBe(Math.round(1280 / 1.5))
    // What has scrolled under the panel's foot is told as a target without room.
    const slider = page.getByRole('slider').first()
    await slider.evaluate((element) => {
      element.scrollIntoView({ block: 'center' })
    })
    expect(await faultsIn(page)).toEqual([])
  })
})
