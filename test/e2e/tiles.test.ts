import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ImageLevels } from '#shared/contracts/image-details.ts'
import { ask, snapshot } from './ask.ts'
import { makeHome, type Home } from './home.ts'
import { givenProject, projectFolder, ROOT, startApp, type Session } from './session.ts'

const SLIDE = path.join(ROOT, '../shared/data/wsi/aperio/tcga-cr-7395-01a-01-ts1.svs')

/** Width and height of a tile as the page gets it, or why it does not. */
const tile = (page: Page, address: string): Promise<string> =>
  page.evaluate(async (url) => {
    try {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob())
      return `${bitmap.width} x ${bitmap.height}`
    } catch (thrown) {
      return thrown instanceof Error ? thrown.name : 'failed'
    }
  }, address)

describe('tiles of large images, in the real window', () => {
  let home: Home
  let session: Session
  let page: Page

  beforeAll(async () => {
    home = makeHome()
    const create = { width: 8300, height: 700, channels: 3 as const, background: '#c080a0' }
    await sharp({ create }).png({ compressionLevel: 1 }).toFile(path.join(home.images, 'wide.png'))
    // The first by its name is opened, and so prepared, at once: not the one that is looked at.
    await sharp({ create: { ...create, width: 300, height: 200 } }).png().toFile(path.join(home.images, 'first.png')) // prettier-ignore
    session = await startApp(home)
    page = session.page
    await givenProject(session, home, 'Slides', [home.images, ...(existsSync(SLIDE) ? [SLIDE] : [])])
  })
  afterAll(async () => {
    await session.close()
    home.remove()
  })

  const imageNamed = async (name: string): Promise<string> => (await snapshot(page)).images.find((image) => image.name === name)!.id
  const levels = (imageId: string): Promise<ImageLevels> => ask<ImageLevels>(page, 'project', 'levels', { imageId })

  it('prepares a large flat image and then gives its tiles', async () => {
    const id = await imageNamed('wide.png')
    expect(await levels(id)).toEqual({ width: 8300, height: 700, tileSide: 512, levels: 6, share: 0 })
    await expect.poll(async () => (await levels(id)).share, { timeout: 60_000, interval: 300 }).toBe(1)
    expect(await tile(page, `slide://tile/${id}/0/3/0`)).toBe('512 x 512')
    expect(await tile(page, `slide://tile/${id}/0/16/1`)).toBe('108 x 188')
    expect(await tile(page, `slide://tile/${id}/5/0/0`)).toBe('260 x 22')
    for (const beyond of ['0/17/0', '6/0/0', '0/0/2']) expect(await tile(page, `slide://tile/${id}/${beyond}`)).toBe('TypeError')
    expect(await tile(page, `slide://tile/nobody/0/0/0`)).toBe('TypeError')
  })

  it.runIf(existsSync(SLIDE))('gives those of a slide at once, and makes none that the page gave up', async () => {
    const id = await imageNamed(path.basename(SLIDE))
    expect(await levels(id)).toEqual({ width: 4443, height: 3567, tileSide: 512, levels: 5, share: 1 })
    expect(await tile(page, `slide://tile/${id}/4/0/0`)).toBe('278 x 223')
    expect(await tile(page, `slide://tile/${id}/0/8/6`)).toBe('347 x 495')
    const ended = await page.evaluate(async (image) => {
      const gone = new AbortController()
      const asked = Array.from({ length: 48 }, (_, i) => fetch(`slide://tile/${image}/0/${String(i % 8)}/${String(i >> 3)}`, gone))
      // Those that were answered have a body that is still to come.
      await Promise.all(asked)
      gone.abort()
      return (await Promise.allSettled(asked.map(async (one) => (await one).blob()))).filter(({ status }) => status === 'rejected').length
    }, id)
    expect(ended).toBeGreaterThan(30)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const [folder] = readdirSync(path.join(projectFolder(home, 'Slides'), 'cache', 'tiles'))
    expect(readdirSync(path.join(projectFolder(home, 'Slides'), 'cache', 'tiles', folder!)).length).toBeLessThan(30)
    expect(await tile(page, `slide://tile/${id}/0/7/5`)).toBe('512 x 512')
  })
})
