// Reads what set-up found, for the other tools and the tests.
import { readFileSync } from 'node:fs'
import { foundFile } from './paths.mjs'

/**
 * @typedef {{
 *   version: 1, platform: string,
 *   node: { path: string, version: string },
 *   tensorflow: import('./tensorflow.mjs').Tensorflow,
 *   openslide?: import('./openslide.mjs').OpenSlide,
 *   electron: import('./electron.mjs').Electron & { fault: string | null },
 *   screen: { xvfb: string | null, missing: string[] },
 *   byHand: string | null,
 * }} Found
 */

/** @returns {Found | null} null when set-up was never run here, or by a version that wrote other fields */
export function readFound() {
  try {
    const found = JSON.parse(readFileSync(foundFile, 'utf8'))
    return found.version === 1 ? found : null
  } catch {
    return null
  }
}

/**
 * The environment in which the command line and Electron run what set-up found.
 * @param {Found} found
 * @returns {NodeJS.ProcessEnv}
 */
export function environment(found) {
  const { executable, sqliteBinding } = found.electron
  return {
    ...process.env,
    // The engine and the picture reader of a window run on this instead of on Electron as Node.
    SLIDEWRIGHT_NODE: found.node.path,
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2',
    ...(executable
      ? { SLIDEWRIGHT_ELECTRON: executable, ELECTRON_EXEC_PATH: executable, ELECTRON_MAJOR_VER: found.electron.version.split('.')[0] }
      : {}),
    ...(sqliteBinding ? { SLIDEWRIGHT_SQLITE_BINDING: sqliteBinding } : {}),
  }
}
