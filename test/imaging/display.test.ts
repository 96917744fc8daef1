import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { displayFile } from '../../src/imaging/display.ts'

const SLIDE = path.resolve('../shared/data/wsi/aperio/CMU-1-Small-Region.svs')
if (!existsSync(SLIDE)) console.log('skipped: no ../shared/data')

describe('the file that the window shows', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-display-'))
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const target = path.join(folder, 'shown.png')

  it('is the image itself where the page can show it', async () => {
    const file = path.join(folder, 'given.png')
    await sharp({ create: { width: 20, height: 10, channels: 3, background: '#c080a0' } })
      .png()
      .toFile(file)
    expect(await displayFile(file, target)).toBe(file)
    expect(existsSync(target)).toBe(false)
  })

  it.runIf(existsSync(SLIDE))('is a picture made of a slide, which no page can show', async () => {
    expect(await displayFile(SLIDE, target)).toBe(target)
    const { width, height, format } = await sharp(readFileSync(target)).metadata()
    expect({ width, height, format }).toEqual({ width: 2220, height: 2967, format: 'png' })
  })
})
