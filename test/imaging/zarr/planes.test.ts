import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AppError } from '../../../src/shared/errors.ts'
import { createRandom } from '../../../src/shared/random.ts'
import { planePath, type ZarrPlane } from '../../../src/shared/records/zarr-plane.ts'
import { readHeader } from '../../../src/imaging/read-header.ts'
import { readDetails } from '../../../src/imaging/slides/associated.ts'
import { ZarrSource } from '../../../src/imaging/zarr/zarr-source.ts'
import { damageOne } from './damage.ts'
import { writeZarr } from './write-zarr.ts'

function temporary(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'zarr-'))
  onTestFinished(() => {
    rmSync(root, { recursive: true })
  })
  return path.join(root, 'stack.ome.zarr')
}

const GOLDEN = path.resolve(import.meta.dirname, '../../golden/zarr')
/** As tools/golden/zarr_sharded.py fills them. */
const golden = (x: number, y: number, { slice, time }: ZarrPlane): number => (x * 3 + y * 5 + 40 * slice + 90 * time) % 251

async function pixelsOf(file: string, level: number): Promise<number[]> {
  const source = await ZarrSource.open(file)
  try {
    const { width, height } = source.levels[level]!
    return [...(await source.read({ level, x: 0, y: 0, width, height })).data]
  } finally {
    await source.close()
  }
}

const PLANES = [0, 1].flatMap((time) => [0, 1, 2].map((slice) => ({ slice, time })))

describe('planes of an OME-Zarr', () => {
  it.each(['end', 'start'])(
    'are read out of files of several chunks, as zarr-python writes them with the index at the %s',
    async (side) => {
      const folder = path.join(GOLDEN, `sharded-${side}.ome.zarr`)
      for (const plane of PLANES) {
        const file = planePath(folder, plane)
        const wanted = Array.from({ length: 70 * 50 }, (_, i) => golden(i % 70, Math.floor(i / 70), plane))
        expect(await pixelsOf(file, 0)).toEqual(wanted)
        const coarse = Array.from({ length: 35 * 25 }, (_, i) => golden(2 * (i % 35), 2 * Math.floor(i / 35), plane))
        expect(await pixelsOf(file, 1)).toEqual(coarse)
      }
    },
  )

  it.each([2, 3] as const)('are those of their slice and time, of each channel: Zarr %i', async (format) => {
    const folder = temporary()
    const value = (_x: number, _y: number, c: number, t: number, z: number): number => 10 * (c + 1) + 100 * t + 30 * z
    writeZarr(folder, { width: 20, height: 10, channels: 3, times: 2, slices: 3, format, value })
    for (const plane of PLANES) {
      const first = (await pixelsOf(planePath(folder, plane), 0)).slice(0, 3)
      expect(first).toEqual([0, 1, 2].map((c) => value(0, 0, c, plane.time, plane.slice)))
    }
  })

  it('tell how many there are, and what stands beside one is not noted again', async () => {
    const folder = path.join(GOLDEN, 'sharded-end.ome.zarr')
    const stack = { slices: 3, times: 2 }
    expect(await readHeader(folder)).toMatchObject({
      stack,
      notes: [expect.stringMatching(/2 points in time/), expect.stringMatching(/3 slices/)],
    })
    const other = planePath(folder, { slice: 2, time: 1 })
    expect(await readHeader(other)).toMatchObject({ stack, notes: [], width: 70, micronsPerPixel: 0.5 })
    expect(await readDetails(other)).toMatchObject({ stack })
    const single = temporary()
    writeZarr(single, { width: 20, height: 10, value: () => 1 })
    expect('stack' in (await readHeader(single))).toBe(false)
  })

  it('that are not there are refused with a sentence', async () => {
    const folder = path.join(GOLDEN, 'sharded-end.ome.zarr')
    const refusal = (plane: ZarrPlane): Promise<string> =>
      ZarrSource.open(planePath(folder, plane)).then(
        () => 'read',
        (thrown: unknown) => (thrown as AppError).message,
      )
    expect(await refusal({ slice: 3, time: 0 })).toBe('sharded-end#z4.ome.zarr has no slice 4: it has 3.')
    expect(await refusal({ slice: 0, time: 2 })).toBe('sharded-end#t3.ome.zarr has no time 3: it has 2 points in time.')
  })

  it('of several chunks a file are read or refused, whatever is cut off or changed', async () => {
    const random = createRandom('shards')
    const outcomes = new Set<string>()
    for (let round = 0; round < 60; round++) {
      const folder = temporary()
      cpSync(path.join(GOLDEN, round % 2 === 0 ? 'sharded-end.ome.zarr' : 'sharded-start.ome.zarr'), folder, { recursive: true })
      damageOne(folder, random, round)
      outcomes.add(
        await pixelsOf(folder, 0).then(
          () => 'read',
          (thrown: unknown) => {
            if (!(thrown instanceof AppError)) throw thrown
            expect(thrown.code).toMatch(/^image-/)
            return 'refused'
          },
        ),
      )
    }
    expect(outcomes).toEqual(new Set(['read', 'refused']))
  }, 120_000)
})
