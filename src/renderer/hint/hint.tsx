import { cloneElement, useEffect, useId, useLayoutEffect, useRef, useState, type PointerEvent, type ReactElement } from 'react'
import { createPortal } from 'react-dom'
import { hintPlace } from './hint-place.ts'
import styles from './hint.module.css'

/** Milliseconds for which the pointer rests on a control before its hint comes. */
const DELAY = 400

/** What ends a hint besides the pointer's leaving, and keeps it away until the pointer comes anew: whoever acts has read enough. */
const ENDING = ['keydown', 'pointerdown', 'wheel', 'blur'] as const

/** What a person may want to press next, so that no hint should lie over it. */
const CONTROLS =
  'button, a[href], input, select, textarea, summary, [role="option"], [role="slider"], [role="row"], [role="tab"], [role="menuitem"], label'

interface Hovered {
  readonly onPointerEnter?: (event: PointerEvent<Element>) => void
  readonly onPointerLeave?: (event: PointerEvent<Element>) => void
  readonly 'aria-describedby'?: string
}

interface HintProps {
  readonly label: string
  /** No hint for now. */
  readonly off?: boolean
  /** The control: an element, or a component that hands the pointer's events on to one. */
  readonly children: ReactElement<Hovered>
}

/**
 * What a control does, told beside it while the pointer rests there. `target`: what a menu gives the control that opens it. Not Mantine's Tooltip: that
 * keeps within the window, but lies over the controls below, which are what a person in a panel presses next.
 */
export function Hint({ label, off = false, children, ...target }: HintProps) {
  const id = useId()
  const [over, setOver] = useState<Element | null>(null)
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (!over) return
    const timer = setTimeout(() => {
      setShown(true)
    }, DELAY)
    const end = (): void => {
      setOver(null)
    }
    for (const name of ENDING) window.addEventListener(name, end, { capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      setShown(false)
      for (const name of ENDING) window.removeEventListener(name, end, { capture: true })
    }
  }, [over])
  const told = shown && !off ? over : null
  const { props } = children
  return (
    <>
      {cloneElement(children, {
        ...target,
        ...(told ? { 'aria-describedby': id } : {}),
        onPointerEnter: (event) => {
          props.onPointerEnter?.(event)
          // A finger rests on nothing.
          if (event.pointerType !== 'touch') setOver(event.currentTarget)
        },
        onPointerLeave: (event) => {
          props.onPointerLeave?.(event)
          setOver(null)
        },
      })}
      {told && createPortal(<Bubble id={id} label={label} target={told} />, document.body)}
    </>
  )
}

function Bubble({ id, label, target }: { readonly id: string; readonly label: string; readonly target: Element }) {
  const bubble = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { current } = bubble
    if (!current) return
    const { left, top } = hintPlace(target.getBoundingClientRect(), current.getBoundingClientRect(), controlsBeside(target), {
      width: innerWidth,
      height: innerHeight,
    })
    current.style.left = `${String(Math.round(left))}px`
    current.style.top = `${String(Math.round(top))}px`
  }, [target, label])
  return (
    <div ref={bubble} id={id} role="tooltip" className={styles['hint']}>
      {label}
    </div>
  )
}

/** Where the other controls are; of those behind a dialog nobody can press one. */
function controlsBeside(target: Element): DOMRect[] {
  const around = target.closest('[role="dialog"]') ?? document
  return [...around.querySelectorAll(CONTROLS)]
    .filter((control) => !control.contains(target) && !target.contains(control))
    .map((control) => control.getBoundingClientRect())
}
