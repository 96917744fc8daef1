import { type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, type Home } from './home.ts'
import { openImage, shoot, startApp, type Session } from './session.ts'

describe('the guide through the loop', () => {
  let home: Home
  let session: Session
  let page: Page
  const card = () => page.getByRole('region', { name: 'Guide' })
  const title = (name: string) => card().getByRole('status').getByText(name, { exact: true })

  beforeAll(async () => {
    home = makeHome()
    session = await startApp(home)
    page = session.page
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  it('begins with the sample, and goes on by itself when a step is done', async () => {
    await page.getByRole('button', { name: 'Open the sample' }).click()
    await title('Open an image').waitFor({ timeout: 60_000 })
    const image = { name: 'smear_013.png', width: 640, height: 480 }
    await openImage(page, image)
    await title('Box the cells').waitFor()
    await shoot(session, 'guide-dark')
    await page.keyboard.press('r')
    const canvas = new Canvas(page, image)
    for (const x of [40, 200, 360]) await canvas.drag({ x, y: 60 }, { x: x + 60, y: 120 })
    await page.getByRole('button', { name: 'Done, next image' }).click()
    await title('Train a model').waitFor()
    await ask(page, 'app', 'setPreferences', { theme: 'light' })
    await page.keyboard.press('Control+2')
    await page.getByRole('main', { name: 'Train' }).waitFor()
    await shoot(session, 'guide-train')
  })

  it('can be skipped through, closed, and had again', async () => {
    for (const next of ['Let it predict', 'Review five objects', 'Count', 'That is the whole loop']) {
      await card().getByRole('button', { name: 'Skip this step' }).click()
      await title(next).waitFor()
    }
    await shoot(session, 'guide-through')
    await card().getByRole('button', { name: 'Close', exact: true }).click()
    await card().waitFor({ state: 'detached' })
    await page.keyboard.press('Control+l')
    await page.getByRole('textbox', { name: 'Find a command' }).fill('guide')
    await page.getByText('Guide through the loop').waitFor()
    await page.keyboard.press('Enter')
    await title('Open an image').waitFor()
    expect(session.faults).toEqual([])
  })
})
