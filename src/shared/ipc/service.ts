import type { z } from 'zod'

/** One method of a service: plain, async, one argument; both ways are parsed at the edge. */
export interface MethodSpec<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I
  readonly output: O
}

/** A service as both ends see it. Events are named without their `on`: event `progress` is heard with `onProgress`. */
export interface ServiceContract {
  readonly name: string
  readonly methods: Readonly<Record<string, MethodSpec>>
  readonly events: Readonly<Record<string, z.ZodType>>
}

export function method<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): MethodSpec<I, O> {
  return { input, output }
}

/** Keeps the literal types of a contract. */
export function defineService<const C extends ServiceContract>(contract: C): C {
  return contract
}

export type Unsubscribe = () => void

/** What the calling side holds. */
export type ClientOf<C extends ServiceContract> = {
  readonly [M in keyof C['methods']]: (input: z.input<C['methods'][M]['input']>) => Promise<z.output<C['methods'][M]['output']>>
} & {
  readonly [E in keyof C['events'] & string as `on${Capitalize<E>}`]: (listener: (payload: z.output<C['events'][E]>) => void) => Unsubscribe
}

/** What the answering side gives. */
export type HandlersOf<C extends ServiceContract> = {
  readonly [M in keyof C['methods']]: (
    input: z.output<C['methods'][M]['input']>,
  ) => Promise<z.input<C['methods'][M]['output']>> | z.input<C['methods'][M]['output']>
}

/** How the answering side raises events. */
export type EmitterOf<C extends ServiceContract> = <E extends keyof C['events'] & string>(
  event: E,
  payload: z.input<C['events'][E]>,
) => void
