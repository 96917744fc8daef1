import { type ErrorInfo } from '#shared/errors.ts'
import { type Size } from '#shared/geometry/point.ts'
import { type Outlined } from '#shared/outline/outliner.ts'
import { type Prompt } from '#shared/outline/prompt.ts'

/** To the worker that outlines: the network first, then a picture, then what is asked of it. */
export type OutlineRequest =
  | { readonly kind: 'net'; readonly file: ArrayBuffer }
  /** Four bytes a pixel. */
  | { readonly kind: 'picture'; readonly size: Size; readonly data: Uint8ClampedArray }
  | { readonly kind: 'prompt'; readonly id: number; readonly prompt: Prompt }

/** From it: an answer, or what went wrong for all that was asked. */
export type OutlineAnswer = { readonly id: number; readonly outlined: Outlined | null } | { readonly error: ErrorInfo }
