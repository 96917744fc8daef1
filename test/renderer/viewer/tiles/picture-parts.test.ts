import { describe, expect, it } from 'vitest'
import { pictureParts, wholeUrl } from '../../../../src/renderer/viewer/tiles/picture-parts.ts'
import { IMAGE, imageOf } from '../../records.ts'

const clients = {
  imageUrl: () => 'whole',
  tileUrl: (_: unknown, { level, column, row }: { level: number; column: number; row: number }) =>
    `tile ${String(level)} ${String(column)} ${String(row)}`,
}
const part = { x: 1000, y: 100, width: 100, height: 100 }

describe('the pictures of a small view', () => {
  it('are the image itself where it is not large', () => {
    const small = { ...imageOf(IMAGE, 2000, 1000), name: 'a.png' }
    expect(pictureParts(clients, small, part, 2)).toEqual([{ url: 'whole', box: { x: 0, y: 0, width: 2000, height: 1000 } }])
    expect(wholeUrl(clients, small)).toBe('whole')
  })

  it('are the tiles in sight of a large one and of a slide, at the level that fits', () => {
    const large = { ...imageOf(IMAGE, 20_000, 10_000), name: 'a.png' }
    expect(pictureParts(clients, large, part, 2).map(({ url }) => url)).toEqual(['tile 0 1 0', 'tile 0 2 0'])
    expect(pictureParts(clients, large, { x: 0, y: 0, width: 20_000, height: 10_000 }, 0.01)).toEqual([
      { url: 'tile 6 0 0', box: { x: 0, y: 0, width: 20_000, height: 10_000 } },
    ])
    expect(wholeUrl(clients, { ...large, name: 'b.svs', width: 2000, height: 1000 })).toBe('tile 2 0 0')
  })
})
