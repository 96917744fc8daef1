import { type Random } from '../random.ts'
import { absorb, coverage, paintWithin, type Absorbance, type Band } from './band.ts'
import { randomOutline, type Outline } from './outline.ts'
import { type Sprite } from './sprite.ts'
import { type Stain } from './stain.ts'
import { smoothstep, textureAt } from './texture.ts'

/** A platelet: a small violet patch, darker and granular within. */
export function platelet(random: Random, stain: Stain, redCellDiameter: number): Sprite {
  const outline = randomOutline(random, {
    radius: redCellDiameter * random.uniform(0.13, 0.24),
    elongation: random.uniform(1, 1.45),
    irregularity: 0.1,
    finest: 6,
  })
  const strength = random.uniform(0.75, 1.5)
  const textureX = random.uniform(0, 128)
  const textureY = random.uniform(0, 128)
  const scale = 12 / outline.reach
  const paint = (band: Band, x: number, y: number): void =>
    paintWithin(band, outline, x, y, 0.5, (index, share, inside, dx, dy) => {
      const body = coverage(inside) * (0.55 + 0.45 * smoothstep((1 - share) / 0.5))
      const grains = 1 + 0.2 * textureAt(stain.medium, dx * scale + textureX, dy * scale + textureY)
      absorb(band, index, stain.platelet, strength * body * grains)
    })
  return { className: 'Platelets', outline, paint }
}

/** Something on the slide or the optics that is no cell and has no box. */
export interface Debris {
  readonly outline: Outline
  readonly paint: (band: Band, x: number, y: number) => void
}

const GREY: Absorbance = [0.3, 0.28, 0.3]
const DEPOSIT: Absorbance = [0.16, 0.12, 0.06]
const DIRT: Absorbance = [0.9, 0.85, 0.8]

/** Dust rings, specks of dirt, dust out of focus, faint deposits of stain. */
export function debris(random: Random, stain: Stain, redCellDiameter: number): Debris {
  switch (random.int(5)) {
    case 0:
      return speck(random, redCellDiameter)
    case 1:
      return shadow(random, redCellDiameter)
    case 2:
      return deposit(random, stain, redCellDiameter)
    default:
      return dustRing(random, redCellDiameter)
  }
}

function dustRing(random: Random, diameter: number): Debris {
  const outline = randomOutline(random, { radius: diameter * random.uniform(0.03, 0.05), elongation: 1.05, irregularity: 0.02, finest: 3 })
  const line = outline.reach * 0.35
  const strength = random.uniform(0.3, 0.9)
  return {
    outline,
    paint: (band, x, y) =>
      paintWithin(band, outline, x, y, line, (index, _share, inside) => {
        absorb(band, index, GREY, strength * Math.max(0, 1 - Math.abs(inside - line / 2) / line))
      }),
  }
}

function speck(random: Random, diameter: number): Debris {
  const outline = randomOutline(random, {
    radius: diameter * random.uniform(0.012, 0.035),
    elongation: random.uniform(1, 2),
    irregularity: 0.2,
    finest: 5,
  })
  return {
    outline,
    paint: (band, x, y) => paintWithin(band, outline, x, y, 0.5, (index, _share, inside) => absorb(band, index, DIRT, coverage(inside))),
  }
}

function shadow(random: Random, diameter: number): Debris {
  const outline = randomOutline(random, { radius: diameter * random.uniform(0.1, 0.22), elongation: 1.3, irregularity: 0.08, finest: 4 })
  const strength = random.uniform(0.3, 0.9)
  return {
    outline,
    paint: (band, x, y) =>
      paintWithin(band, outline, x, y, 0, (index, share) => absorb(band, index, GREY, strength * smoothstep(1 - share))),
  }
}

function deposit(random: Random, stain: Stain, diameter: number): Debris {
  const outline = randomOutline(random, { radius: diameter * random.uniform(0.15, 0.5), elongation: 1.6, irregularity: 0.2, finest: 5 })
  const strength = random.uniform(0.3, 0.8)
  const textureX = random.uniform(0, 128)
  const textureY = random.uniform(0, 128)
  const scale = 40 / outline.reach
  return {
    outline,
    paint: (band, x, y) =>
      paintWithin(band, outline, x, y, 0, (index, share, _inside, dx, dy) => {
        const patchy = Math.max(0, 0.7 + 0.4 * textureAt(stain.coarse, dx * scale + textureX, dy * scale + textureY))
        absorb(band, index, DEPOSIT, strength * patchy * smoothstep((1 - share) / 0.9))
      }),
  }
}
