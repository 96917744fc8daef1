import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const launcher = fileURLToPath(new URL('../../bin/slidewright', import.meta.url))

/** A checkout of nothing but the launcher, this Node, and a command line that repeats what it was given. */
let folder
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'slidewright launcher ')))
  for (const part of ['bin', 'src/cli', 'node_modules/node/bin', '.cache']) mkdirSync(join(folder, part), { recursive: true })
  copyFileSync(launcher, join(folder, 'bin', 'slidewright'))
  chmodSync(join(folder, 'bin', 'slidewright'), 0o755)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const echo = 'const told: string = JSON.stringify([process.cwd(), ...process.argv.slice(2)])\nconsole.log(told)\nprocess.exitCode = 2\n'
  writeFileSync(join(folder, 'src', 'cli', 'index.ts'), echo)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function setUp() {
  symlinkSync(process.execPath, join(folder, 'node_modules', 'node', 'bin', 'node'))
  writeFileSync(join(folder, '.cache', 'setup.json'), '{}')
}

const start = (file, args) => spawnSync(file, args, { cwd: '/', encoding: 'utf8' })

describe.skipIf(process.platform === 'win32')('bin/slidewright (not on Windows)', () => {
  it('passes arguments, working folder and exit code through, and nothing else', () => {
    setUp()
    const { stdout, stderr, status } = start(join(folder, 'bin', 'slidewright'), ['info', 'a b', '--json'])
    expect(JSON.parse(stdout)).toEqual(['/', 'info', 'a b', '--json'])
    expect(stderr).toBe('')
    expect(status).toBe(2)
  })

  it('works through a chain of links, absolute and relative', () => {
    setUp()
    symlinkSync(join(folder, 'bin', 'slidewright'), join(folder, 'one'))
    symlinkSync('one', join(folder, 'two'))
    expect(start(join(folder, 'two'), []).status).toBe(2)
  })

  it('says in one line what to type when set-up was never run', () => {
    const { stderr, status } = start(join(folder, 'bin', 'slidewright'), [])
    expect(stderr.trim().split('\n')).toEqual([`slidewright: the set-up has not been run yet; type: node "${folder}/tools/setup.mjs"`])
    expect(status).toBe(1)
  })
})
