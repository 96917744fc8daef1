// The parts of `npm test`. Each answers with what it counted; what it could not do here it names under `missing`.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasDisplay } from '../screen.mjs'
import { environment } from '../setup/found.mjs'
import { modules, pinnedNode, root } from '../setup/paths.mjs'

/** @typedef {{ ok: boolean, passed?: number, failed?: string[], missing?: { name: string, why: string }[] }} Result */
/** @typedef {{ title: string, work: (found: import('../setup/found.mjs').Found) => Promise<Result> }} Part */

/** @type {Record<string, Part>} */
export const parts = {
  lint: {
    title: 'lint',
    work: () =>
      all(
        () => tool('eslint', ['.']),
        () => tool('prettier', ['--check', '--log-level', 'warn', '.']),
        async () => ({ ok: (await pass(pinnedNode, ['tools/lint/check-translations.js'], process.env)) === 0 }),
      ),
  },
  types: { title: 'types', work: types },
  unit: { title: 'unit tests', work: (found) => vitest(found, 'unit tests', 'vitest.config.ts', 'test') },
  build: { title: 'build', work: build },
  window: { title: 'real-window tests', work: windowTests },
}

const entries = ['src/main/index.ts', 'src/engine/index.ts', 'src/imaging/process.ts', 'src/preload/index.ts', 'src/renderer/index.html']

async function types() {
  const results = []
  for (const room of ['shared', 'node', 'web']) results.push(await tool('typescript', ['-p', `tsconfig.${room}.json`], 'tsc'))
  return { ok: results.every((result) => result.ok) }
}

async function build() {
  const absent = entries.filter((entry) => !existsSync(join(root, entry)))
  if (absent.length > 0) return cannot('build', `${absent.join(', ')} not there`)
  return tool('electron-vite', ['build', '--logLevel', 'warn'])
}

async function windowTests(found) {
  const { fault } = found.electron
  const why = fault ?? (hasDisplay() || found.screen.xvfb ? null : 'no display and no Xvfb')
  if (why) return cannot('real-window tests', why)
  return vitest(found, 'real-window tests', 'vitest.e2e.config.ts', 'test/e2e')
}

const cannot = (name, why) => ({ ok: true, missing: [{ name, why }] })

async function all(...checks) {
  const results = []
  for (const check of checks) results.push(await check())
  return { ok: results.every((result) => result.ok) }
}

/** Runs a tool of node_modules on the pinned Node, its words passing through. */
async function tool(packageName, args, command = packageName, env = process.env) {
  const manifest = JSON.parse(readFileSync(join(modules, packageName, 'package.json'), 'utf8'))
  const file = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[command]
  return { ok: (await pass(pinnedNode, [join(modules, packageName, file), ...args], env)) === 0 }
}

function pass(command, args, env) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
    const stop = () => child.kill()
    process.once('exit', stop)
    child.on('error', () => done(null))
    child.on('close', (code) => {
      process.off('exit', stop)
      done(code)
    })
  })
}

async function vitest(found, title, config, under) {
  const files = readdirSync(join(root, under), { recursive: true }).filter((name) => /\.test\.(tsx?|mjs)$/.test(name))
  if (files.length === 0) return cannot(title, `no tests in ${under}`)
  const folder = mkdtempSync(join(tmpdir(), 'slidewright-test-'))
  const file = join(folder, 'outcome.json')
  try {
    const reporters = ['--reporter=default', '--reporter=./tools/test/reporter.mjs']
    const env = { ...environment(found), SLIDEWRIGHT_OUTCOME: file }
    const { ok } = await tool('vitest', ['run', '--config', config, ...reporters], 'vitest', env)
    if (!existsSync(file)) return { ok: false, failed: [`${title} ended without a result`] }
    const outcome = JSON.parse(readFileSync(file, 'utf8'))
    return { ok: ok && outcome.failed.length === 0, ...outcome }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
