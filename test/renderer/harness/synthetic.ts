import { createRandom } from '../../../src/shared/random.ts'

/** Grounds that labels have to be seen on: eosin, haematoxylin, DAB and fluorescence. */
export const STAINS = {
  pink: { ground: '#f3dfe6', cells: ['#d98aa4', '#c9708f', '#e3a3b5', '#8d4a8f'] },
  purple: { ground: '#c7b3d8', cells: ['#7a4fa3', '#5b3a86', '#9a70bd', '#3d2463'] },
  brown: { ground: '#e2d3bf', cells: ['#9a6a3c', '#7d4e26', '#b78a58', '#4f3120'] },
  black: { ground: '#050505', cells: ['#1f6b3a', '#164f8a', '#7a1f4a', '#2f2f2f'] },
} as const
export type Stain = keyof typeof STAINS

export interface Cell {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly kind: number
}

/** Cells scattered over an image, in pixels; most are of the first kind. */
export function scatter(count: number, width: number, height: number, seed: number): Cell[] {
  const random = createRandom(seed)
  const typical = Math.min(26, Math.sqrt((width * height) / count) * 0.42)
  return Array.from({ length: count }, () => {
    const kind = random.next() < 0.8 ? 0 : random.next() < 0.3 ? 1 : 2
    const radius = typical * [1, 1.8, 0.5][kind]! * (0.8 + 0.4 * random.next())
    return { x: radius + random.next() * (width - 2 * radius), y: radius + random.next() * (height - 2 * radius), radius, kind }
  })
}

/** A picture of the cells as an object URL. */
export async function paint(cells: readonly Cell[], width: number, height: number, stain: Stain): Promise<string> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')!
  const { ground, cells: colors } = STAINS[stain]
  context.fillStyle = ground
  context.fillRect(0, 0, width, height)
  for (const { x, y, radius, kind } of cells) {
    context.fillStyle = colors[kind]!
    context.beginPath()
    context.arc(x, y, radius * 0.92, 0, 2 * Math.PI)
    context.fill()
    context.fillStyle = kind === 0 ? 'rgb(255 255 255 / 18%)' : colors[3]
    context.beginPath()
    context.arc(x, y, radius * 0.4, 0, 2 * Math.PI)
    context.fill()
  }
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/png' }))
}
