import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLOR_MAPS, colorAt, type ColorMapName } from '../../../src/renderer/maps/color-maps.ts'
import { ERROR_COLORS } from '../../../src/renderer/maps/error-map.ts'
import { applyTable, classTable, FADE, packed, rgbOf, scalarTable } from '../../../src/renderer/maps/lookup.ts'
import { ciede2000, labOf, type Vision } from '../../shared/color-vision.ts'

const VISIONS: readonly Vision[] = ['normal', 'protanopia', 'deuteranopia', 'protanopia (Viénot)', 'deuteranopia (Viénot)']
const hexAt = (name: ColorMapName, value: number): string =>
  `#${colorAt(name, value)
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`

describe('colour maps', () => {
  // As Matplotlib 3.11 prints them.
  it.each([
    ['viridis', '#440154', '#21918c', '#fde725'],
    ['inferno', '#000004', '#bc3754', '#fcffa4'],
    ['cividis', '#00224e', '#7d7c78', '#fee838'],
  ] as const)('%s is as published', (name, low, middle, high) => {
    expect([hexAt(name, 0), hexAt(name, 128), hexAt(name, 255)]).toEqual([low, middle, high])
  })

  it.each(COLOR_MAPS.flatMap((name) => VISIONS.map((vision) => [name, vision] as const)))('%s grows lighter under %s', (name, vision) => {
    const lightness = Array.from({ length: 33 }, (_, step) => labOf(hexAt(name, Math.min(255, 8 * step)), vision)[0])
    for (let step = 1; step < lightness.length; step++) expect(lightness[step]).toBeGreaterThan(lightness[step - 1]! - 0.5)
    expect(lightness[32]! - lightness[0]!).toBeGreaterThan(70)
  })

  it.each([-1, 256, 0.5, Number.NaN])('have no colour for %d', (value) => {
    expect(() => colorAt('viridis', value)).toThrow(RangeError)
  })
})

describe('colours of errors', () => {
  it.each(VISIONS)('are apart under %s', (vision) => {
    const seen = Object.values(ERROR_COLORS).map((color) => labOf(color, vision))
    for (const [at, one] of seen.entries())
      for (const other of seen.slice(at + 1)) {
        expect(ciede2000(one, other)).toBeGreaterThan(20)
        expect(Math.abs(one[0] - other[0])).toBeGreaterThan(12)
      }
  })
})

describe('tables', () => {
  const bytes = (pixel: number): number[] => [...new Uint8Array(Uint32Array.of(pixel).buffer)]

  it('let the image through where a number is near nothing', () => {
    const table = scalarTable('inferno')
    expect(bytes(table[0]!)[3]).toBe(0)
    expect(bytes(table[FADE / 2]!)[3]).toBe(128)
    expect(bytes(table[FADE]!)).toEqual([...colorAt('inferno', FADE), 255])
    expect(bytes(table[255]!)).toEqual([...colorAt('inferno', 255), 255])
  })

  it('give each class its colour, background and what is hidden none', () => {
    const table = classTable(['#102030', null, '#ffffff'])
    expect([0, 1, 2, 3, 4, 255].map((value) => bytes(table[value]!))).toEqual([
      [0, 0, 0, 0],
      [16, 32, 48, 255],
      [0, 0, 0, 0],
      [255, 255, 255, 255],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
  })

  it('colour every pixel by its value', () => {
    const table = scalarTable('viridis')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (values) => {
        const pixels = new Uint32Array(values.length)
        applyTable(values, table, pixels)
        expect([...pixels]).toEqual([...values].map((value) => table[value]))
      }),
    )
    expect(() => {
      applyTable(new Uint8Array(2), table, new Uint32Array(3))
    }).toThrow(RangeError)
  })

  it('pack bytes as an ImageData holds them', () => {
    expect(bytes(packed([...rgbOf('#0a141e'), 40]))).toEqual([10, 20, 30, 40])
  })
})
