import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError, errorInfo, fromErrorInfo } from '#shared/errors.ts'
import { explainWriteError } from '../../files/write-whole.ts'
import { imageError } from '../failure.ts'
import { cancelled } from './one-by-one.ts'
import { MANIFEST, PYRAMID_TILE, pyramidKey, pyramidManifest, type PyramidManifest } from './pyramid-layout.ts'

export interface BuildOptions {
  /** Holds a folder for each pyramid. */
  readonly cacheFolder: string
  /** Size of the image, for telling progress. */
  readonly width: number
  readonly height: number
  /** Share done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** What the child runs on, where this process's own program does not serve (Electron's main process). */
  readonly launch?: PyramidLaunch | undefined
}

export interface PyramidLaunch {
  readonly execPath: string
  readonly entry: string
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** A pyramid that is whole. */
export interface Pyramid {
  readonly folder: string
  readonly manifest: PyramidManifest
}

/**
 * The pyramid of an image out of the cache, built now where it is not there yet, in a process of its own that is ended when the signal fires.
 * The folder gets its name when it is whole. @throws AppError of `ImageFailure`, `cancelled`, or as `writeWhole` where the disk is full.
 */
export async function pyramidOf(file: string, options: BuildOptions): Promise<Pyramid> {
  const there = await builtPyramid(file, options.cacheFolder)
  if (there) return there
  const folder = path.join(options.cacheFolder, await pyramidKey(file))
  const part = `${folder}.part-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(part, { recursive: true })
    await sweep(options.cacheFolder)
    await build(file, part, options)
    await putInPlace(part, folder)
  } catch (thrown) {
    throw thrown instanceof AppError ? thrown : explainWriteError(thrown, folder)
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => undefined)
  }
  const manifest = await manifestIn(folder)
  if (!manifest) throw imageError('image-unreadable', file, 'could not be prepared for viewing.', 'Check that the disk is not full.')
  return { folder, manifest }
}

/** The pyramid of an image where the cache has it. */
export async function builtPyramid(file: string, cacheFolder: string): Promise<Pyramid | null> {
  const folder = path.join(cacheFolder, await pyramidKey(file))
  const manifest = await manifestIn(folder)
  return manifest && { folder, manifest }
}

async function manifestIn(folder: string): Promise<PyramidManifest | null> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    return pyramidManifest.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Another process may have been quicker: then its pyramid stands. A broken one in the way is replaced. */
async function putInPlace(part: string, folder: string): Promise<void> {
  if ((await manifestIn(folder)) === null) await rm(folder, { recursive: true, force: true })
  await rename(part, folder).catch(async (thrown: unknown) => {
    if ((await manifestIn(folder)) === null) throw thrown
  })
}

const DAY = 24 * 3600 * 1000

/** Parts that a killed process left. */
async function sweep(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.includes('.part-')) continue
    const old = path.join(cacheFolder, name)
    const at = (await stat(old).catch(() => null))?.mtimeMs ?? Date.now()
    if (Date.now() - at > DAY) await rm(old, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** The child's script: beside this file in a checkout, a bundle of its own in the app. */
function entry(): string {
  const bundled = !import.meta.url.endsWith('.ts')
  return fileURLToPath(new URL(bundled ? '../imaging/pyramid.cjs' : './pyramid-entry.ts', import.meta.url))
}

async function build(file: string, part: string, { onProgress, signal, launch, ...size }: BuildOptions): Promise<void> {
  if (signal?.aborted === true) throw cancelled()
  const watch = onProgress && setInterval(() => void share(part, size).then(onProgress), 500)
  try {
    await runChild(launch ?? { execPath: process.execPath, entry: entry() }, [file, part], signal)
  } finally {
    clearInterval(watch)
  }
  onProgress?.(1)
}

/** By the tiles of the finest level, which are written row by row; the others come along. */
async function share(part: string, { width, height }: { width: number; height: number }): Promise<number> {
  const tiles = Math.ceil(width / PYRAMID_TILE) * Math.ceil(height / PYRAMID_TILE)
  const level = String(Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / PYRAMID_TILE))))
  const names = await readdir(path.join(part, 'p_files', level)).catch(() => [])
  return Math.min(0.99, names.length / tiles)
}

function runChild(launch: PyramidLaunch, [file, part]: readonly [string, string], signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // stdin stays open as long as this process lives: the child ends with it.
    const env = { ...process.env, ...launch.env }
    const child = spawn(launch.execPath, [launch.entry, file, part], { env, stdio: ['pipe', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-8000)))
    const stop = (): void => void child.kill('SIGKILL')
    signal?.addEventListener('abort', stop, { once: true })
    child.once('error', (thrown) => {
      signal?.removeEventListener('abort', stop)
      reject(thrown)
    })
    child.once('close', (code, killed) => {
      signal?.removeEventListener('abort', stop)
      if (signal?.aborted === true) reject(cancelled())
      else if (code === 0) resolve()
      else reject(childError(file, said, killed ?? `code ${code}`))
    })
  })
}

function childError(file: string, said: string, end: string): AppError {
  const line = said.trim().split('\n').at(-1) ?? ''
  try {
    return fromErrorInfo(errorInfo.parse(JSON.parse(line)))
  } catch {
    return imageError(
      'image-crashed',
      file,
      `cannot be read: its reader broke down over it (${end}).`,
      'Open it in another program and save it again, or leave it out.',
    )
  }
}
