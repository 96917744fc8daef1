import type { Unsubscribe } from '#shared/ipc/service.ts'
import type { Message, Transport } from '#shared/ipc/transport.ts'

/**
 * The child's end of the channel that `child_process.fork` opens to main. Throws Error in a process that was not forked.
 * What is posted after main has gone is dropped: nobody is left to hear it.
 */
export function createProcessTransport(): Transport {
  if (!process.send) throw new Error('This is started by the program, not by hand: there is no channel to main.')
  return {
    post(message: Message): void {
      if (process.connected) process.send?.(message, undefined, undefined, ignoreGone)
    },
    listen(listener): Unsubscribe {
      process.on('message', listener)
      return () => process.off('message', listener)
    },
    onClose(listener): Unsubscribe {
      const closed = (): void => {
        listener('Main has gone.')
      }
      process.on('disconnect', closed)
      // Main can have gone while this process was still loading its code.
      if (!process.connected) queueMicrotask(closed)
      return () => process.off('disconnect', closed)
    },
  }
}

/** The channel can close between the check and the write; `disconnect` tells of it. */
function ignoreGone(): void {
  // Nothing to do.
}
