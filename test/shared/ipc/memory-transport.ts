import type { Transport } from '../../../src/shared/ipc/transport.ts'

/** Two ends of a channel in one process; messages are cloned as a real process boundary would. */
export function transportPair(): { a: Transport; b: Transport; close(reason: string): void } {
  const listeners = { a: new Set<(m: unknown) => void>(), b: new Set<(m: unknown) => void>() }
  const closers = new Set<(reason: string) => void>()
  const end = (mine: 'a' | 'b', other: 'a' | 'b'): Transport => ({
    post(message) {
      const copy: unknown = structuredClone(message)
      queueMicrotask(() => {
        for (const listener of listeners[other]) listener(copy)
      })
    },
    listen(listener) {
      listeners[mine].add(listener)
      return () => listeners[mine].delete(listener)
    },
    onClose(listener) {
      closers.add(listener)
      return () => closers.delete(listener)
    },
  })
  return {
    a: end('a', 'b'),
    b: end('b', 'a'),
    close(reason) {
      for (const closer of closers) closer(reason)
    },
  }
}
