import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from 'react'
import { type ClassRecord } from '#shared/records/class.ts'
import { type ClassId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { gapAt, moveClassEdit, placeClassEdit } from './class-edits.ts'

/** The handle of a class's row: dragged, or steered by arrow keys. */
export interface ClassHandle {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void
  readonly onPointerUp: () => void
  readonly onPointerCancel: () => void
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
}

export interface ClassOrder {
  /** The class that is dragged, and the gap between rows (0 = above the first) that it would drop into; null: none. */
  readonly drag: { readonly id: ClassId; readonly gap: number } | null
  readonly handleOf: (record: ClassRecord) => ClassHandle
}

/** Classes in another order: a drag is one edit when it ends, Escape ends it without one. `list` holds a row a class. */
export function useClassOrder(list: RefObject<HTMLElement | null>): ClassOrder {
  const { stores } = useApp()
  const classes = useDocument((state) => state.classes)
  const [drag, setDrag] = useState<ClassOrder['drag']>(null)
  useEscape(drag !== null, () => {
    setDrag(null)
  })
  const keepFocus = useKeptFocus(list, classes)
  const end = (): void => {
    setDrag(null)
    const record = classes.find(({ id }) => id === drag?.id)
    const edit = record && drag ? placeClassEdit(record, drag.gap, classes) : null
    if (edit) void stores.actions.commit(edit)
  }
  const steer = (record: ClassRecord, event: KeyboardEvent<HTMLElement>): void => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null
    if (step === null) return
    // The canvas would take the arrow for itself.
    event.preventDefault()
    event.stopPropagation()
    const edit = moveClassEdit(record, step, classes)
    if (edit === null) return
    keepFocus(event.currentTarget)
    void stores.actions.commit(edit)
  }
  const handleOf = (record: ClassRecord): ClassHandle => ({
    onPointerDown: (event) => {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      setDrag({ id: record.id, gap: classes.indexOf(record) })
    },
    onPointerMove: (event) => {
      if (drag === null || list.current === null) return
      const rows = [...list.current.children].map((row) => row.getBoundingClientRect())
      setDrag({ id: drag.id, gap: gapAt(rows, event.clientY) })
    },
    onPointerUp: end,
    onPointerCancel: () => {
      setDrag(null)
    },
    onKeyDown: (event) => {
      steer(record, event)
    },
  })
  return { drag, handleOf }
}

/** Escape ends a drag, wherever the keyboard is, and is then used up. */
function useEscape(active: boolean, cancel: () => void): void {
  useEffect(() => {
    if (!active) return undefined
    const hear = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.preventDefault()
      event.stopPropagation()
      cancel()
    }
    window.addEventListener('keydown', hear, true)
    return () => {
      window.removeEventListener('keydown', hear, true)
    }
  })
}

/** A row that moves in the document loses the keyboard: it gets it back. */
function useKeptFocus(list: RefObject<HTMLElement | null>, classes: readonly ClassRecord[]): (element: HTMLElement) => void {
  const wanted = useRef<HTMLElement | null>(null)
  useEffect(() => {
    if (wanted.current !== null && list.current?.contains(wanted.current) === true) wanted.current.focus()
    wanted.current = null
  }, [list, classes])
  return (element) => {
    wanted.current = element
  }
}
