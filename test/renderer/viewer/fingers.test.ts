import { describe, expect, test, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { type Gesture } from '../../../src/renderer/tools/gesture.ts'
import { Fingers } from '../../../src/renderer/viewer/fingers.ts'

type Type = 'pointerdown' | 'pointermove' | 'pointerup'

function desk(kind: string) {
  const gesture = createStore(() => ({ gesture: { kind } as unknown as Gesture }))
  const view = { panBy: vi.fn(), zoomBy: vi.fn() }
  const cancel = vi.fn(() => true)
  const element = { setPointerCapture: vi.fn() }
  const fingers = new Fingers({ element, stores: { gesture, view }, driver: { cancel } } as unknown as ConstructorParameters<
    typeof Fingers
  >[0])
  const send = (pointerType: 'touch' | 'pen' | 'mouse', type: Type, pointerId: number, x = 0, y = 0): boolean =>
    fingers.takes({ type, pointerId, pointerType } as PointerEvent, () => ({ x, y }))
  return { gesture, view, cancel, send }
}

describe('fingers', () => {
  test('one is the tool’s, as are mouse and pen', () => {
    const { send, view } = desk('idle')
    for (const by of ['touch', 'mouse', 'pen'] as const)
      expect([send(by, 'pointerdown', 1), send(by, 'pointermove', 1, 9), send(by, 'pointerup', 1)]).toEqual([false, false, false])
    expect(view.panBy).not.toHaveBeenCalled()
  })

  test('a second breaks off what the first began, moves and zooms, until all are lifted', () => {
    const { send, view, cancel } = desk('idle')
    send('touch', 'pointerdown', 1, 100, 100)
    expect(send('touch', 'pointerdown', 2, 200, 100)).toBe(true)
    expect(cancel).toHaveBeenCalledTimes(1)
    expect(send('touch', 'pointermove', 2, 300, 120)).toBe(true)
    expect(view.panBy).toHaveBeenLastCalledWith(50, 10)
    expect(view.zoomBy).toHaveBeenLastCalledWith(expect.closeTo(Math.hypot(200, 20) / 100), { x: 200, y: 110 })
    expect([send('touch', 'pointerup', 2), send('touch', 'pointermove', 1, 150, 100), send('touch', 'pointerup', 1)]).toEqual([
      true,
      true,
      true,
    ])
    expect(view.panBy).toHaveBeenCalledTimes(1)
    expect(send('touch', 'pointerdown', 3)).toBe(false)
  })

  test('a polygon that was under way is what it was before the first came down', () => {
    const { send, gesture, cancel } = desk('polygon')
    const before = gesture.getState().gesture
    send('touch', 'pointerdown', 1)
    gesture.setState({ gesture: { kind: 'polygon' } as unknown as Gesture })
    send('touch', 'pointerdown', 2, 80)
    expect(gesture.getState().gesture).toBe(before)
    expect(cancel).not.toHaveBeenCalled()
  })

  test('a hand that rests beside a pen at work does nothing', () => {
    const { send, cancel, view } = desk('idle')
    expect(send('pen', 'pointerdown', 1)).toBe(false)
    expect([send('touch', 'pointerdown', 2), send('touch', 'pointerdown', 3, 90), send('touch', 'pointermove', 3, 95)]).toEqual([
      true,
      true,
      true,
    ])
    expect(send('pen', 'pointermove', 1, 5)).toBe(false)
    expect([cancel.mock.calls.length, view.panBy.mock.calls.length]).toEqual([0, 0])
    send('pen', 'pointerup', 1)
    expect(send('touch', 'pointerup', 2)).toBe(true)
    expect(send('touch', 'pointerdown', 4)).toBe(false)
  })

  test('a hand that came down before the pen leaves nothing and does nothing', () => {
    const { send, cancel, view } = desk('idle')
    expect(send('touch', 'pointerdown', 1)).toBe(false)
    expect(send('pen', 'pointerdown', 2, 50)).toBe(false)
    expect(cancel).toHaveBeenCalledTimes(1)
    expect([send('touch', 'pointermove', 1, 9), send('touch', 'pointerdown', 3, 90), send('touch', 'pointerup', 1)]).toEqual([
      true,
      true,
      true,
    ])
    expect(send('pen', 'pointermove', 2, 60)).toBe(false)
    expect([cancel.mock.calls.length, view.panBy.mock.calls.length]).toEqual([1, 0])
  })
})
