import { startTransition, useCallback, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** Does something when the next frame has been drawn; the returned function calls it off. */
function afterFrame(task: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(task)
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
}

/**
 * A value as it was when the last frame was drawn: what is slow to show follows the canvas instead of keeping it waiting, and is left out of frames
 * between which the value changes again. The function beside it shows the value at once.
 */
export function useAfterFrame<T>(value: T): readonly [shown: T, now: () => void] {
  const [shown, setShown] = useState<T>(() => value)
  useEffect(
    () =>
      afterFrame(() => {
        startTransition(() => {
          setShown(() => value)
        })
      }),
    [value],
  )
  const now = useCallback(() => {
    flushSync(() => {
      setShown(() => value)
    })
  }, [value])
  return [shown, now]
}
