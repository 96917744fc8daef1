import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lack, forgetFailures, keep, place, placeOf, recallFailure, rememberFailure } from '../../tools/setup/store.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slidewright-store-'))
  vi.stubEnv('XDG_CACHE_HOME', folder)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const make = (text) => async (draft) => writeFileSync(join(draft, 'file'), text)
const drafts = () => readdirSync(join(folder, 'slidewright')).filter((name) => name.includes('.draft-'))

describe('the cache that clones share', () => {
  it('makes an artefact once', async () => {
    const first = await keep('thing-1', make('first'))
    const second = await keep('thing-1', make('second'))
    expect(second).toBe(first)
    expect(readFileSync(join(second, 'file'), 'utf8')).toBe('first')
  })

  it('leaves nothing under its name when the making fails', async () => {
    await expect(
      keep('thing-2', async (draft) => {
        await make('half')(draft)
        throw new Error('no network')
      }),
    ).rejects.toThrow('no network')
    expect(existsSync(placeOf('thing-2'))).toBe(false)
    expect(drafts()).toEqual([])
  })

  it('gives two makers at once the same whole folder', async () => {
    const slow = async (draft) => {
      await make('whole')(draft)
      await new Promise((done) => setTimeout(done, 20))
    }
    const [one, other] = await Promise.all([keep('thing-3', slow), keep('thing-3', slow)])
    expect(one).toBe(other)
    expect(readdirSync(one)).toEqual(['file'])
    expect(drafts()).toEqual([])
  })

  it('sweeps drafts of killed set-ups after a day, and no younger ones', async () => {
    const [old, young] = ['gone.draft-a', 'busy.draft-b'].map((name) => join(folder, 'slidewright', name))
    for (const draft of [old, young]) mkdirSync(draft, { recursive: true })
    const twoDaysAgo = new Date(Date.now() - 48 * 3600 * 1000)
    utimesSync(old, twoDaysAgo, twoDaysAgo)
    await keep('thing-4', make('x'))
    expect(drafts()).toEqual(['busy.draft-b'])
  })
})

describe('placing a file', () => {
  it('replaces what is there with a link to the original, twice as well as once', () => {
    const [from, to] = [join(folder, 'from'), join(folder, 'deep', 'to')]
    writeFileSync(from, 'new')
    mkdirSync(join(folder, 'deep'))
    writeFileSync(to, 'old')
    place(from, to)
    place(from, to)
    expect(readFileSync(to, 'utf8')).toBe('new')
    expect(statSync(to).ino).toBe(statSync(from).ino)
    expect(readdirSync(join(folder, 'deep'))).toEqual(['to'])
  })
})

describe('failures', () => {
  it('are recalled for a day', () => {
    vi.useFakeTimers({ now: 1e12, toFake: ['Date'] })
    rememberFailure('electron-45', new Error('unreachable'))
    expect(recallFailure('electron-45')).toBe('unreachable')
    expect(recallFailure('tensorflow')).toBeNull()
    vi.setSystemTime(1e12 + 25 * 3600 * 1000)
    expect(recallFailure('electron-45')).toBeNull()
  })

  it('that cost nothing to find are not remembered', () => {
    rememberFailure('tensorflow', new Lack('no C++ compiler'))
    expect(recallFailure('tensorflow')).toBeNull()
  })

  it('are forgotten on request', () => {
    rememberFailure('electron-45', new Error('unreachable'))
    forgetFailures()
    expect(recallFailure('electron-45')).toBeNull()
  })
})
