import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withLock } from '../../tools/setup/lock.mjs'

let folder
let file
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slidewright-lock-'))
  file = join(folder, 'setup.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('one set-up at a time', () => {
  it('lets the second wait for the first, and says so', async () => {
    const events = []
    const said = []
    const work = (name) => async () => {
      events.push(`${name} begins`)
      await new Promise((done) => setTimeout(done, 50))
      events.push(`${name} ends`)
    }
    const first = withLock(file, () => undefined, work('first'))
    await Promise.all([first, withLock(file, (text) => said.push(text), work('second'))])
    expect(events).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
    expect(said).toHaveLength(1)
    expect(existsSync(file)).toBe(false)
  })

  it('takes over from a process that was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    writeFileSync(file, String(pid))
    expect(
      await withLock(
        file,
        () => undefined,
        async () => 'done',
      ),
    ).toBe('done')
  })

  it('lets go when the work fails', async () => {
    const failing = withLock(
      file,
      () => undefined,
      async () => {
        throw new Error('no')
      },
    )
    await expect(failing).rejects.toThrow('no')
    expect(existsSync(file)).toBe(false)
  })
})
