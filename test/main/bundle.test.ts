import path from 'node:path'
import { resolveConfig } from 'electron-vite'
import { build } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'

interface Chunk {
  readonly code: string
  readonly imports: readonly string[]
  readonly dynamicImports: readonly string[]
}

/** The bundle of main, engine and picture reader as `electron-vite build` makes it, in memory. */
async function bundled(): Promise<Map<string, Chunk>> {
  const root = path.resolve(import.meta.dirname, '../..')
  const { config } = await resolveConfig({ root, logLevel: 'error' }, 'build', 'production')
  const main = { ...config?.main, configFile: false as const, logLevel: 'error' as const }
  const result = await build({ ...main, build: { ...main.build, write: false } })
  if (!('output' in result)) throw new Error('the build gave no output')
  return new Map(result.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])))
}

/** Packages that an entry requires, itself or by whatever it may ever load. */
function packagesOf(entry: string, chunks: ReadonlyMap<string, Chunk>): Set<string> {
  const seen = new Set([entry])
  const packages = new Set<string>()
  for (const name of seen) {
    const chunk = chunks.get(name)
    if (!chunk) packages.add(name)
    for (const next of [...(chunk?.imports ?? []), ...(chunk?.dynamicImports ?? [])]) seen.add(next)
    // What no import statement tells: a require by hand.
    for (const [, required] of (chunk?.code ?? '').matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/g))
      if (required !== undefined && !required.startsWith('.')) packages.add(required)
  }
  return packages
}

describe('the bundle', () => {
  let chunks: Map<string, Chunk>
  beforeAll(async () => {
    chunks = await bundled()
  }, 300_000)

  it("keeps sharp out of Electron's main process, where it collides with the system's GLib", () => {
    const packages = packagesOf('main/index.cjs', chunks)
    expect(packages).toContain('electron')
    expect(packages).toContain('better-sqlite3')
    expect([...packages].filter((name) => /sharp|@img/.test(name))).toEqual([])
  })

  it('lets the children have it', () => {
    for (const entry of ['imaging/process.cjs', 'engine/index.cjs', 'engine/worker.cjs'])
      expect(packagesOf(entry, chunks)).toContain('sharp')
    for (const entry of ['imaging/process.cjs', 'engine/index.cjs']) expect(packagesOf(entry, chunks)).not.toContain('electron')
  })
})
