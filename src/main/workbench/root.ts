import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * The folder that holds package.json, node_modules and resources: of the checkout, or of the packaged app.
 * Looked for upwards from the file that runs, since sources and bundles lie at different depths.
 */
export function projectRoot(): string {
  let folder = path.dirname(process.argv[1] ?? process.cwd())
  for (;;) {
    if (existsSync(path.join(folder, 'package.json'))) return folder
    const parent = path.dirname(folder)
    if (parent === folder) return process.cwd()
    folder = parent
  }
}
