import { describe, expect, it } from 'vitest'
import { overviewFrame } from '../../../src/renderer/viewer/overview-frame.ts'
import { fitView, type Frame, type View } from '../../../src/renderer/viewer/view-geometry.ts'

describe('the overview', () => {
  const frame: Frame = { image: { width: 1680, height: 1320 }, viewport: { width: 800, height: 600 }, pixelRatio: 1 }

  it('is not needed while the whole image is in sight', () => {
    expect(overviewFrame({ view: fitView(frame), frame })).toBeNull()
  })

  it('frames what the canvas shows', () => {
    const view: View = { zoom: 1, centre: { x: 840, y: 660 }, angle: 0 }
    expect(overviewFrame({ view, frame })).toEqual({ x: 44, y: 36, width: 80, height: 60, angle: 0 })
  })

  it('frames a turned view by the turned viewport, and shows none while all is in sight', () => {
    expect(overviewFrame({ view: fitView(frame, 30), frame })).toBeNull()
    expect(overviewFrame({ view: { ...fitView(frame), angle: 90 }, frame })).not.toBeNull()
    const at = overviewFrame({ view: { zoom: 1, centre: { x: 840, y: 660 }, angle: 30 }, frame })
    expect(at).toEqual({ x: 44, y: 36, width: 80, height: 60, angle: -30 })
  })

  it('is not laid over most of a small canvas', () => {
    const view: View = { zoom: 1, centre: { x: 840, y: 660 }, angle: 0 }
    for (const viewport of [{ width: 400, height: 600 }, { width: 800, height: 300 }]) expect(overviewFrame({ view, frame: { ...frame, viewport } })).toBeNull() // prettier-ignore
    expect(overviewFrame({ view, frame: { ...frame, viewport: { width: 420, height: 330 } } })).not.toBeNull()
  })

  it('keeps its frame inside the picture', () => {
    const at = overviewFrame({ view: { zoom: 1, centre: { x: 0, y: 0 }, angle: 0 }, frame })!
    expect(at).toEqual({ x: 0, y: 0, width: 40, height: 30, angle: 0 })
  })
})
