import { fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'

it('tells a child that main has gone, also where that was before it listened', async () => {
  const child = fork(new URL('./late-child.ts', import.meta.url).pathname, { execPath: process.execPath, execArgv: [] })
  const ended = once(child, 'exit')
  await once(child, 'message')
  child.disconnect()
  expect((await ended)[0]).toBe(3)
})
