import { AppError } from '#shared/errors.ts'

/** How TensorFlow, WebAssembly, ONNX Runtime and V8 say that there is no memory left. */
const WORDS =
  /OOM when allocating|ResourceExhausted|RESOURCE_EXHAUSTED|out of memory|Array buffer allocation failed|bad_alloc|Failed to allocate memory/i

/** The error in words for a person where it says that memory ran out, else null. */
export function memoryError(thrown: unknown): AppError | null {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (!WORDS.test(message)) return null
  return new AppError(
    'out-of-memory',
    'The memory of this machine ran out.',
    'Choose a smaller batch or close other programs, then start again: a training goes on from its checkpoint.',
    thrown,
  )
}
