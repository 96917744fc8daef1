import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, writeVoc, type Home } from './home.ts'
import { answerOpen, shoot, startApp, type Session } from './session.ts'

const WAIT = { timeout: 20_000 }

/** A picture of bands of colour, from the top down. */
async function bands(file: string, width: number, height: number, colors: readonly number[]): Promise<void> {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const color = colors[Math.floor((y * colors.length) / height)]!
    for (let x = 0; x < width; x++) data.set([color >> 16, (color >> 8) & 255, color & 255], 3 * (y * width + x))
  }
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
}

describe('Adding images and labels in the real window', () => {
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

  async function given(task: string, classes: readonly string[]): Promise<void> {
    await ask(page, 'project', 'create', { folder: path.join(home.projects, 'Taken'), task, classes })
    await page.reload()
    await page.getByRole('main', { name: 'Label' }).waitFor()
  }
  const dialog = () => page.getByRole('dialog', { name: 'Add images and labels' })
  const images = async () => (await snapshot(page)).images

  it('shows what was found, groups and problems before anything is written, then adds it as one step', async () => {
    await given('detection', ['RBC', 'WBC', 'Platelets'])
    const files = await writeVoc(home.images, 6, { density: 0.3 })
    writeFileSync(path.join(home.images, 'JPEGImages', 'letter.png'), 'Dear colleague,')
    await answerOpen(session, home.images)
    await page.getByRole('button', { name: 'Add a folder' }).click()
    const found = dialog().getByRole('region', { name: 'Found' })
    await found.getByText('Pascal VOC: 6 images').waitFor()
    await dialog().getByRole('list', { name: 'Classes found' }).getByText('Platelets').waitFor()
    expect(await dialog().getByRole('region', { name: 'Problems' }).textContent()).toContain('letter.png')
    await dialog().getByLabel('Group by file name').fill('^(smear_[1-3]|smear)')
    const groups = dialog().getByRole('status', { name: 'Groups' })
    await groups.getByText('4 groups').waitFor()
    await groups.getByText('smear_1.png → smear_1').waitFor()
    await shoot(session, 'import-found-dark')
    await dialog().getByLabel('Group by file name').fill('(')
    await dialog().getByText('is no regular expression').waitFor()
    expect(await dialog().getByRole('button', { name: /^Add/ }).isDisabled()).toBe(true)
    await dialog().getByLabel('Group by file name').fill('^(smear_[1-3]|smear)')
    await groups.waitFor()
    expect(await images()).toEqual([])
    await dialog().getByRole('button', { name: 'Add 6 images' }).press('Enter')
    await page.getByText(/^6 images and \d+ labels added$/).waitFor()
    await dialog().waitFor({ state: 'detached' })
    expect((await images()).map(({ name }) => name).sort()).toEqual(files.map(({ name }) => name))
    expect(new Set((await images()).map(({ group }) => group)).size).toBe(4)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(async () => (await images()).length, WAIT).toBe(0)
    // One key too many empties no project.
    await page.keyboard.press('Control+Shift+z')
    await expect.poll(async () => (await images()).length, WAIT).toBe(6)
    await page.keyboard.press('Control+z')
    await page.getByText('This would take 6 images out of the project again').waitFor()
    expect(await images()).toHaveLength(6)
    await shoot(session, 'undo-import')
    await page.getByRole('button', { name: 'Take them out' }).click()
    await expect.poll(async () => (await images()).length, WAIT).toBe(0)
  })

  it('says in short that nothing was found, and leads to the formats', async () => {
    await given('detection', ['RBC'])
    const folder = path.join(home.folder, 'notes')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'read me.md'), 'No image here.')
    await answerOpen(session, folder)
    await page.keyboard.press('Control+i')
    await dialog().getByRole('alert').getByText('No images were found in').first().waitFor()
    await dialog().getByText('your labels are as they were').waitFor()
    await shoot(session, 'import-nothing-found')
    await dialog().getByRole('button', { name: 'Formats that are read' }).click()
    await page.getByRole('dialog', { name: 'Help' }).getByText('JPEG, PNG, BMP, TIFF and WebP are read', { exact: false }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('asks what the colours of masks mean, and takes them as they were named', async () => {
    await given('segmentation', ['tumour'])
    for (const one of await writeSmears(home.images, 2))
      await bands(one.path.replace('.png', '_mask.png'), 320, 240, [0, 0xff0000, 0, 0x00c000])
    await answerOpen(session, home.images)
    await page.keyboard.press('Control+i')
    await dialog().getByRole('alert').getByText('2 colours that no class has').first().waitFor()
    await dialog().getByText('your labels are as they were').waitFor()
    await shoot(session, 'import-masks-asked')
    await dialog().getByLabel('Class of #ff0000').fill('tumour')
    await dialog().getByLabel('Class of #ff0000').press('Enter')
    await dialog().getByRole('region', { name: 'Found' }).getByText('Masks: 2 images, 2 labels').waitFor()
    await dialog().getByLabel('Class of #00c000').fill('a class with quite a long name, as pathologists give them to be exact about it')
    await dialog().getByLabel('Class of #00c000').press('Enter')
    await dialog().getByRole('region', { name: 'Found' }).getByText('2 images, 4 labels').waitFor()
    await shoot(session, 'import-masks-named')
    await dialog().getByRole('button', { name: 'Add 2 images' }).click()
    await page.getByText('2 images and 4 labels added').waitFor()
    expect((await snapshot(page)).classes).toHaveLength(2)
  })

  it('says that labels which come alone go to images that the project has, and takes them', async () => {
    await given('detection', ['RBC'])
    const files = await writeSmears(home.images, 2)
    await ask(page, 'project', 'import', { paths: [home.images], format: 'images' })
    const sheet = ['image,class,x,y,width,height', ...files.map(({ name }) => `${name},RBC,10,10,20,20`), 'other.png,RBC,1,1,5,5']
    const elsewhere = path.join(home.projects, 'edited.csv')
    writeFileSync(elsewhere, sheet.join('\n'))
    await answerOpen(session, elsewhere)
    await page.keyboard.press('Control+i')
    const found = dialog().getByRole('region', { name: 'Found' })
    await found.getByText('Table: 0 images, 2 labels').waitFor()
    await found.getByText(/^2 images that the project has already \(.*\) were found by their names/).waitFor()
    expect(await dialog().getByRole('region', { name: 'Problems' }).textContent()).toContain('there is no image other.png')
    await shoot(session, 'import-labels-alone')
    await dialog().getByRole('button', { name: 'Add 2 labels' }).click()
    await dialog().waitFor({ state: 'detached' })
    const { images: after } = await snapshot(page)
    expect(after.map(({ state }) => state)).toEqual(['done', 'done'])
  })

  it('takes measurements of a file along, shows those of the selected object, and says when its outline is another', async () => {
    await given('segmentation', ['cell'])
    const [file] = await writeSmears(home.images, 1)
    const corners = [[60, 60], [140, 60], [140, 130], [100, 150], [60, 130], [60, 60]] // prettier-ignore
    const measurements = { 'Area µm^2': 123.4567891, ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`Nucleus: Channel ${String(i + 1)} OD mean`, i / 7])), 'Nucleus: Area': null } // prettier-ignore
    const properties = { objectType: 'detection', classification: { name: 'cell' }, measurements }
    const feature = { type: 'Feature', geometry: { type: 'Polygon', coordinates: [corners] }, properties }
    writeFileSync(path.join(home.images, 'smear_1.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }))
    await answerOpen(session, home.images)
    await page.keyboard.press('Control+i')
    await dialog().getByText('1 object comes with measurements.').waitFor()
    await dialog().getByText('1 measurement without a number is left out').waitFor()
    await shoot(session, 'import-measurements')
    await dialog().getByRole('button', { name: /^Add/ }).click()
    await dialog().waitFor({ state: 'detached' })
    await page.getByRole('application', { name: '1 object' }).waitFor()
    await page.keyboard.press('m')
    await new Canvas(page, file!).click({ x: 100, y: 100 })
    const list = page.getByRole('region', { name: 'Measurements from the file' })
    await list.getByRole('button', { name: 'Measurements from the file 31' }).click()
    await list.getByRole('row', { name: 'Area µm^2 123.457' }).waitFor()
    await shoot(session, 'measurements')
    await list.getByRole('button', { name: 'Copy list' }).click()
    const copied = () => session.app.evaluate(({ clipboard }) => clipboard.readText())
    await expect.poll(async () => (await copied()).split('\n')[0], WAIT).toBe('Area µm^2\t123.4567891')
    await new Canvas(page, file!).click({ x: 100, y: 100 })
    await page.keyboard.press('ArrowRight')
    await list.getByText('Its outline was changed since').waitFor()
    await shoot(session, 'measurements-changed')
    const told = await ask<{ notes: string[] }>(page, 'project', 'previewExport', { what: 'annotations', format: 'geojson' })
    expect(told.notes).toContain('Measurements of 1 object are left out: its outline was changed since.')
    await page.keyboard.press('Control+z')
    await list.getByText('Its outline was changed since').waitFor({ state: 'detached' })
  })

  it('leaves nothing behind when it is given up', async () => {
    await given('detection', ['RBC'])
    await writeSmears(home.images, 2)
    await answerOpen(session, home.images)
    await page.keyboard.press('Control+i')
    await dialog().getByText('Images alone: 2 images').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    expect(await images()).toEqual([])
  })
})
