// The whole set-up, step by step; what it found goes to .cache/setup.json (fields: README.md beside this file).
import { join } from 'node:path'
import { electron, electronFault } from './electron.mjs'
import { readFound } from './found.mjs'
import { withLock } from './lock.mjs'
import { openSlide } from './openslide.mjs'
import { packages } from './packages.mjs'
import { foundFile, platformKey, root } from './paths.mjs'
import { which } from './process.mjs'
import { Report, seconds } from './report.mjs'
import { forgetFailures, writeWhole } from './store.mjs'
import { byHand, install, missingForWindow, missingTools } from './system.mjs'
import { tensorflow } from './tensorflow.mjs'

/** @typedef {import('./found.mjs').Found} Found */

/**
 * Brings in whatever is missing; with nothing missing it takes a fraction of a second.
 * @param {{ retry?: boolean }} [options] retry: ask the network again for what failed within the last day
 * @returns {Promise<Found>}
 * @throws Error only where nothing can run: npm packages or the pinned Node are not to be had
 */
export async function setUp({ retry = false } = {}) {
  const since = performance.now()
  const report = new Report()
  const found = await withLock(
    join(root, '.cache', 'setup.lock'),
    (text) => report.say(text),
    () => steps(report, retry),
  )
  if (report.lines === 0) report.say(`nothing to do${' '.repeat(29)}${seconds(since).padStart(8)}`)
  else report.say(`done${' '.repeat(38)}${seconds(since).padStart(8)}`)
  return found
}

async function steps(report, retry) {
  if (retry) forgetFailures()
  const before = readFound()
  const lackedTools = await install(missingTools(), report)
  const base = await packages(report)
  const [net, shell, slides] = await Promise.all([tensorflow(report), electron(report), openSlide(report)])
  const lacked = await missingForWindow(shell.executable)
  const stillLacked = await install(lacked, report)
  const found = {
    version: 1,
    platform: platformKey,
    node: base.node,
    tensorflow: net,
    openslide: slides,
    electron: { ...shell, fault: await faultOf(shell, lacked.length > 0 ? null : before) },
    screen: { xvfb: which('Xvfb'), missing: stillLacked },
    byHand: lackedTools.length + stillLacked.length > 0 ? byHand([...lackedTools, ...stillLacked]) : null,
  }
  tell(report, found, before)
  writeWhole(foundFile, `${JSON.stringify(found, null, 2)}\n`)
  return found
}

/** Why this Electron does not start; once it has, that is not tried again. */
async function faultOf(shell, before) {
  if (shell.executable === null) return shell.why
  return before?.electron.executable === shell.executable && before.electron.fault === null ? null : electronFault(shell)
}

/** What is not as it should be, in one line each: said when it is new, afterwards `doctor` tells it. */
function tell(report, found, before) {
  const { why } = found.tensorflow
  const { fault } = found.electron
  if (why && why !== before?.tensorflow.why) report.say(`no native TensorFlow (${why}): training runs on wasm, many times slower`)
  const slides = found.openslide.why
  if (slides && slides !== before?.openslide?.why)
    report.say(`no OpenSlide (${slides}): slides of the scanners' own formats can't be opened`)
  if (fault && fault !== before?.electron.fault) report.say(`no window on this machine: ${fault}`)
  if (found.byHand && found.byHand !== before?.byHand) report.say(`to type once: ${found.byHand}`)
}
