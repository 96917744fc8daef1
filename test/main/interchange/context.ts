import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { importRequest } from '../../../src/shared/contracts/project.ts'
import type { ImportContext } from '../../../src/main/interchange/dataset.ts'
import { KnownImages } from '../../../src/main/interchange/known-images.ts'
import { pictures, temporaryFolder } from '../images/fixtures.ts'
import { makeClass } from './records.ts'

export interface ContextChanges {
  readonly task?: ImportContext['task']
  readonly classes?: readonly string[]
  readonly request?: Partial<ImportContext['request']>
}

/** What a parser is given, of a project that is not there. */
export function contextOf({ task = 'segmentation', classes = ['cell'], request = {} }: ContextChanges = {}): ImportContext {
  return {
    task,
    classes: classes.map((name, i) => makeClass(name, i)),
    projectFolder: temporaryFolder(),
    known: new KnownImages([]),
    pictures,
    request: { ...importRequest.parse({ paths: ['x'] }), ...request },
  }
}

/** Of a project of areas. */
export const areas = (classes: readonly string[] = ['cell', 'other']): ImportContext => contextOf({ task: 'segmentation', classes })

export type Rows = readonly (readonly number[])[]

/** Writes a grey PNG of 8 or 16 bits, or one of colours (0xrrggbb). */
export async function savePng(file: string, rows: Rows, kind: 8 | 16 | 'colour' = 8): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true })
  const [width, height] = [rows[0]!.length, rows.length]
  const values = rows.flat()
  const data =
    kind === 'colour'
      ? Uint8Array.from(values.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))
      : kind === 16
        ? Uint16Array.from(values)
        : Uint8Array.from(values)
  const image = sharp(data, { raw: { width, height, channels: kind === 'colour' ? 3 : 1 } })
  await (kind === 'colour' ? image : image.toColourspace(kind === 16 ? 'grey16' : 'b-w')).png().toFile(file)
}

/** Writes an RGB picture whose content no other tint has. */
export async function savePicture(file: string, width: number, height: number, tint = 0): Promise<void> {
  const rows = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (((x * 9 + tint * 3) & 255) << 16) | ((y * 11 + 5) << 8) | (tint & 255)),
  )
  await savePng(file, rows, 'colour')
}

/** Writes text files, making folders. */
export function put(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), contents)
  }
}
