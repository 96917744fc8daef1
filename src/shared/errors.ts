import { z } from 'zod'

/**
 * What an error says when it crosses a process or reaches a person: a stable code for programs, what happened, and what to do.
 * Codes are kebab-case nouns, never reused for another meaning.
 */
export const errorInfo = z.object({
  code: z.string().max(80),
  message: z.string().max(4000),
  hint: z.string().max(4000).optional(),
})
export type ErrorInfo = z.infer<typeof errorInfo>

/** An error meant for a person. Anything else that is thrown is a defect and crosses as code `internal`. */
export class AppError extends Error {
  readonly code: string
  readonly hint: string | undefined

  constructor(code: string, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.hint = hint
  }
}

/** A sentence with the stop at its end, where it has none: another one may follow. */
export const withStop = (sentence: string): string => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`)

/** The plain form of any thrown value, for crossing a process. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  if (thrown instanceof AppError) {
    return { code: thrown.code, message: thrown.message.slice(0, 4000), ...(thrown.hint === undefined ? {} : { hint: thrown.hint }) }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: 'internal', message: message.slice(0, 4000) }
}

/** The error again on the other side. */
export function fromErrorInfo(info: ErrorInfo): AppError {
  return new AppError(info.code, info.message, info.hint)
}
