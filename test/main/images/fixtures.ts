import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { onTestFinished } from 'vitest'
import { picturesHere } from '../../../src/imaging/pictures.ts'
import type { Pictures } from '../../../src/main/images/pictures.ts'

/** Pictures made in this process. */
export const pictures: Pictures = { ...picturesHere(), stop: () => Promise.resolve() }

/** A folder of the test's own, gone when it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A picture with some structure; another tint is another content. */
export function picture(tint: number, width = 48, height = 32): Sharp {
  const data = Buffer.alloc(width * height * 3)
  for (let i = 0; i < width * height; i++) data.set([(i * 5 + tint) % 256, (i % width) * 5, tint % 256], i * 3)
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** Writes an image by the ending of its name, making the folders above it. */
export async function save(file: string, image: Sharp): Promise<string> {
  mkdirSync(path.dirname(file), { recursive: true })
  await image.toFormat(file.endsWith('jpg') ? 'jpeg' : file.endsWith('webp') ? 'webp' : file.endsWith('tif') ? 'tiff' : 'png').toFile(file)
  return file
}
