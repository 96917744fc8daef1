import type { ChildProcess } from 'node:child_process'
import type { Unsubscribe } from '#shared/ipc/service.ts'
import type { Message, Transport } from '#shared/ipc/transport.ts'

/**
 * Main's end of the channel to a forked child. It closes when the child ends or the channel breaks, whichever is first;
 * listeners hear of it once. `name` is what a person calls the child: `The engine`.
 */
export function createChildTransport(child: ChildProcess, name: string): Transport {
  return {
    post(message: Message): void {
      if (child.connected) child.send(message, ignoreGone)
    },
    listen(listener): Unsubscribe {
      child.on('message', listener)
      return () => child.off('message', listener)
    },
    onClose(listener): Unsubscribe {
      let told = false
      const close = (reason: string): void => {
        if (told) return
        told = true
        listener(reason)
      }
      const exited = (code: number | null, signal: string | null): void => {
        close(`${name} ended (${signal ?? `exit code ${code}`}).`)
      }
      const disconnected = (): void => {
        close(`${name} closed its channel.`)
      }
      child.on('exit', exited).on('disconnect', disconnected)
      return () => {
        child.off('exit', exited).off('disconnect', disconnected)
      }
    },
  }
}

/** The child can be gone before the message is written; its exit tells of it. */
function ignoreGone(): void {
  // Nothing to do.
}
