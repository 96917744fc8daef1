import { describe, expect, it } from 'vitest'
import { colorDistance, colorDomainOf, colorFacts, type ColorFacts, SHIFT_TITLES } from '#shared/color-domain.ts'
import { speaking, translated } from '#shared/i18n/translate.ts'
import { labImage } from '#shared/masks/lab.ts'
import { createRandom } from '#shared/random.ts'

const SIDE = 16

/** An image of one colour with some grain; `glass` = share of it that is white. */
function facts([red, green, blue]: readonly [number, number, number], seed: number, glass = 0): ColorFacts {
  const random = createRandom(seed)
  const pixels = new Uint8Array(3 * SIDE * SIDE)
  for (let i = 0; i < SIDE * SIDE; i++) {
    const grain = random.int(13) - 6
    const color = i < glass * SIDE * SIDE ? [250, 250, 250] : [red + grain, green + grain, blue + grain]
    pixels.set(color, 3 * i)
  }
  return colorFacts(labImage(pixels, SIDE, SIDE, 3))
}

const random = createRandom('stain')
const pink = (seed: number): ColorFacts => facts([210 + random.int(9), 140 + random.int(9), 180 + random.int(9)], seed)
const learned = colorDomainOf(Array.from({ length: 20 }, (_, i) => pink(i)))!

describe('how far colours are from those that are learned from', () => {
  it('leaves images of the same stain alone, however much glass lies round them', () => {
    const others = [pink(100), pink(101), facts([214, 144, 184], 102, 0.7)]
    expect(others.map((other) => colorDistance([learned], other).isFar)).toEqual([false, false, false])
  })

  it('names what is far off, and in which way', () => {
    const others = [facts([110, 70, 90], 1), facts([150, 150, 240], 2), facts([230, 120, 110], 3)]
    const found = others.map((other) => colorDistance([learned], other))
    expect(found.map(({ isFar }) => isFar)).toEqual([true, true, true])
    expect(found.map(({ shift }) => shift)).toEqual(['darker', 'bluer', 'yellower'])
    expect(found.every(({ ratio }) => ratio > 2)).toBe(true)
  })

  it('does not take a difference that is hardly seen for one, though all learned images are alike', () => {
    const alike = colorDomainOf(Array.from({ length: 10 }, () => facts([210, 140, 180], 5)))!
    expect(colorDistance([alike], facts([211, 142, 181], 5)).isFar).toBe(false)
  })

  it('says nothing from few images', () => {
    expect(colorDomainOf(Array.from({ length: 7 }, (_, i) => pink(i)))).toBeNull()
  })

  it('takes the nearest where several are known', () => {
    const blue = colorDomainOf(Array.from({ length: 10 }, (_, i) => facts([150 + i, 150, 240], i)))!
    const other = facts([152, 150, 240], 2)
    expect(colorDistance([learned], other).isFar).toBe(true)
    expect(colorDistance([learned, blue], other)).toEqual(colorDistance([blue], other))
    expect(colorDistance([blue, learned], other).isFar).toBe(false)
  })

  it.each(['cs', 'ru', 'ja'] as const)('says the way in words of the language %s', (language) => {
    const titles = Object.values(SHIFT_TITLES)
    const said = speaking(language, () => titles.map((title) => translated(title)))
    expect(new Set(said).size).toBe(titles.length)
    expect(said.filter((word) => (titles as string[]).includes(word))).toEqual([])
  })
})
