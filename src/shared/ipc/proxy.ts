import { AppError, fromErrorInfo, toErrorInfo } from '../errors.ts'
import type { ClientOf, EmitterOf, HandlersOf, ServiceContract, Unsubscribe } from './service.ts'
import { message, type Message, type Transport } from './transport.ts'

type Handler = (input: unknown) => unknown
interface Pending {
  readonly method: string
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

const own = (record: object, key: string): boolean => Object.prototype.hasOwnProperty.call(record, key)

async function answer(
  contract: ServiceContract,
  handlers: Record<string, Handler>,
  call: Extract<Message, { kind: 'call' }>,
): Promise<Message> {
  const { id, service, method } = call
  try {
    // Own properties only: a method named `constructor` must not reach the prototype.
    const spec = own(contract.methods, method) ? contract.methods[method] : undefined
    const handler = own(handlers, method) ? handlers[method] : undefined
    if (!spec || !handler) throw new AppError('unknown-method', `${service} has no method ${method}.`)
    const input = spec.input.safeParse(call.input)
    if (!input.success)
      throw new AppError('bad-payload', `${service}.${method} was called with a payload that does not fit: ${input.error.message}`)
    const value = spec.output.parse(await handler(input.data))
    return { kind: 'answer', id, service, value }
  } catch (thrown) {
    return { kind: 'failure', id, service, error: toErrorInfo(thrown) }
  }
}

/** Answers a contract's calls on a transport, and gives the function that raises its events. */
export function serve<C extends ServiceContract>(
  contract: C,
  handlers: HandlersOf<C>,
  transport: Transport,
): { emit: EmitterOf<C>; stop: Unsubscribe } {
  const stop = transport.listen((raw) => {
    const parsed = message.safeParse(raw)
    if (!parsed.success || parsed.data.kind !== 'call' || parsed.data.service !== contract.name) return
    void answer(contract, handlers as Record<string, Handler>, parsed.data).then((reply) => {
      transport.post(reply)
    })
  })
  const emit: EmitterOf<C> = (event, payload) => {
    transport.post({ kind: 'event', service: contract.name, event, payload })
  }
  return { emit, stop }
}

class Connection {
  readonly #pending = new Map<number, Pending>()
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>()
  readonly #contract: ServiceContract
  readonly #transport: Transport
  /** Not from 1 on: what main answers late to a page that was loaded anew meanwhile must fit none of the calls of the new one. */
  #next = Math.floor(Math.random() * 2 ** 48)
  #closed: string | null = null

  constructor(contract: ServiceContract, transport: Transport) {
    this.#contract = contract
    this.#transport = transport
    transport.listen((raw) => {
      const parsed = message.safeParse(raw)
      if (parsed.success && parsed.data.service === contract.name) this.#receive(parsed.data)
    })
    transport.onClose((reason) => {
      this.#close(reason)
    })
  }

  call(method: string, input: unknown): Promise<unknown> {
    if (this.#closed !== null) return Promise.reject(new AppError('disconnected', this.#closed))
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { method, resolve, reject })
      this.#transport.post({ kind: 'call', id, service: this.#contract.name, method, input })
    })
  }

  hear(event: string, listener: (payload: unknown) => void): Unsubscribe {
    const set = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, set.add(listener))
    return () => {
      set.delete(listener)
    }
  }

  #receive(received: Message): void {
    if (received.kind === 'event') this.#raise(received.event, received.payload)
    if (received.kind !== 'answer' && received.kind !== 'failure') return
    const pending = this.#pending.get(received.id)
    if (!pending) return
    this.#pending.delete(received.id)
    if (received.kind === 'failure') pending.reject(fromErrorInfo(received.error))
    else this.#settle(pending, received.value)
  }

  #settle(pending: Pending, value: unknown): void {
    const parsed = this.#contract.methods[pending.method]?.output.safeParse(value)
    if (parsed?.success) pending.resolve(parsed.data)
    else pending.reject(new AppError('bad-answer', `${this.#contract.name}.${pending.method} answered with something that does not fit.`))
  }

  #raise(event: string, payload: unknown): void {
    const spec = own(this.#contract.events, event) ? this.#contract.events[event] : undefined
    const parsed = spec?.safeParse(payload)
    if (!parsed?.success) return
    for (const listener of this.#listeners.get(event) ?? []) listener(parsed.data)
  }

  #close(reason: string): void {
    this.#closed = reason
    for (const pending of this.#pending.values()) pending.reject(new AppError('disconnected', reason))
    this.#pending.clear()
  }
}

const eventName = (member: string): string => member.charAt(2).toLowerCase() + member.slice(3)

/** The calling end: an object with one function a method, and one `onX` an event. */
export function connect<C extends ServiceContract>(contract: C, transport: Transport): ClientOf<C> {
  const connection = new Connection(contract, transport)
  const client: Record<string, unknown> = {}
  for (const method of Object.keys(contract.methods)) client[method] = (input: unknown) => connection.call(method, input)
  for (const event of Object.keys(contract.events)) {
    const member = `on${event.charAt(0).toUpperCase()}${event.slice(1)}`
    client[member] = (listener: (payload: unknown) => void) => connection.hear(eventName(member), listener)
  }
  return client as ClientOf<C>
}
