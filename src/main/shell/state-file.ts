import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { preferences } from '#shared/contracts/app.ts'

const schema = z.object({
  window: z
    .object({ x: z.number(), y: z.number(), width: z.number().min(200), height: z.number().min(200), maximized: z.boolean() })
    .optional(),
  preferences: preferences.default(preferences.parse({})),
  recent: z
    .array(
      z.object({
        ...{ folder: z.string(), name: z.string(), openedAt: z.string() },
        ...{ images: z.number().int().nullable().default(null), picture: z.string().nullable().default(null) },
      }),
    )
    .default([]),
})
export type AppState = z.infer<typeof schema>

const RECENT = 20

/** What the app remembers on this machine: window, preferences, recent projects. Losing it loses no work, so a broken file starts afresh. */
export class StateFile {
  readonly #file: string
  #state: AppState

  constructor(file: string) {
    this.#file = file
    this.#state = load(file)
  }

  read(): AppState {
    return this.#state
  }

  update(part: Partial<AppState>): void {
    this.#state = { ...this.#state, ...part }
    try {
      writeFileSync(`${this.#file}.tmp`, JSON.stringify(this.#state, null, 2))
      renameSync(`${this.#file}.tmp`, this.#file)
    } catch {
      // A full or read-only profile: the app goes on with what it has in memory.
    }
  }

  opened(folder: string, name: string): void {
    const { recent } = this.#state
    const known = recent.find((r) => r.folder === folder)
    const now = { images: null, picture: null, ...known, folder, name, openedAt: new Date().toISOString() }
    this.update({ recent: [now, ...recent.filter((r) => r !== known)].slice(0, RECENT) })
  }

  /** What a project holds now, for the list of recent ones; `picture` null leaves the one that is known. */
  seen(folder: string, { images, picture }: { readonly images: number; readonly picture: string | null }): void {
    const changed = (r: AppState['recent'][number]): typeof r => (r.folder === folder ? { ...r, images, picture: picture ?? r.picture } : r)
    this.update({ recent: this.#state.recent.map(changed) })
  }
}

function load(file: string): AppState {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return schema.parse({})
  }
}
