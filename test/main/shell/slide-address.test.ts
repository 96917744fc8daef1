import { describe, expect, it } from 'vitest'
import { slideRequest } from '../../../src/main/shell/slide-address.ts'

describe('addresses of pictures', () => {
  it('names an image and its thumbnail', () => {
    expect(slideRequest('slide://image/0c1d')).toEqual({ kind: 'image', imageId: '0c1d' })
    expect(slideRequest('slide://channel/0c1d/2')).toEqual({ kind: 'channel', imageId: '0c1d', channel: 2 })
    expect(slideRequest('slide://channel/0c1d')).toBeNull()
    expect(slideRequest('slide://channel/0c1d/2/3')).toBeNull()
    expect(slideRequest('slide://channel/0c1d/-1')).toBeNull()
    expect(slideRequest('slide://thumb/a%20b')).toEqual({ kind: 'thumb', imageId: 'a b' })
  })

  it('names a map of a run by its place', () => {
    expect(slideRequest('slide://map/r1/i1/12')).toEqual({ kind: 'map', runId: 'r1', imageId: 'i1', place: 12 })
  })

  it('names a tile by level, column and row', () => {
    const place = { level: 3, column: 12, row: 0 }
    expect(slideRequest('slide://tile/i1/3/12/0')).toEqual({ kind: 'tile', imageId: 'i1', place })
    const looks = [{ on: true, color: '#0000ff', low: 5, high: 900 }]
    expect(slideRequest('slide://tile/i1/3/12/0?looks=1.0000ff.5.900')).toEqual({ kind: 'tile', imageId: 'i1', place: { ...place, looks } })
  })

  it.each([
    ['a tile of looks that are none', 'slide://tile/i1/3/12/0?looks=../x'],
    ['a tile without a row', 'slide://tile/i1/3/12'],
    ['a tile with a file', 'slide://tile/i1/3/12/0/x'],
    ['a tile beyond measure', 'slide://tile/i1/3/12345678/0'],
    ['a tile between two', 'slide://tile/i1/3/1.5/0'],
    ['another scheme', 'app://image/a'],
    ['another kind', 'slide://file/a'],
    ['no image', 'slide://image/'],
    ['a path', 'slide://image/a/b'],
    ['an id beyond measure', `slide://image/${'x'.repeat(65)}`],
    ['a file in place of a number', 'slide://map/r1/i1/heat.png'],
    ['a negative place', 'slide://map/r1/i1/-1'],
    ['no place', 'slide://map/r1/i1'],
    ['too much', 'slide://map/r1/i1/0/project.db'],
    ['a way out of the folder', 'slide://map/../i1/0'],
    ['a broken escape', 'slide://image/%E0%A4%A'],
    ['no address', 'image'],
  ])('refuses %s', (_, address) => {
    expect(slideRequest(address)).toBeNull()
  })
})
