import type { ErrorInfo } from '#shared/errors.ts'
import type { SkippedArray } from './weight-file.ts'

// What passes between the engine and the thread that reads an HDF5 file.

export type KerasRequest = { readonly kind: 'open'; readonly file: string } | { readonly kind: 'read'; readonly name: string }

export type KerasReply =
  | {
      readonly kind: 'opened'
      readonly arrays: readonly { readonly name: string; readonly shape: readonly number[] }[]
      readonly skipped: readonly SkippedArray[]
    }
  | { readonly kind: 'numbers'; readonly data: Float32Array<ArrayBuffer> }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }
