import { type Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RegionRecord } from '#shared/records/region.ts'
import { ask, objectsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeVoc, type Home } from './home.ts'
import { givenProject, openImage, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }

describe('Regions of interest in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeEach(async () => {
    home = makeHome()
    session = await startApp(home)
    page = session.page
  })
  afterEach(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  const stored = async (): Promise<RegionRecord[]> => (await snapshot(page)).regions
  const names = async (): Promise<string[]> => (await stored()).map(({ name }) => name).sort()

  it('are drawn, named, said to be fully labelled, deleted and undone, and leave the objects in them alone', async () => {
    const files = await writeVoc(home.images, 2, { density: 0.3 })
    await givenProject(session, home, 'Smears', [home.images])
    await openImage(page, files[0]!)
    const canvas = new Canvas(page, files[0]!)
    const objects = await objectsOn(page, files[0]!.name)
    const panel = page.getByRole('region', { name: 'Regions', exact: true })
    await panel.getByText(/^Mark parts of the image to count in them/).waitFor()
    await shoot(session, 'regions-empty')

    await page.keyboard.press('Shift+P')
    await canvas.drag({ x: 20, y: 20 }, { x: 210, y: 190 }, () => shoot(session, 'regions-drawing'))
    await expect.poll(names, WAIT).toEqual(['Region 1'])
    for (const [x, y] of [[220, 30], [300, 40], [310, 200], [225, 180]] as const) await canvas.click({ x, y }) // prettier-ignore
    await shoot(session, 'regions-polygon')
    await page.keyboard.press('Enter')
    await expect.poll(names, WAIT).toEqual(['Region 1', 'Region 2'])
    const [box, outline] = (await stored()).sort((a, b) => (a.name < b.name ? -1 : 1))
    expect(box).toMatchObject({ fullyLabelled: false, shape: { type: 'box', x: 20, y: 20, width: 190, height: 170 } })
    expect(outline?.shape.type).toBe('polygon')
    expect(await objectsOn(page, files[0]!.name)).toEqual(objects)
    await panel
      .getByRole('note')
      .getByText(/^Nothing of this image is learned from/)
      .waitFor()

    await panel.getByRole('textbox', { name: 'Name of Region 1' }).fill('Hot spot')
    await page.keyboard.press('Enter')
    await expect.poll(names, WAIT).toEqual(['Hot spot', 'Region 2'])
    const row = panel.getByRole('listitem', { name: 'Hot spot' })
    await row.getByRole('checkbox', { name: 'Fully labelled' }).check()
    await expect.poll(async () => (await stored()).find(({ name }) => name === 'Hot spot')?.fullyLabelled, WAIT).toBe(true)
    const within = files[0]!.objects.filter(({ box: { x, y, width, height } }) => {
      const [cx, cy] = [x + width / 2, y + height / 2]
      return cx >= 20 && cx < 210 && cy >= 20 && cy < 190
    }).length
    expect(within).toBeGreaterThan(1)
    await row.getByText(`32,300 px², ${String(within)} object${within === 1 ? '' : 's'}`).waitFor()
    await shoot(session, 'regions')

    // A click inside of a region selects the object there: the frame takes nothing.
    await page.keyboard.press('s')
    const first = files[0]!.objects[0]!.box
    await canvas.click({ x: first.x + first.width / 2, y: first.y + first.height / 2 })
    await page.getByRole('region', { name: 'Object', exact: true }).waitFor()

    await panel.getByRole('button', { name: 'Delete Region 2' }).click()
    await expect.poll(names, WAIT).toEqual(['Hot spot'])
    await page.locator('[data-canvas]').focus()
    for (const left of [['Hot spot', 'Region 2'], ['Hot spot', 'Region 2'], ['Region 1', 'Region 2'], ['Region 1'], []]) {
      await page.keyboard.press('Control+z')
      await expect.poll(names, WAIT).toEqual(left)
    }
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(names, WAIT).toEqual(['Region 1'])
    await openImage(page, files[1]!)
    await panel.getByText(/^Mark parts of the image to count in them/).waitFor()
  })

  it('are moved and reshaped by their button or a click on their line, and undone', async () => {
    const files = await writeVoc(home.images, 1, { density: 0.3 })
    await givenProject(session, home, 'Smears', [home.images])
    await openImage(page, files[0]!)
    const canvas = new Canvas(page, files[0]!)
    const objects = await objectsOn(page, files[0]!.name)
    const [image] = (await snapshot(page)).images
    await ask(page, 'project', 'edit', { label: 'Begin', put: { images: [{ ...image, state: 'in-work' }] }, remove: {} })
    await page.keyboard.press('Shift+P')
    for (const [x, y] of [[60, 60], [200, 60], [200, 160]] as const) await canvas.click({ x, y }) // prettier-ignore
    await page.keyboard.press('Enter')
    await expect.poll(names, WAIT).toEqual(['Region 1'])
    /** Corners of the region, to the nearest five pixels. */
    const corners = async (): Promise<number[]> => {
      const [{ shape }] = (await stored()) as [RegionRecord]
      return shape.type === 'polygon' ? shape.rings[0]!.map((value) => 5 * Math.round(value / 5)) : []
    }
    const panel = page.getByRole('region', { name: 'Regions', exact: true })
    await panel.getByRole('button', { name: 'Reshape Region 1' }).click()
    const note = page.getByRole('status', { name: 'Region', exact: true })
    await note.getByText(/^Drag the region, its corners or its sides/).waitFor()
    await canvas.drag({ x: 60, y: 60 }, { x: 40, y: 90 }, () => shoot(session, 'regions-reshaping'))
    await expect.poll(corners, WAIT).toEqual([40, 90, 200, 60, 200, 160])
    await canvas.drag({ x: 200, y: 110 }, { x: 250, y: 110 })
    await expect.poll(corners, WAIT).toEqual([40, 90, 200, 60, 250, 110, 200, 160])
    await canvas.drag({ x: 190, y: 100 }, { x: 200, y: 110 })
    await expect.poll(corners, WAIT).toEqual([50, 100, 210, 70, 260, 120, 210, 170])
    await canvas.move({ x: 260, y: 120 })
    await shoot(session, 'regions-reshaped')
    await ask(page, 'app', 'setPreferences', { theme: 'light' })
    await page.keyboard.press('Delete')
    await expect.poll(corners, WAIT).toEqual([50, 100, 210, 70, 210, 170])
    await page.keyboard.press('Escape')
    await note.waitFor({ state: 'detached' })
    // Its line takes a click where no object is under it.
    const free = [0.2, 0.35, 0.5, 0.65, 0.8]
      .map((way) => ({ x: 50 + way * 160, y: 100 - way * 30 }))
      .find(({ x, y }) => files[0]!.objects.every(({ box }) => x < box.x - 9 || y < box.y - 9 || x > box.x + box.width + 9 || y > box.y + box.height + 9)) // prettier-ignore
    await canvas.click(free!)
    await note.waitFor()
    await page.keyboard.press('Enter')
    await note.waitFor({ state: 'detached' })
    expect((await snapshot(page)).images[0]?.state).toBe('in-work')
    for (const left of [
      [50, 100, 210, 70, 260, 120, 210, 170],
      [40, 90, 200, 60, 250, 110, 200, 160],
      [40, 90, 200, 60, 200, 160],
      [60, 60, 200, 60, 200, 160],
    ]) {
      await page.keyboard.press('Control+z')
      await expect.poll(corners, WAIT).toEqual(left)
    }
    expect(await objectsOn(page, files[0]!.name)).toEqual(objects)
  })

  it('are counted one by one, and told before a training', async () => {
    const files = await writeVoc(home.images, 2, { density: 0.3 })
    await givenProject(session, home, 'Smears', [home.images])
    const { images } = await snapshot(page)
    const at = new Date().toISOString()
    const region = (number: number, name: string, shape: RegionRecord['shape'], fullyLabelled: boolean): unknown => ({
      ...{ id: `region-${String(number)}`, imageId: images.find((image) => image.name === files[0]!.name)?.id, shape, name, fullyLabelled },
      ...{ author: 'Ada', createdAt: at, updatedAt: at },
    })
    const regions = [
      region(1, 'Left', { type: 'box', x: 0, y: 0, width: 160, height: 240 }, true),
      region(2, 'Middle', { type: 'ellipse', cx: 160, cy: 120, width: 200, height: 160, angle: 0 }, false),
    ]
    await ask(page, 'project', 'edit', { label: 'Draw', put: { regions }, remove: {} })
    await page.keyboard.press('Control+4')
    await page.getByRole('radiogroup', { name: 'One row for each' }).getByText('By region').click()
    const table = page.getByRole('table', { name: 'Counts by region' })
    await table.getByRole('row', { name: /Left ✓/ }).waitFor()
    await expect.poll(() => table.getByRole('row').count(), WAIT).toBe(1 + 2 + 1 + 1)
    await shoot(session, 'regions-count')
    const left = files[0]!.objects.filter(({ box: { x, width } }) => x + width / 2 < 160).length
    expect(
      await table
        .getByRole('row', { name: /Left ✓/ })
        .getByRole('cell')
        .last()
        .textContent(),
    ).toBe(String(left))
    const order = async (): Promise<(string | null)[]> =>
      Promise.all((await table.getByRole('row').all()).slice(1).map((row) => row.getByRole('cell').nth(1).textContent()))
    for (const [column, first] of [
      ['Area', 'Left ✓'],
      ['Area', 'In no region'],
      ['Region', 'In no region'],
      ['Region', 'Middle'],
    ] as const) {
      await table.getByRole('button', { name: `Sort by ${column}`, exact: true }).click()
      await expect.poll(async () => (await order())[0], WAIT).toBe(first)
    }
    await page.getByRole('button', { name: 'Copy table' }).click()
    await page.getByText('Copied 4 rows').waitFor()
    const copied = (await session.app.evaluate(({ clipboard }) => clipboard.readText())).split('\n').map((line) => line.split('\t'))
    expect(copied[0]?.slice(0, 4)).toEqual(['image', 'region', 'area px²', 'area mm²'])
    expect(copied.slice(1, 5).map((cells) => cells[1])).toEqual(
      (await order()).map((name) => name?.replace(' ✓', '').replace('In no region', '')),
    )
    expect(copied.find((cells) => cells[1] === 'Left')?.[2]).toBe('38400')
    await page.keyboard.press('Control+2')
    await page.getByText('Fully labelled regions', { exact: true }).waitFor()
    await page.getByText('38,400 px²').waitFor()
    await shoot(session, 'regions-train')
  })
})
