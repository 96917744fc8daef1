// What comes from the operating system: a compiler and pip for TensorFlow, the libraries of a window, a screen that needs no monitor.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { attempt, run, which } from './process.mjs'
import { recallFailure, rememberFailure } from './store.mjs'

/** Debian's packages of the libraries that Electron links to. */
const packageOf = {
  'libasound.so.2': 'libasound2',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcairo.so.2': 'libcairo2',
  'libcups.so.2': 'libcups2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libexpat.so.1': 'libexpat1',
  'libgbm.so.1': 'libgbm1',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libgtk-3.so.0': 'libgtk-3-0',
  'libnspr4.so': 'libnspr4',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libudev.so.1': 'libudev1',
  'libX11.so.6': 'libx11-6',
  'libxcb.so.1': 'libxcb1',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libXrandr.so.2': 'libxrandr2',
}

const onLinux = process.platform === 'linux'
const isRoot = () => process.getuid?.() === 0

/** What TensorFlow's step needs and the machine lacks. */
export function missingTools() {
  if (!onLinux) return []
  return [...(which('c++') || which('g++') || which('clang++') ? [] : ['g++']), ...(which('pip3') || which('pip') ? [] : ['python3-pip'])]
}

/**
 * What a window on a hidden screen needs and the machine lacks. GTK and the sound library are opened or linked at start; whatever
 * else the loader does not find is looked up by its name.
 * @param {string | null} electronPath
 */
export async function missingForWindow(electronPath) {
  if (!onLinux) return []
  const missing = new Set()
  if (electronPath) {
    const { out } = await attempt('ldd', [electronPath])
    for (const [, library] of out.matchAll(/(\S+) => not found/g)) {
      const name = packageOf[library]
      if (name) missing.add(name)
      else if (!existsBeside(electronPath, library)) missing.add(library)
    }
  }
  if (!which('Xvfb')) missing.add('xvfb')
  if (!hasFonts()) missing.add('fonts-dejavu-core')
  return [...missing]
}

const existsBeside = (electronPath, library) => existsSync(electronPath.replace(/[^/]+$/, library))
const hasFonts = () => ['/usr/share/fonts', '/usr/local/share/fonts'].some((folder) => existsSync(folder) && readdirSync(folder).length > 0)

/**
 * Installs packages where that needs no question: as root on a Debian family system.
 * @param {string[]} names
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<string[]>} those that are still missing
 */
export async function install(names, report) {
  const key = `apt ${names.join(' ')}`
  if (names.length === 0 || !isRoot() || !debian() || recallFailure(key)) return names
  try {
    await report.step('system packages', () => aptGet(names))
    return []
  } catch (error) {
    rememberFailure(key, error)
    return names
  }
}

/** The one line with which a person brings in what is missing. */
export function byHand(names) {
  return debian()
    ? `sudo apt-get install --no-install-recommends ${names.join(' ')}`
    : `install your system's equivalents of: ${names.join(' ')}`
}

async function aptGet(names) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 20 * 60_000 }
  await run('apt-get update', 'apt-get', ['update', '-qq'], options)
  const present = await currentNames(names)
  const args = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...present]
  await run('apt-get install', 'apt-get', args, options)
  return { note: present.join(' ') }
}

/** Newer Debian and Ubuntu appended t64 to the names of libraries whose time type grew. */
async function currentNames(names) {
  const { out } = await attempt('apt-cache', ['show', '--no-all-versions', ...names.map((name) => `${name}t64`)])
  return names.map((name) => (out.includes(`Package: ${name}t64\n`) ? `${name}t64` : name))
}

function debian() {
  if (!which('apt-get')) return false
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}
