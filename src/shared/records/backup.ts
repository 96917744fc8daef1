import { z } from 'zod'
import { say } from '../i18n/say.ts'

/** A backup of a project as a person chooses among them. */
export const backupFacts = z
  .object({
    /** Its file in the project's folder of backups. */
    name: z.string(),
    at: z.iso.datetime(),
    /** `daily`, `before-v7` (before the schema was brought to a newer version) or `replaced` (what a restored one took the place of). */
    reason: z.union([z.literal('daily'), z.literal('replaced'), z.templateLiteral(['before-v', z.number()])]),
    bytes: z.number().nonnegative(),
    /** What it holds; null where it cannot be read. */
    holds: z.object({ images: z.number().int(), annotations: z.number().int(), decisions: z.number().int() }).readonly().nullable(),
  })
  .readonly()
export type BackupFacts = z.infer<typeof backupFacts>
/** Why a backup was made. */
export type BackupReason = BackupFacts['reason']

/** Why a backup was made, in words. */
export function backupReason(reason: BackupReason): string {
  if (reason === 'daily') return say('daily')
  return reason === 'replaced'
    ? say('put aside by a restore')
    : say('before version {{version}}', { version: reason.slice('before-v'.length) })
}

/** What a backup holds, in words, one a kind of record. */
export function backupContents(holds: BackupFacts['holds']): string[] {
  if (holds === null) return [say('cannot be read')]
  const { images, annotations, decisions } = holds
  return [
    say('{{count}} images', { count: images }),
    say('{{count}} annotations', { count: annotations }),
    say('{{count}} decisions', { count: decisions }),
  ]
}
