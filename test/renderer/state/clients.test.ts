import { expect, it } from 'vitest'
import { bridgeTransport } from '../../../src/renderer/state/clients.ts'

it('listens at the bridge once for all who listen, since each listener there is handed a copy of its own', () => {
  const atBridge: ((message: unknown) => void)[] = []
  const transport = bridgeTransport({
    post: () => undefined,
    listen: (listener) => {
      atBridge.push(listener)
      return () => undefined
    },
  })
  const heard: string[] = []
  transport.listen((message) => heard.push(`one ${String(message)}`))
  const leave = transport.listen((message) => heard.push(`two ${String(message)}`))
  expect(atBridge).toHaveLength(1)
  atBridge[0]!('first')
  leave()
  atBridge[0]!('second')
  expect(heard).toEqual(['one first', 'two first', 'one second'])
})
