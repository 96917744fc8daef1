import { createRequire } from 'node:module'

/**
 * A CommonJS require that resolves from this file, so from the project's own node_modules. Native packages and their file paths are
 * reached through it only when a backend is loaded. Works in both forms the engine runs in: TypeScript sources as ES modules, and the
 * bundle as CommonJS (where `import.meta` means nothing but `__filename` is there).
 */
export function requireHere(): NodeJS.Require {
  return createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
}
