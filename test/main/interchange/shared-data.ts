import { existsSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../../../../shared/data')
export const hasSharedData = existsSync(path.join(ROOT, 'interchange'))

/** A file or folder below the real files of other programs. */
export const realFile = (name: string): string => path.join(ROOT, name)
if (!hasSharedData) console.info('skipped: no ../shared/data/interchange: real files of other programs')
