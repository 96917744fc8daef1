import { appendFileSync } from 'node:fs'
import { type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { heard } from '#shared/i18n/heard.ts'
import { type Language } from '#shared/i18n/languages.ts'
import { say } from '#shared/i18n/say.ts'
import { inLanguage, setLanguage, t } from '#shared/i18n/translate.ts'
import { ask, snapshot } from './ask.ts'
import { projectWithRun } from './given-run.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { command, projectFolder, shoot, startApp, type Session } from './session.ts'

/** A class of the project and who made it, and what stands on a key. */
const GIVEN = new Set(['Platelets', 'Test', 'Delete'])

/** What a person sees or a screen reader says in the window: texts and names of controls. */
function shownTexts(): string[] {
  const found = new Set<string>()
  const isSeen = (element: Element | null): boolean => element?.checkVisibility({ visibilityProperty: true }) === true
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let node: Node | null = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Element) {
      if (!isSeen(node)) continue
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.add(node.getAttribute(name) ?? '')
    } else if (isSeen(node.parentElement)) found.add(node.textContent ?? '')
  }
  return [...found].map((text) => text.trim()).filter((text) => /\p{L}{2}/u.test(text))
}

/** Buttons whose words do not fit into them. */
const cutButtons = (): string[] =>
  [...document.querySelectorAll('button .mantine-Button-label')]
    .filter((label) => label.checkVisibility() && label.scrollWidth > label.clientWidth + 1)
    .map((label) => label.textContent)

describe('the window in Czech, Russian and Japanese', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session
  let page: Page

  beforeAll(async () => {
    setLanguage('cs')
    home = makeHome()
    files = await writeSmears(home.images, 2, { width: 640, height: 480 })
    const [first] = files
    await projectWithRun(projectFolder(home, 'Slova'), files, [
      { image: first!.name, className: 'RBC', score: 0.9, box: [40, 60, 60, 60] },
      { image: first!.name, className: 'WBC', score: 0.5, box: [140, 60, 60, 60] },
    ])
    session = await startApp(home, projectFolder(home, 'Slova'))
    page = session.page
    await speak('cs')
  })
  afterAll(async () => {
    setLanguage('en')
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const speak = async (language: Language): Promise<void> => {
    setLanguage(language)
    // It loads the page anew, in the middle of the answer.
    await ask(page, 'app', 'setPreferences', { language }).catch(() => undefined)
    await page.locator(`html[lang="${language}"] main`).first().waitFor()
  }
  /** English sentences of ours that stand in the window: each has one in its language. */
  const leaks = async (): Promise<string[]> => {
    const texts = await page.evaluate(shownTexts)
    expect(texts.length).toBeGreaterThan(5)
    // For whoever wants to read all of them.
    const log = process.env['SLIDEWRIGHT_WORDS']
    if (log !== undefined) appendFileSync(log, texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
    return texts.filter((text) => !GIVEN.has(text) && heard(text) !== text)
  }

  it('knows an English sentence when it sees one', async () => {
    expect(inLanguage('en')('Next image')).toBe('Next image')
    await page.evaluate(() => {
      const leak = document.createElement('p')
      leak.id = 'leak'
      leak.append('Next image')
      document.body.append(leak)
    })
    expect(await leaks()).toContain('Next image')
    await page.evaluate(() => document.getElementById('leak')?.remove())
  })

  it('says nothing in English in Label, nor when an edit is undone', async () => {
    await page.getByRole('option', { name: files[0]!.name, exact: true }).click()
    await page.locator('[data-canvas]').waitFor()
    expect(await leaks()).toEqual([])
    const { images } = await snapshot(page)
    const imageId = images.find(({ name }) => name === files[0]!.name)?.id
    const shape = { type: 'box', x: 300, y: 200, width: 100, height: 80 } as const
    const now = new Date().toISOString()
    const region = { id: 'region-1', imageId, shape, name: 'A', fullyLabelled: false, author: '', createdAt: now, updatedAt: now }
    await ask(page, 'project', 'edit', { label: say('Draw region'), put: { regions: [region] }, remove: {} })
    await page.locator('[data-canvas]').focus()
    await page.keyboard.press('Control+z')
    await page.getByText('Vráceno zpět: Nakreslit oblast').first().waitFor()
    expect(await leaks()).toEqual([])
    await shoot(session, 'words-label')
  })

  it.each([
    ['Train', 'Control+2'],
    ['Review', 'Control+3'],
    ['Count', 'Control+4'],
  ])('says nothing in English in %s', async (name, key) => {
    await page.keyboard.press(key)
    await page.getByRole('main', { name: t(name), exact: true }).waitFor()
    await page.waitForTimeout(1500)
    expect(await leaks()).toEqual([])
    await shoot(session, `words-${name}`)
  })

  it.each([
    ['the keys', 'Shift+F1'],
    ['Help', 'F1'],
    ['Preferences', 'Control+,'],
    ['a new project', 'Control+n'],
    ['the list of commands', 'Control+l'],
  ])('says nothing in English in %s', async (name, key) => {
    await page.keyboard.press(key)
    await page.getByRole('dialog').waitFor()
    await page.waitForTimeout(300)
    expect(await leaks()).toEqual([])
    await shoot(session, `words-${name}`)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it.each(['Workflow of the project', 'Library of models', 'Set pixel size…', 'Export annotations or predictions', 'About Slidewright'])(
    'says nothing in English in the dialog of the command %s',
    async (title) => {
      await page.keyboard.press('Control+1')
      await command(page, title)
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(500)
      expect(await leaks()).toEqual([])
      await shoot(session, `words-${title}`)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    },
  )

  // The same window in other languages: a start of the app for each would take longer than all of this.
  it.each(['ru', 'ja'] as const)('says nothing in English in its rooms and dialogs in %s, and no button is cut', async (language) => {
    await speak(language)
    for (const [name, key] of [
      ['Train', 'Control+2'],
      ['Review', 'Control+3'],
      ['Count', 'Control+4'],
      ['Label', 'Control+1'],
    ] as const) {
      // prettier-ignore
      await page.keyboard.press(key)
      await page.getByRole('main', { name: t(name), exact: true }).waitFor()
      await page.waitForTimeout(500)
      expect(await leaks()).toEqual([])
      expect(await page.evaluate(cutButtons)).toEqual([])
      await shoot(session, `words-${language}-${name}`)
    }
    for (const [name, key] of [
      ['Help', 'F1'],
      ['Preferences', 'Control+,'],
      ['a new project', 'Control+n'],
    ] as const) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(200)
      expect(await leaks()).toEqual([])
      expect(await page.evaluate(cutButtons)).toEqual([])
      await shoot(session, `words-${language}-${name}`)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    for (const title of ['Workflow of the project', 'Library of models', 'Set pixel size…', 'Export annotations or predictions']) {
      await command(page, title)
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(300)
      expect(await leaks()).toEqual([])
      expect(await page.evaluate(cutButtons)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  })
})
