import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Page } from 'playwright-core'
import { commandOf } from '#shared/commands.ts'
import { commandTitle } from '#shared/i18n/command-titles.ts'
import { LANGUAGE_NAMES, type Language } from '#shared/i18n/languages.ts'
import { inLanguage } from '#shared/i18n/translate.ts'
import { makeHome, writeSmears, type Home } from './home.ts'
import { givenProject, projectFolder, shoot, startApp, type Session } from './session.ts'

/** What the window says in each language: a place, tools of it, a text with a plural, the first item of the first menu. */
const SAID = {
  en: {
    place: 'Label',
    tools: 'Tools',
    box: 'Draw boxes',
    done: 'Done, next image',
    images: '2 images',
    menu: 'Project',
    item: 'New project',
  },
  cs: {
    ...{ place: 'Anotace', tools: 'Nástroje', box: 'Kreslit rámečky', done: 'Hotovo, další obrázek' },
    ...{ images: '2 obrázky', menu: 'Projekt', item: 'Nový projekt' },
  },
  ru: {
    ...{ place: 'Разметка', tools: 'Инструменты', box: 'Рисовать рамки', done: 'Готово, следующее' },
    ...{ images: '2 изображения', menu: 'Проект', item: 'Новый проект' },
  },
  ja: {
    ...{ place: 'アノテーション', tools: 'ツール', box: 'ボックスを描く', done: '完了して次の画像へ' },
    ...{ images: '画像2枚', menu: 'プロジェクト', item: '新規プロジェクト' },
  },
} as const satisfies Record<Language, unknown>

describe('the language of the window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    await writeSmears(home.images, 2)
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Words', [home.images])
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })
  afterEach(() => {
    expect(session.faults).toEqual([])
  })

  const isSaid = async (language: Language): Promise<void> => {
    const { place, tools, box, done, images, menu, item } = SAID[language]
    await page.getByRole('main', { name: place, exact: true }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe(language)
    await page.getByRole('toolbar', { name: tools }).getByRole('button', { name: box, exact: true }).waitFor()
    await page.getByRole('button', { name: done }).waitFor()
    await page.getByText(images, { exact: true }).waitFor()
    const shown = await session.app.evaluate(({ Menu }) => {
      const first = Menu.getApplicationMenu()?.items.find(({ role }) => role?.toLowerCase() !== 'appmenu')
      return [first?.label, first?.submenu?.items[0]?.label]
    })
    expect(shown).toEqual([menu, item])
  }
  /** By the key and by what does not depend on the language: who chose one that they can't read finds back. */
  const choose = async (language: Language): Promise<void> => {
    await page.keyboard.press('Control+,')
    await page.getByRole('dialog').getByRole('combobox').first().click()
    await page.getByRole('option', { name: LANGUAGE_NAMES[language], exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  it('is English where the system’s is none that there is', async () => {
    await isSaid('en')
  })

  it.each(['cs', 'ru', 'ja'] as const)('becomes %s at once, window and menu, with the project as it was', async (language) => {
    await choose(language)
    await isSaid(language)
    await shoot(session, `language-${language}`)
  })

  it.each([
    ['cs', 'mereni delka', 'tool.ruler'],
    ['ru', 'измерить', 'tool.ruler'],
    ['ja', 'けいそく', 'tool.ruler'],
  ] as const)('finds commands and help in %s by other words of that language: %s', async (language, words, id) => {
    await choose(language)
    await isSaid(language)
    const say = inLanguage(language)
    const ruler = commandTitle(commandOf(id)!, say)
    await page.keyboard.press('Control+l')
    const search = page.getByRole('textbox', { name: say('Find a command') })
    await search.fill(words)
    const list = page.getByRole('dialog').filter({ has: search })
    await list.getByText(ruler, { exact: true }).waitFor()
    // The ruler and what has to do with it, not the whole list.
    expect(await list.getByRole('button').count()).toBeGreaterThan(0)
    expect(await list.getByRole('button').count()).toBeLessThan(6)
    await shoot(session, `language-words-${language}`)
    await search.fill('zeppelin')
    await list.getByText(say('No such command')).waitFor()
    await page.keyboard.press('Escape')
    await search.waitFor({ state: 'detached' })

    await page.keyboard.press('F1')
    const help = page.getByRole('dialog')
    await help.getByRole('textbox', { name: say('Search the help') }).fill(words)
    await help.getByRole('button', { name: say('Add images'), exact: true }).waitFor()
    await help.getByRole('button', { name: say('Two readers'), exact: true }).waitFor({ state: 'detached' })
    await shoot(session, `language-help-${language}`)
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
  })

  it('stays over a start, finds commands by their English titles too, and goes back', async () => {
    await session.close()
    session = await startApp(home, projectFolder(home, 'Words'))
    page = session.page
    await isSaid('ja')
    await page.keyboard.press('Control+l')
    const search = page.getByRole('textbox', { name: 'コマンドを検索' })
    await search.fill('dark or')
    await page.getByText('ダーク／ライト').waitFor()
    await page.keyboard.press('Escape')
    await search.waitFor({ state: 'detached' })
    await choose('en')
    await isSaid('en')
  })

  it('is that of the system until one is chosen', async () => {
    await session.close()
    home.remove()
    home = makeHome()
    session = await startApp(home, '--lang=ru-RU')
    page = session.page
    expect(await page.locator('html').getAttribute('lang')).toBe('ru')
  })
})
