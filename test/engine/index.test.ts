import { type ChildProcess, execFile, fork } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { engineContract } from '#shared/contracts/engine.ts'
import { connect } from '#shared/ipc/proxy.ts'
import { jobId } from '#shared/records/ids.ts'
import { createChildTransport } from '../../src/process/child-transport.ts'

const entry = new URL('../../src/engine/index.ts', import.meta.url).pathname

describe("the engine's process", () => {
  const children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  function started() {
    const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    children.push(child)
    const exit = new Promise<number | null>((resolve) => child.on('exit', resolve))
    return { child, client: connect(engineContract, createChildTransport(child, 'The engine')), exit }
  }

  it('answers over its channel, tells what a job died of, and ends when main goes away', async () => {
    const { child, client, exit } = started()
    expect((await client.hello({})).pid).toBe(child.pid)
    expect((await client.presets({})).map(({ name }) => name)).toEqual(expect.arrayContaining(['cells-lite0', 'ssd300-vgg16']))
    const failed = new Promise<unknown>((resolve) => client.onFailed(resolve))
    const id = jobId.parse('job')
    const job = { kind: 'train', id, preset: 'cells-lite0', folder: '/nowhere', modelFolder: '/nowhere/model', from: null, seed: 0, backend: null, settings: {} } as const // prettier-ignore
    await client.start({ job })
    expect(await failed).toMatchObject({ id, cancelled: false, error: { code: 'no-samples' } })
    child.disconnect()
    expect(await exit).toBe(0)
  })

  it('refuses to be started by hand', async () => {
    const run = promisify(execFile)(process.execPath, [entry])
    await expect(run).rejects.toMatchObject({ code: 70, stderr: expect.stringMatching(/started by the program, not by hand/) as string })
  })
})
