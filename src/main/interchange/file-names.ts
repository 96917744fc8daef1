import path from 'node:path'
import { say } from '#shared/i18n/say.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { noteIf } from './label-set.ts'

export interface FileNames {
  /** With the image's own ending. */
  readonly file: string
  readonly stem: string
  readonly changed: boolean
}

/** Names that no two images share, whatever the case, and that every system can write. */
export function uniqueNames(images: readonly ImageRecord[]): Map<ImageRecord, FileNames> {
  const taken = new Set<string>()
  return new Map(
    images.map((image) => {
      const base = path.posix.basename(image.name.replaceAll('\\', '/'))
      const ending = path.extname(base)
      const plain = safeName(path.basename(base, ending))
      let stem = plain
      for (let n = 2; taken.has(stem.toLowerCase()); n++) stem = `${plain}_${n}`
      taken.add(stem.toLowerCase())
      return [image, { file: stem + ending, stem, changed: stem + ending !== image.name }]
    }),
  )
}

/** A note where images got another name. */
export function renamedNotes(names: ReadonlyMap<ImageRecord, FileNames>): string[] {
  return noteIf([...names.values()].filter(({ changed }) => changed).length, (count) =>
    say('{{count}} images got another name, since names must differ and be plain.', { count }),
  )
}

/** A name that every system can write. */
export function safeName(stem: string): string {
  const safe = stem.replaceAll(/[\u0000-\u001f<>:"/\\|?*]/g, '_').replace(/[. ]+$/, '')
  return /^(con|prn|aux|nul|com\d|lpt\d|)$/i.test(safe) ? `_${safe}` : safe
}
