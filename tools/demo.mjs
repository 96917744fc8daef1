// `npm run demo`: set-up, the whole loop on synthetic smears, and the window on its result where there is a display.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { hasDisplay } from './screen.mjs'
import { environment } from './setup/found.mjs'
import { pinnedNode, root } from './setup/paths.mjs'
import { endOnSignals } from './setup/process.mjs'
import { setUp } from './setup/run.mjs'
import { openWindow } from './window.mjs'

const out = join(root, 'demo-output')

function commandLine(found, args) {
  const file = join(root, 'src', 'cli', 'index.ts')
  if (!existsSync(file)) throw new Error('the command line (src/cli/index.ts) is not there')
  const child = spawn(pinnedNode, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: 'inherit',
    env: environment(found),
    cwd: root,
  })
  process.once('exit', () => child.kill())
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => done(code ?? 1))
  })
}

async function demo() {
  const found = await setUp()
  const code = await commandLine(found, ['demo', '--out', out, ...process.argv.slice(2)])
  if (code !== 0) return code
  const project = readdirSync(out).find((name) => name.endsWith('.slidewright'))
  if (!project || !hasDisplay() || found.electron.fault) {
    console.error(`No window here: the project, the counts and the pictures are in ${out}`)
    return 0
  }
  return openWindow(found, [join(out, project)])
}

endOnSignals()
try {
  process.exitCode = await demo()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
