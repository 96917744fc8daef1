import { stat } from 'node:fs/promises'
import type { AppError } from '#shared/errors.ts'
import { imageError } from './failure.ts'

/** Seconds that any image gets to be read. A sound one takes a fraction of that; some broken files keep a decoder busy for ever. */
export const LEAST_SECONDS = 60
/** A file gets another second for each so many bytes: a slow network drive is no reason to leave a large one out. */
const BYTES_A_SECOND = 2 ** 20

/** Seconds that a file gets on top of the least, by its size. */
export async function secondsForSize(file: string): Promise<number> {
  const bytes = (await stat(file).catch(() => null))?.size ?? 0
  return bytes / BYTES_A_SECOND
}

/** What is told of an image that was given up. */
export function tooSlow(file: string, seconds: number): AppError {
  return imageError(
    'image-too-slow',
    file,
    `could not be read within ${Math.round(seconds).toLocaleString('en')} seconds.`,
    'Check its drive. If that answers, the file is damaged: open it in another program and save it again, or leave it out.',
  )
}

/**
 * Reads a file by `read`, but not for ever: rejects with code `image-too-slow` after the least time and what its size allows. Nothing can stop
 * a decoder from outside: it goes on in its thread, so a process in which this happened has a thread less.
 */
export function inTime<T>(read: (file: string) => Promise<T>, leastSeconds = LEAST_SECONDS): (file: string) => Promise<T> {
  return (file) =>
    new Promise((resolve, reject) => {
      const begun = performance.now()
      let ended = false
      let timer: NodeJS.Timeout | undefined
      const giveUpAfter = (seconds: number): void => {
        clearTimeout(timer)
        timer = setTimeout(
          () => {
            reject(tooSlow(file, seconds))
          },
          seconds * 1000 - (performance.now() - begun),
        )
      }
      giveUpAfter(leastSeconds)
      void secondsForSize(file).then((more) => {
        if (!ended) giveUpAfter(leastSeconds + more)
      })
      const end = (): void => {
        ended = true
        clearTimeout(timer)
      }
      read(file).finally(end).then(resolve, reject)
    })
}
