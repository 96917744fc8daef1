import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { omeXml, stackPage, writeStack } from '../imaging/stack-tiff.ts'
import { Canvas } from './canvas.ts'
import { makeHome, type Home } from './home.ts'
import { givenProject, openImage, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }
const SIZE = { width: 600, height: 400 }
const GREY = { name: 'grey.tif', ...SIZE }
const NEXT = 'stack_2.tif'
const STACK = { name: 'stack.tif', ...SIZE }

describe('channels and ranges of numbers in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    // From left to right 1000 to 2999; in the second file the first channel to the right, the second downwards.
    const ramp = stackPage(SIZE.width, SIZE.height, (x) => 1000 + Math.floor((x * 2000) / SIZE.width))
    writeStack(path.join(home.images, GREY.name), [ramp], '')
    const down = stackPage(SIZE.width, SIZE.height, (_, y) => Math.floor((y * 4096) / SIZE.height))
    const channels = [
      { name: 'DAPI', color: 0x0000ffff },
      { name: 'FITC', color: 0x00ff00ff },
    ]
    writeStack(path.join(home.images, STACK.name), [ramp, down], omeXml(channels))
    const up = stackPage(SIZE.width, SIZE.height, (_, y) => 4095 - Math.floor((y * 4096) / SIZE.height))
    writeStack(path.join(home.images, NEXT), [ramp, up], omeXml(channels))
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Channels', [home.images])
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const panel = (): ReturnType<Page['locator']> => page.getByRole('group', { name: 'Channels' })
  const row = (name: string): ReturnType<Page['locator']> => panel().getByRole('group', { name, exact: true })

  /** Red, green, blue on the screen at a place of the image, right of the panel. */
  async function at(x: number, y: number): Promise<number[]> {
    const { x: left, y: top } = await new Canvas(page, SIZE).at({ x, y })
    const clip = { x: Math.round(left), y: Math.round(top), width: 1, height: 1 }
    return [
      ...(await sharp(await page.screenshot({ clip, animations: 'disabled' }))
        .removeAlpha()
        .raw()
        .toBuffer()),
    ]
  }
  const greyAt = async (x: number): Promise<number> => (await at(x, 380))[0]!

  it('shows a 16-bit grey image between the numbers that are set', async () => {
    await openImage(page, GREY)
    await page.getByRole('button', { name: /^Brightness, contrast, stains, labels/ }).click()
    await expect.poll(() => greyAt(450), WAIT).toBeGreaterThan(180)
    const before = await greyAt(450)
    await panel().getByRole('switch', { name: 'Own range of numbers' }).click()
    // The automatic range is the one by which it was shown.
    await row('Grey').waitFor()
    await expect.poll(async () => Math.abs((await greyAt(450)) - before), WAIT).toBeLessThanOrEqual(1)
    await row('Grey').getByText('1,00').waitFor()
    const brightest = row('Grey').getByRole('slider', { name: 'Brightest number of Grey' })
    const thumb = (await brightest.boundingBox())!
    await page.mouse.move(thumb.x + thumb.width / 2, thumb.y + thumb.height / 2)
    await page.mouse.down()
    await page.mouse.move(thumb.x + 300, thumb.y + thumb.height / 2, { steps: 5 })
    await page.mouse.up()
    // To 4095: 2500 lies at (2500 - 1000) / 3095.
    await expect.poll(() => greyAt(450), WAIT).toBeLessThan(130)
    expect(Math.abs((await greyAt(450)) - (255 * 1500) / 3095)).toBeLessThanOrEqual(3)
    expect(await page.getByRole('button', { name: /^Brightness, contrast/ }).getAttribute('aria-label')).toContain('not those of the file')
    await shoot(session, 'channels-grey')
    await row('Grey').getByRole('button', { name: 'Auto' }).click()
    await expect.poll(async () => Math.abs((await greyAt(450)) - before), WAIT).toBeLessThanOrEqual(1)
  })

  it('shows the channels of an OME-TIFF in their colours, on and off, and goes back', async () => {
    await openImage(page, STACK)
    await expect.poll(() => panel().getByRole('switch').isChecked(), WAIT).toBe(false)
    await expect.poll(async () => new Set(await at(450, 380)).size, WAIT).toBe(1)
    await panel().getByRole('switch', { name: 'Channels one by one' }).click()
    await row('FITC').waitFor()
    await expect.poll(() => at(450, 380), WAIT).toSatisfy(([red, green, blue]: number[]) => red === 0 && green! > 230 && blue! > 180)
    const [, low] = await at(450, 100)
    expect(low).toBeLessThan(90)
    await shoot(session, 'channels-stack')
    await row('FITC').getByRole('checkbox', { name: 'FITC' }).click()
    await expect.poll(() => at(450, 380), WAIT).toSatisfy(([red, green, blue]: number[]) => red === 0 && green === 0 && blue! > 180)
    await panel().getByText('first channel alone').waitFor()
    await page.getByRole('group', { name: 'View', exact: true }).getByRole('button', { name: 'Reset' }).click()
    await expect.poll(async () => new Set(await at(450, 380)).size, WAIT).toBe(1)
    expect(session.faults).toEqual([])
  })

  it('shows the image beside by the same channels, as they are set, where it has them', async () => {
    const openBeside = async (name: string): Promise<void> => {
      await page.getByRole('option', { name, exact: true }).click({ button: 'right' })
      await page.getByRole('menuitem', { name: 'Open beside' }).click()
      await page.getByRole('img', { name: `Beside: ${name}` }).waitFor()
    }
    /** Red, green, blue of the image beside, so many pixels below its middle. */
    const beside = (below: number): Promise<number[]> =>
      page.locator('canvas[data-layer=beside]').evaluate((element, dy) => {
        const canvas = element as HTMLCanvasElement
        const { data } = canvas.getContext('2d')!.getImageData(canvas.width / 2, canvas.height / 2 + dy, 1, 1)
        return [...data].slice(0, 3)
      }, below)
    const isGrey = ([red, green, blue]: number[]): boolean => red! > 60 && red === green && green === blue
    await openBeside(NEXT)
    await expect.poll(() => beside(0), WAIT).toSatisfy(isGrey)
    await panel().getByRole('switch', { name: 'Channels one by one' }).click()
    // As it was left: FITC is off.
    await expect.poll(() => beside(60), WAIT).toSatisfy(([red, green, blue]: number[]) => red === 0 && green === 0 && blue! > 90)
    await row('FITC').getByRole('checkbox', { name: 'FITC' }).click()
    // What grows downwards in the one grows upwards in the other.
    await expect.poll(async () => (await beside(-60))[1]! - (await beside(60))[1]!, WAIT).toBeGreaterThan(40)
    await shoot(session, 'channels-beside')
    // Its one channel is another: shown as it was set for itself.
    await openBeside(GREY.name)
    await expect.poll(() => beside(0), WAIT).toSatisfy(isGrey)
    await page.keyboard.press('Shift+V')
    expect(session.faults).toEqual([])
  })
})
