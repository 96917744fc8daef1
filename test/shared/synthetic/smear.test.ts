import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boxContainsBox, boxesEqual, type Box } from '#shared/geometry/box.ts'
import { smear, type Smear, type SmearClass } from '#shared/synthetic/smear.ts'

const PLAIN = { blur: 0, noise: 0, debris: 0 } as const
const NONE = { RBC: 0, WBC: 0, Platelets: 0 } as const

const count = (picture: Smear, name: SmearClass): number => picture.objects.filter(({ className }) => className === name).length

/** Bounds of the pixels that are darker by more than `by` grey levels in a channel than in the same picture without cells. */
function darkened(picture: Smear, empty: Smear, by: number): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1]
  for (let i = 0; i < picture.width * picture.height; i++) {
    const most = Math.max(...[0, 1, 2].map((channel) => empty.data[3 * i + channel]! - picture.data[3 * i + channel]!))
    if (most <= by) continue
    const x = i % picture.width
    const y = Math.floor(i / picture.width)
    ;[left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), y]
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}

describe('smear', () => {
  it('gives the same bytes and boxes for the same seed, others for another', () => {
    const options = { width: 200, height: 150 }
    const first = smear({ ...options, seed: 5 })
    expect(smear({ ...options, seed: 5 })).toEqual(first)
    const other = smear({ ...options, seed: 6 })
    expect(other.data).not.toEqual(first.data)
    expect(other.objects).not.toEqual(first.objects)
  })

  it('paints the same picture in one piece and in bands', () => {
    const options = { seed: 'bands', width: 320, height: 240, blur: 1.7 }
    const whole = smear(options)
    for (const bandRows of [1000, 64, 37]) expect(smear({ ...options, bandRows })).toEqual(whole)
  })

  it.each(['RBC', 'WBC', 'Platelets'] as const)('draws boxes tight round a lone %s, as the picture shows it', (name) => {
    let lone = 0
    for (let seed = 0; seed < 16; seed++) {
      const picture = smear({ seed, ...PLAIN, counts: { ...NONE, [name]: 1 } })
      const seen = darkened(picture, smear({ seed, ...PLAIN, counts: NONE }), 6)!
      const { box } = picture.objects[0]!
      expect(count(picture, name)).toBe(1)
      // A cell that the frame cuts off may stand far from the lone one; then the picture shows more than one thing.
      if (seen.width > box.width + 40 || seen.height > box.height + 40) continue
      lone++
      expect(boxesEqual(seen, box, 1), `${name} of seed ${seed}: seen ${JSON.stringify(seen)}, box ${JSON.stringify(box)}`).toBe(true)
    }
    expect(lone).toBeGreaterThan(4)
  })

  it('has exactly as many objects as asked for, in any frame', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 30, max: 260 }),
        fc.integer({ min: 30, max: 200 }),
        fc.record({ RBC: fc.nat(12), WBC: fc.nat(2), Platelets: fc.nat(5) }),
        (seed, width, height, counts) => {
          const picture = smear({ seed, width, height, counts, redCellDiameter: 40 })
          expect({ RBC: count(picture, 'RBC'), WBC: count(picture, 'WBC'), Platelets: count(picture, 'Platelets') }).toEqual(counts)
          expect(picture.data).toHaveLength(width * height * 3)
          for (const { box } of picture.objects) {
            expect(boxContainsBox({ x: 0, y: 0, width, height }, box)).toBe(true)
            expect(Object.values(box).every(Number.isInteger)).toBe(true)
            expect(Math.min(box.width, box.height)).toBeGreaterThan(0)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('has none of an empty slide, and stops where no cell fits into the frame', () => {
    expect(smear({ seed: 1, counts: NONE }).objects).toEqual([])
    expect(smear({ seed: 1, width: 3, height: 2, counts: { ...NONE, WBC: 1 } }).objects[0]?.box).toEqual({
      x: 0,
      y: 0,
      width: 3,
      height: 2,
    })
  })

  it('has sizes like those of a real smear: platelets under red cells under white cells', () => {
    const sizes: Record<SmearClass, number[]> = { RBC: [], WBC: [], Platelets: [] }
    for (let seed = 0; seed < 8; seed++) {
      const { objects } = smear({ seed, width: 960, height: 720, counts: { RBC: 30, WBC: 3, Platelets: 6 } })
      for (const { className, box } of objects)
        if (box.x > 0 && box.y > 0 && box.x + box.width < 960 && box.y + box.height < 720) sizes[className].push(box.width)
    }
    const median = (name: SmearClass): number => sizes[name].sort((a, b) => a - b)[Math.floor(sizes[name].length / 2)]!
    // BCCD: 105, 204 and 39 pixels.
    expect(Math.abs(median('RBC') - 103)).toBeLessThan(12)
    expect(Math.abs(median('WBC') - 180)).toBeLessThan(35)
    expect(Math.abs(median('Platelets') - 38)).toBeLessThan(8)
  })

  it('lays out thousands of cells and keeps them apart where there is room', () => {
    const { objects } = smear({ seed: 2, width: 1600, height: 1200, redCellDiameter: 16, counts: { RBC: 4000, WBC: 40, Platelets: 300 } })
    expect(objects).toHaveLength(4340)
    const centres = objects
      .filter(({ className }) => className === 'RBC')
      .map(({ box }) => `${Math.round((box.x + box.width / 2) / 3)} ${Math.round((box.y + box.height / 2) / 3)}`)
    expect(new Set(centres).size / centres.length).toBeGreaterThan(0.95)
  })

  it('varies from seed to seed: light, crowding and focus', () => {
    const pictures = Array.from({ length: 12 }, (_, seed) => smear({ seed, width: 320, height: 240, redCellDiameter: 50 }))
    const mean = ({ data }: Smear): number => Math.round(data.reduce((sum, value) => sum + value, 0) / data.length)
    expect(new Set(pictures.map(mean)).size).toBeGreaterThan(7)
    expect(new Set(pictures.map(({ objects }) => objects.length)).size).toBeGreaterThan(5)
  })

  it('refuses sizes and counts that cannot be', () => {
    expect(() => smear({ seed: 1, width: 0 })).toThrow(RangeError)
    expect(() => smear({ seed: 1, height: 10.5 })).toThrow(RangeError)
    expect(() => smear({ seed: 1, counts: { RBC: -1 } })).toThrow(RangeError)
    expect(() => smear({ seed: 1, redCellDiameter: Number.NaN })).toThrow(RangeError)
  })
})
