import { type Page } from 'playwright-core'
import { type Point } from '#shared/geometry/point.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home } from './home.ts'
import { givenProject, openImage, shoot, startApp, type Session } from './session.ts'

const SIZE = { width: 640, height: 480 }
const WAIT = { timeout: 20_000 }

describe('fingers in the real window', () => {
  let home: Home
  let session: Session
  let page: Page
  let touch: (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly Point[]) => Promise<void>

  beforeAll(async () => {
    home = makeHome()
    const [file] = await writeSmears(home.images, 1, SIZE)
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Touch', [file!.path])
    await openImage(page, file!)
    const cdp = await page.context().newCDPSession(page)
    touch = async (type, points) => {
      await cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(({ x, y }, id) => ({ x, y, id })) })
    }
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const boxes = async (): Promise<string | null> => page.getByRole('region', { name: 'Classes' }).innerText()

  it('draw with one, and move and zoom with two, of which nothing of a box is left', async () => {
    await page.locator('[data-canvas]').hover()
    await page.keyboard.press('r')
    const canvas = new Canvas(page, SIZE)
    const [a, b] = [await canvas.at({ x: 100, y: 100 }), await canvas.at({ x: 180, y: 160 })]
    await touch('touchStart', [a])
    await touch('touchMove', [{ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }])
    await touch('touchMove', [b])
    await touch('touchEnd', [])
    await page.getByText(/all changes saved/).waitFor(WAIT)
    await expect.poll(boxes, WAIT).toMatch(/RBC\s+1\s/)

    const zoom = page.getByLabel('Zoom', { exact: true })
    const before = Number.parseInt((await zoom.textContent()) ?? '', 10)
    const at = await canvas.at({ x: 320, y: 240 })
    const apart = (by: number): Point[] => [
      { x: at.x - by, y: at.y },
      { x: at.x + by, y: at.y },
    ]
    await touch('touchStart', apart(40).slice(0, 1))
    await touch('touchMove', [{ x: at.x - 45, y: at.y + 5 }])
    await touch('touchStart', apart(40))
    for (const by of [50, 60, 70, 80]) await touch('touchMove', apart(by))
    await touch('touchEnd', [])
    const now = async (): Promise<number> => Number.parseInt((await zoom.textContent()) ?? '', 10)
    await expect.poll(async () => (await now()) / before, WAIT).toBeGreaterThan(1.7)
    expect((await now()) / before).toBeLessThan(2.3)
    await shoot(session, 'touch-zoomed')
    expect(await boxes()).toMatch(/RBC\s+1\s/)
    expect(session.faults).toEqual([])
  })
})
