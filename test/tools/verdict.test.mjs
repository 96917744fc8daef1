import { describe, expect, it } from 'vitest'
import { verdict } from '../../tools/test/verdict.mjs'

const part = (title, result) => ({ title, seconds: 1, result })
const needsData = { name: 'a.test.ts > reads blood smears', why: 'skipped: no ../shared/data' }
const needsWindow = { name: 'real-window tests', why: 'no display and no Xvfb' }

describe('the verdict of npm test', () => {
  it('closes with the counts summed over the parts', () => {
    const { lines, exitCode } = verdict(
      [part('unit tests', { ok: true, passed: 3, failed: [] }), part('window', { ok: true, passed: 2, failed: [] })],
      true,
    )
    expect(lines.at(-1)).toBe('5 passed, 0 failed')
    expect(exitCode).toBe(0)
  })

  it('counts a part that fails without naming a test as one failure', () => {
    const { lines, exitCode } = verdict([part('lint', { ok: false }), part('unit tests', { ok: true, passed: 1, failed: [] })], false)
    expect(lines.at(-1)).toBe('1 passed, 1 failed')
    expect(lines).toContain('  lint')
    expect(exitCode).toBe(1)
  })

  it('names what could not run, and forgives it outside CI', () => {
    const { lines, exitCode } = verdict([part('unit tests', { ok: true, passed: 1, failed: [], missing: [needsData, needsWindow] })], false)
    expect(lines).toContain('  a.test.ts > reads blood smears: skipped: no ../shared/data')
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 2 skipped')
    expect(exitCode).toBe(0)
  })

  it('lets CI lack the shared data or a GPU, and nothing else', () => {
    const run = (missing) => verdict([part('tests', { ok: true, passed: 1, failed: [], missing: [missing] })], true).exitCode
    expect(run(needsData)).toBe(0)
    expect(run({ name: 'b.test.ts > trains', why: 'needs a GPU' })).toBe(0)
    expect(run(needsWindow)).toBe(1)
    expect(run({ name: 'c.test.ts > later', why: 'to do' })).toBe(1)
  })
})
