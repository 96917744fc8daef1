import { z } from 'zod'
import { errorInfo } from '../errors.ts'
import type { Unsubscribe } from './service.ts'

/** What crosses a process. Payloads are parsed by the contract's schema; this is only the envelope. */
export const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id: z.number().int(), service: z.string(), method: z.string(), input: z.unknown() }),
  z.object({ kind: z.literal('answer'), id: z.number().int(), service: z.string(), value: z.unknown() }),
  z.object({ kind: z.literal('failure'), id: z.number().int(), service: z.string(), error: errorInfo }),
  z.object({ kind: z.literal('event'), service: z.string(), event: z.string(), payload: z.unknown() }),
])
export type Message = z.infer<typeof message>

/** One end of a channel between two processes. Electron's IPC, a child process and an in-memory pair each make one. */
export interface Transport {
  post(message: Message): void
  /** Hears what the other end posted, unparsed: the proxy parses it. */
  listen(listener: (message: unknown) => void): Unsubscribe
  /** Hears that the other end is gone, with the reason. */
  onClose(listener: (reason: string) => void): Unsubscribe
}
