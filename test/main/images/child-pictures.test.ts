import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ChildPictures, type ChildPicturesOptions } from '../../../src/main/images/child-pictures.ts'
import { importImages } from '../../../src/main/images/import-images.ts'
import { picture, pictures as here, save, temporaryFolder } from './fixtures.ts'

const fileOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
const REAL = fileOf('../../../src/imaging/process.ts')
const DEADLY = fileOf('./deadly-pictures.ts')

function child(entry = REAL, options: ChildPicturesOptions = {}): ChildPictures {
  const pictures = new ChildPictures({ execPath: process.execPath, entry }, options)
  onTestFinished(() => pictures.stop())
  return pictures
}

/** A process that has ended but that nobody has asked about yet (a zombie) is gone too. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return true
  }
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && / Z /.test(readFileSync(stat, 'utf8').replace(/^.*\)/, ''))
}

async function untilGone(pid: number): Promise<void> {
  while (!isGone(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}

const box = { file: '', picture: { width: 96, height: 64 }, canvas: { width: 96, height: 80 } }
const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="16"><rect width="50" height="9" fill="#ff0000"/></svg>'

describe('pictures made by a child process', () => {
  it('are the same, byte for byte, as those made here', async () => {
    const root = temporaryFolder()
    const file = await save(path.join(root, 'a.tif'), picture(1, 300, 200).withMetadata({ orientation: 6 }))
    const pictures = child()
    expect(await pictures.header({ file })).toEqual(await here.header({ file }))
    expect(await pictures.look({ file })).toEqual(await here.look({ file }))
    const makers = { there: pictures, here }
    for (const [name, maker] of Object.entries(makers)) {
      const at = (picture: string): string => path.join(root, name, picture)
      const smear = await maker.smear({ seed: 3, width: 320, height: 240, target: at('smear.png') })
      expect(smear.objects.length).toBeGreaterThan(0)
      await maker.thumbnails({
        file,
        targets: [
          { target: at('large.webp'), side: 128 },
          { target: at('small.webp'), side: 32 },
        ],
      })
      expect(await maker.display({ file, target: at('shown.png') })).toEqual({ file: at('shown.png') })
      await maker.drawing({ svg, scale: 2, target: at('drawing.png') })
      await maker.overlay({ ...box, file, drawings: [{ svg, top: 64 }], target: at('overlay.png') })
    }
    const names = readdirSync(path.join(root, 'here'))
    expect(names.sort()).toEqual(['drawing.png', 'large.webp', 'overlay.png', 'shown.png', 'small.webp', 'smear.png'])
    for (const name of names)
      expect(readFileSync(path.join(root, 'there', name)), name).toEqual(readFileSync(path.join(root, 'here', name)))
  })

  it('starts with the first call, and a file that cannot be read does not end it', async () => {
    const root = temporaryFolder()
    const good = await save(path.join(root, 'good.png'), picture(1))
    const broken = path.join(root, 'broken.png')
    writeFileSync(broken, readFileSync(good).subarray(0, 60))
    const pictures = child()
    expect(pictures.pid).toBeUndefined()
    await pictures.header({ file: good })
    const { pid } = pictures
    const hint = expect.any(String) as string
    await expect(pictures.header({ file: broken })).rejects.toMatchObject({ code: expect.stringMatching(/^image-/) as string, hint })
    await expect(pictures.header({ file: path.join(root, 'gone.png') })).rejects.toMatchObject({ code: 'image-missing' })
    const targets = [{ target: path.join(root, 'no folder here', 't.webp'), side: 64 }]
    await expect(pictures.thumbnails({ file: broken, targets })).rejects.toMatchObject({
      message: expect.stringContaining('broken.png') as string,
    })
    await expect(pictures.drawing({ svg, scale: 1, target: path.join(root, 'none/d.png') })).rejects.toMatchObject({ code: 'no-folder' })
    expect(await pictures.header({ file: good })).toMatchObject({ width: 48 })
    expect(pictures.pid).toBe(pid)
  })

  it('goes on after the child was killed in the middle', async () => {
    const root = temporaryFolder()
    const files = await Promise.all([0, 1, 2, 3].map((i) => save(path.join(root, `${i}.tif`), picture(i, 900, 900))))
    const pictures = child()
    await pictures.header({ file: files[0]! })
    const pid = pictures.pid!
    const shown = files.map((file, i) => pictures.display({ file, target: path.join(root, `cache/${i}.png`) }))
    process.kill(pid, 'SIGKILL')
    expect((await Promise.all(shown)).map(({ file }) => path.basename(file))).toEqual(['0.png', '1.png', '2.png', '3.png'])
    expect(await pictures.header({ file: files[0]! })).toMatchObject({ width: 900 })
    expect(pictures.pid).not.toBe(pid)
  })

  it('lets the one picture that kills it fail, by name, and no other', async () => {
    const root = temporaryFolder()
    const names = ['a.png', 'deadly.png', 'b.png', 'deadly too.png', 'c.png', 'd.png']
    for (const [i, name] of names.entries()) await save(path.join(root, name), picture(i))
    const pictures = child(DEADLY)
    const outcomes = await Promise.allSettled(names.map((name) => pictures.header({ file: path.join(root, name) })))
    expect(names.filter((_, i) => outcomes[i]!.status === 'rejected')).toEqual(['deadly.png', 'deadly too.png'])
    expect(outcomes[1]).toMatchObject({
      reason: {
        code: 'image-crashed',
        message: expect.stringMatching(/^deadly\.png .*broke down/) as string,
        hint: expect.any(String) as string,
      },
    })
    expect(await pictures.header({ file: path.join(root, 'd.png') })).toMatchObject({ width: 48 })
  })

  it('tries again what was in work when the child broke down', async () => {
    const root = temporaryFolder()
    const names = ['a.png', 'deadly once.png', 'b.png']
    for (const [i, name] of names.entries()) await save(path.join(root, name), picture(i))
    const pictures = child(DEADLY)
    const headers = await Promise.all(names.map((name) => pictures.header({ file: path.join(root, name) })))
    expect(existsSync(path.join(root, 'deadly once.png.died'))).toBe(true)
    expect(headers.map(({ width }) => width)).toEqual([48, 48, 48])
  })

  it('imports the others beside a picture that kills it', async () => {
    const root = temporaryFolder()
    for (const [i, name] of ['a.png', 'b.png', 'deadly.png', 'e.png', 'f.png'].entries()) await save(path.join(root, name), picture(i))
    const { records, problems } = await importImages([root], { projectFolder: root, pictures: child(DEADLY), known: [] })
    expect([...records.values()].map(({ name }) => name)).toEqual(['a.png', 'b.png', 'e.png', 'f.png'])
    expect(problems).toEqual([
      { file: 'deadly.png', what: expect.stringMatching(/^This file cannot be read: the picture reader broke/) as string, leftOut: true },
    ])
  })

  it('says that it cannot be started, once for an import and not for each image', async () => {
    const root = temporaryFolder()
    const missing = path.join(root, 'missing.cjs')
    const file = await save(path.join(root, 'a.png'), picture(1))
    await save(path.join(root, 'b.png'), picture(2))
    const unavailable = { code: 'pictures-unavailable', message: expect.stringContaining('missing.cjs') as string }
    await expect(child(missing).header({ file })).rejects.toMatchObject(unavailable)
    const nowhere = new ChildPictures({ execPath: path.join(root, 'no-node'), entry: REAL })
    await expect(nowhere.header({ file })).rejects.toMatchObject({ code: 'pictures-unavailable' })
    await expect(importImages([root], { projectFolder: root, pictures: child(missing), known: [] })).rejects.toMatchObject(unavailable)
  })

  it('is let go of when idle and started again', async () => {
    const file = await save(path.join(temporaryFolder(), 'a.png'), picture(1))
    const pictures = child(REAL, { idleSeconds: 0.01 })
    await pictures.header({ file })
    await untilGone(pictures.pid!)
    while (pictures.pid !== undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await pictures.header({ file })).toMatchObject({ width: 48 })
  })

  it('ends when it is stopped, whatever it does', async () => {
    const root = temporaryFolder()
    const pictures = child()
    const first = await pictures.smear({ seed: 1, width: 64, height: 64, target: path.join(root, 'a.png') })
    expect(first.objects).toBeDefined()
    const pid = pictures.pid!
    const long = pictures.smear({ seed: 1, width: 2000, height: 2000, target: path.join(root, 'b.png') })
    const refused = expect(long).rejects.toMatchObject({ code: 'pictures-stopped' })
    await pictures.stop()
    await refused
    expect(isGone(pid)).toBe(true)
    await expect(pictures.header({ file: path.join(root, 'a.png') })).rejects.toMatchObject({ code: 'pictures-stopped' })
  })

  it('ends when main is killed', async () => {
    const parent = spawn(process.execPath, [fileOf('./picture-parent.ts'), REAL, temporaryFolder()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [told] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string]
    const pid = Number(told)
    expect(isGone(pid)).toBe(false)
    parent.kill('SIGKILL')
    await untilGone(pid)
  })

  it('give up on one that never ends, by name, and make the others', async () => {
    const root = temporaryFolder()
    const files = await Promise.all(['a.png', 'endless.png', 'b.png'].map((name, i) => save(path.join(root, name), picture(i + 1))))
    const pictures = child(DEADLY, { leastSeconds: 1 })
    const made = await Promise.allSettled(files.map((file) => pictures.header({ file })))
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await expect(pictures.header({ file: files[1]! })).rejects.toMatchObject({
      code: 'image-too-slow',
      message: expect.stringContaining('endless.png') as string,
    })
  })
})
