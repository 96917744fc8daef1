import { describe, expect, it } from 'vitest'
import { CLASS_COLORS, classColor, contrast, graphicColorOn, relativeLuminance, textColorOn } from '#shared/colors.ts'
import { ciede2000, labOf, type Triple, type Vision } from './color-vision.ts'

const GROUNDS = {
  'eosin, pale': '#e8b4c8',
  'eosin, strong': '#d98cb0',
  haematoxylin: '#6a4c93',
  DAB: '#8b5a2b',
  'red cell': '#c08070',
  'slide without tissue': '#d8dcd6',
  'white cell nucleus': '#5a4bbe',
  'fluorescence black': '#000000',
}

const closest = (vision: Vision): number =>
  Math.min(...CLASS_COLORS.flatMap((a, i) => CLASS_COLORS.slice(i + 1).map((b) => ciede2000(labOf(a, vision), labOf(b, vision)))))
const closestToGround = (vision: Vision): number =>
  Math.min(...CLASS_COLORS.flatMap((a) => Object.values(GROUNDS).map((b) => ciede2000(labOf(a, vision), labOf(b, vision)))))

describe('class colours', () => {
  it('measures colours as published (pairs 1, 7, 17, 25 and 34 of Sharma et al.)', () => {
    const pairs: [Triple, Triple, number][] = [
      [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
      [[50, 0, 0], [50, -1, 2], 2.3669],
      [[50, 2.5, 0], [73, 25, -18], 27.1492],
      [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
      [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
    ]
    for (const [a, b, difference] of pairs) expect(ciede2000(a, b)).toBeCloseTo(difference, 4)
    for (const vision of ['protanopia', 'deuteranopia', 'protanopia (Viénot)', 'deuteranopia (Viénot)'] as const)
      expect(ciede2000(labOf('#808080', vision), labOf('#808080', 'normal')), `grey stays grey: ${vision}`).toBeLessThan(2)
  })

  it('are ten, apart from each other to every eye', () => {
    expect(CLASS_COLORS).toHaveLength(10)
    expect(closest('normal')).toBeGreaterThan(20)
    for (const vision of ['protanopia', 'deuteranopia'] as const) expect(closest(vision), vision).toBeGreaterThan(14)
    for (const vision of ['protanopia (Viénot)', 'deuteranopia (Viénot)'] as const) expect(closest(vision), vision).toBeGreaterThan(9)
  })

  it('stand out from stains and from fluorescence black', () => {
    expect(closestToGround('normal')).toBeGreaterThan(18)
    for (const vision of ['protanopia', 'deuteranopia'] as const) expect(closestToGround(vision), vision).toBeGreaterThan(7)
  })

  it('are bright and strong enough for a thin line', () => {
    for (const color of CLASS_COLORS) {
      const [lightness, a, b] = labOf(color, 'normal')
      expect(color).toMatch(/^#[0-9a-f]{6}$/)
      expect(lightness, color).toBeGreaterThan(40)
      expect(Math.hypot(a, b), color).toBeGreaterThan(35)
    }
  })

  it('are seen as lines on a panel of either theme, and stay as they are where they were', () => {
    for (const ground of ['#f4f4f4', '#1e1e1e'])
      for (const color of [...CLASS_COLORS, '#ffffff', '#000000'])
        expect(contrast(graphicColorOn(color, ground), ground), `${color} on ${ground}`).toBeGreaterThanOrEqual(3)
    expect(graphicColorOn('#3cffff', '#1e1e1e')).toBe('#3cffff')
    expect(contrast('#3cffff', '#f4f4f4')).toBeLessThan(1.5)
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6)
  })

  it('come round again, and say what is read on them', () => {
    expect([0, 9, 10, 23].map(classColor)).toEqual([CLASS_COLORS[0], CLASS_COLORS[9], CLASS_COLORS[0], CLASS_COLORS[3]])
    expect([textColorOn('#000000'), textColorOn('#ffffff'), textColorOn('#00ff00'), textColorOn('#27754a')]).toEqual([
      '#ffffff',
      '#000000',
      '#000000',
      '#ffffff',
    ])
    expect(relativeLuminance('#ffffff')).toBeCloseTo(1, 6)
    expect(relativeLuminance('#808080')).toBeCloseTo(0.2159, 4)
  })
})
