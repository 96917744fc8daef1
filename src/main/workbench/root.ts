import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where this very file is: TypeScript sources run as ES modules, bundles as CommonJS, where `import.meta` means nothing but `__dirname` is there. */
function here(): string {
  return typeof __dirname === 'string' ? __dirname : path.dirname(fileURLToPath(import.meta.url))
}

/**
 * The folder that holds package.json, node_modules and resources: of the checkout, or of the packaged app.
 * Looked for upwards from this file, since sources and bundles lie at different depths.
 */
export function projectRoot(): string {
  let folder = here()
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder)
    if (parent === folder) return process.cwd()
    folder = parent
  }
  return folder
}
