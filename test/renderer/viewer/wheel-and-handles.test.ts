import { describe, expect, it } from 'vitest'
import { handleAt, handleCursor, handlePoint, HANDLES, handlesOf } from '../../../src/renderer/viewer/handles.ts'
import { wheelIntent, wheelSource, type WheelInput, type WheelIntent } from '../../../src/renderer/viewer/wheel.ts'

const turn = (wheel: Partial<WheelInput>): WheelInput => ({
  ...{ deltaX: 0, deltaY: 0, deltaMode: 0, wheelDeltaY: 0, ctrlKey: false, shiftKey: false, altKey: false, time: 0 },
  ...wheel,
})
const first = (wheel: Partial<WheelInput>): WheelIntent => wheelIntent(turn(wheel), wheelSource(turn(wheel), null).device)

describe('the wheel', () => {
  it('zooms in whole notches with a mouse, in and out alike', () => {
    const up = first({ deltaY: -100, wheelDeltaY: 120 })
    const down = first({ deltaY: 100, wheelDeltaY: -120 })
    expect(up).toMatchObject({ kind: 'zoom', smooth: true })
    expect(up.kind === 'zoom' && down.kind === 'zoom' && up.factor * down.factor).toBeCloseTo(1)
    expect(up.kind === 'zoom' && up.factor).toBeGreaterThan(1)
  })

  it('moves the view with two fingers on a trackpad', () => {
    expect(first({ deltaX: 3, deltaY: -7, wheelDeltaY: 21 })).toEqual({ kind: 'pan', dx: -3, dy: 7 })
    expect(first({ deltaY: 4, wheelDeltaY: -12 })).toEqual({ kind: 'pan', dx: -0, dy: -4 })
  })

  it('knows a mouse by its first jump, also where the screen is scaled', () => {
    expect(first({ deltaY: -96, wheelDeltaY: 115 })).toMatchObject({ kind: 'zoom', smooth: true })
    expect(first({ deltaY: 3, deltaMode: 1 })).toMatchObject({ kind: 'zoom', smooth: true })
  })

  it('turns the view with Alt, finely with Shift too', () => {
    expect(first({ deltaY: 100, wheelDeltaY: -120, altKey: true })).toEqual({ kind: 'turn', degrees: 5 })
    expect(first({ deltaY: -100, wheelDeltaY: 120, altKey: true, shiftKey: true })).toEqual({ kind: 'turn', degrees: -1 })
    expect(first({ deltaY: 4, wheelDeltaY: -12, altKey: true })).toEqual({ kind: 'turn', degrees: 0.4 })
  })

  it('goes on panning when two fingers get fast, until they rest', () => {
    const slow = wheelSource(turn({ deltaY: 4, wheelDeltaY: -12 }), null)
    const fast = wheelSource(turn({ deltaY: 120, wheelDeltaY: -360, time: 16 }), slow)
    expect(fast.device).toBe('trackpad')
    expect(wheelSource(turn({ deltaY: 100, wheelDeltaY: -120, time: 600 }), fast).device).toBe('mouse')
    const mouse = wheelSource(turn({ deltaY: 100, wheelDeltaY: -120 }), null)
    expect(wheelSource(turn({ deltaX: 2, deltaY: 1, time: 20 }), mouse).device).toBe('trackpad')
  })

  it('zooms by a pinch, which comes as a wheel with Ctrl', () => {
    const pinch = first({ deltaY: -5, wheelDeltaY: 15, ctrlKey: true })
    expect(pinch).toMatchObject({ kind: 'zoom', smooth: false })
    expect(pinch.kind === 'zoom' && pinch.factor).toBeGreaterThan(1)
  })

  it('moves sideways with Shift', () => {
    expect(first({ deltaY: 100, wheelDeltaY: -120, shiftKey: true })).toEqual({ kind: 'pan', dx: -100, dy: 0 })
  })

  it('does not jump on a turn of many notches at once', () => {
    const wild = first({ deltaY: -10_000, wheelDeltaY: 12_000 })
    expect(wild.kind === 'zoom' && wild.factor).toBeLessThan(3)
  })
})

describe('handles', () => {
  const large = { x: 100, y: 100, width: 200, height: 120 }

  it('are eight on a large box, each hit at its own place', () => {
    expect(handlesOf(large)).toEqual(HANDLES)
    for (const handle of HANDLES) expect(handleAt(large, handlePoint(large, handle))).toBe(handle)
  })

  it('are hit within seven pixels and a half outwards and inwards', () => {
    expect(handleAt(large, { x: 93, y: 93 })).toBe('nw')
    expect(handleAt(large, { x: 92, y: 92 })).toBeNull()
    expect(handleAt(large, { x: 107, y: 107 })).toBe('nw')
    expect(handleAt(large, { x: 200, y: 226 })).toBe('s')
    expect(handleAt(large, { x: 200, y: 160 })).toBeNull()
  })

  it('leave the middle of a small box to be dragged', () => {
    const small = { x: 100, y: 100, width: 12, height: 12 }
    expect(handlesOf(small)).toEqual(['nw', 'ne', 'se', 'sw'])
    expect(handleAt(small, { x: 106, y: 106 })).toBeNull()
    expect(handleAt(small, { x: 99, y: 99 })).toBe('nw')
    expect(handleAt(small, { x: 113, y: 113 })).toBe('se')
  })

  it('show which way they go', () => {
    expect(handleCursor('nw')).toBe(handleCursor('se'))
    expect(handleCursor('n')).toBe('ns-resize')
    expect(handleCursor('e')).toBe('ew-resize')
    expect(handleCursor('e', 90)).toBe('ns-resize')
    expect(handleCursor('n', -45)).toBe(handleCursor('nw'))
    expect(handleCursor('nw', 180)).toBe(handleCursor('nw'))
  })
})
