// Wheels of PyPI through pip: native libraries come in them for every system. No Python of theirs is run.
import { createHash } from 'node:crypto'
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { attempt, run, which } from './process.mjs'
import { Lack } from './store.mjs'

/** The arguments with which pip takes wheels for another Python than its own (any will do: only the libraries in them are used). */
export const foreignWheels = (platform) => ['--no-deps', '--only-binary=:all:', '--python-version', '311', '--platform', platform]

/** The command and first arguments of a pip that runs here. */
export async function pip() {
  for (const [command, ...start] of [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']]) {
    if (which(command) && (await attempt(command, [...start, '--version'])).ok) return [command, start]
  }
  throw new Lack('no pip')
}

/**
 * Downloads a pinned wheel into an empty folder.
 * @param {{ package: string, version: string, platform: string, sha256: string }} wheel
 * @param {string} into
 * @returns {Promise<string>} its file
 */
export async function downloadWheel(wheel, into) {
  const [command, start] = await pip()
  const args = ['download', '--quiet', ...foreignWheels(wheel.platform), '-d', into, `${wheel.package}==${wheel.version}`]
  await run('pip download', command, [...start, ...args], { timeout: 30 * 60_000 })
  const file = join(into, readdirSync(into).find((name) => name.endsWith('.whl')) ?? '')
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  if (hash.digest('hex') !== wheel.sha256)
    throw new Error(`the wheel ${wheel.package} ${wheel.version} is not the pinned one (sha256 differs)`)
  return file
}
