import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const session = new URL('../../../src/engine/inference/onnx-session.ts', import.meta.url).href

describe('ONNX Runtime', () => {
  let home: string
  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'home-'))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  /** Runs a module in a process whose home is empty, without what test machines set to keep telemetry quiet. */
  async function leftBy(script: string): Promise<string[]> {
    const { CI: _, ORT_DISABLE_TELEMETRY: __, ...env } = process.env
    await run(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...env, HOME: home, XDG_CACHE_HOME: path.join(home, '.cache') },
    })
    return (await readdir(home, { recursive: true })).filter((name) => /microsoft|onnxruntime|deviceid/i.test(name))
  }

  it('neither marks this machine nor keeps events to send, as we load it', async () => {
    const script = `import { openOnnxSession } from ${JSON.stringify(session)}; await openOnnxSession(new Uint8Array(8)).catch(() => 0)`
    expect(await leftBy(script)).toEqual([])
  })
})
