import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isZarrName } from '../../../src/shared/records/image.ts'
import { chosenPlanes, onDisk, planePath, zarrPlace } from '../../../src/shared/records/zarr-plane.ts'

describe('the path of a plane', () => {
  it('comes back as folder and plane, and is the name of an OME-Zarr', () => {
    const plane = fc.record({ slice: fc.integer({ min: 0, max: 99_998 }), time: fc.integer({ min: 0, max: 99_998 }) })
    const folder = fc.constantFrom('/a/b.ome.zarr', 'C:\\data\\b.zarr', 'b#1.OME.zarr', '/x.zarr/b.zarr', '/a z3/#z/b.ome.zarr')
    fc.assert(
      fc.property(folder, plane, (of, at) => {
        const file = planePath(of, at)
        expect(zarrPlace(file)).toEqual({ folder: of, plane: at })
        expect([onDisk(file), isZarrName(file)]).toEqual([of, true])
      }),
    )
  })

  it('is the folder for the first plane, and counts from 1 as people do', () => {
    expect(planePath('/a/b.ome.zarr', { slice: 0, time: 0 })).toBe('/a/b.ome.zarr')
    expect(planePath('/a/b.ome.zarr', { slice: 2, time: 1 })).toBe('/a/b#z3t2.ome.zarr')
    expect(planePath('/a/b.zarr', { slice: 0, time: 4 })).toBe('/a/b#t5.zarr')
  })

  it('of any other file is its own', () => {
    expect([zarrPlace('/a/b.svs'), onDisk('/a/b#z3.tiff'), zarrPlace('/a.zarr/b.png')]).toEqual([null, '/a/b#z3.tiff', null])
    expect(zarrPlace('/a/b#z0.zarr')?.folder).toBe('/a/b#z0.zarr')
    expect(zarrPlace('/a/b#.zarr')?.folder).toBe('/a/b#.zarr')
  })
})

it('planes are chosen by a word or a place', () => {
  const stack = { slices: 3, times: 2 }
  expect(chosenPlanes('first', stack)).toEqual([{ slice: 0, time: 0 }])
  expect(chosenPlanes('middle', stack)).toEqual([{ slice: 1, time: 0 }])
  expect(chosenPlanes('z3t2', stack)).toEqual([{ slice: 2, time: 1 }])
  expect(chosenPlanes('t2', stack)).toEqual([{ slice: 0, time: 1 }])
  expect(chosenPlanes('all', stack)).toHaveLength(6)
})
