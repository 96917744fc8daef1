import { type Random } from '../random.ts'
import { assertNever } from '../assert.ts'
import { absorb, coverage, paintWithin, type Absorbance, type Band } from './band.ts'
import { randomOutline, type Outline } from './outline.ts'
import { type Sprite } from './sprite.ts'
import { type Stain } from './stain.ts'
import { smoothstep, textureAt, type Texture } from './texture.ts'

interface Lobe {
  readonly x: number
  readonly y: number
  readonly radius: number
}

interface WhiteCell {
  readonly outline: Outline
  readonly lobes: readonly Lobe[]
  readonly nucleus: Absorbance
  readonly density: number
  readonly cytoplasm: Absorbance
  readonly granules: Absorbance
  /** How much the granules stand out. */
  readonly granularity: number
  readonly grain: Texture
  readonly textureX: number
  readonly textureY: number
}

type Lineage = 'neutrophil' | 'lymphocyte' | 'monocyte' | 'eosinophil' | 'basophil'

/** A white cell of one of the five kinds, as common as in blood: nucleus by lineage, cytoplasm with its granules. */
export function whiteCell(random: Random, stain: Stain, redCellDiameter: number): Sprite {
  const cell = randomWhiteCell(random, stain, redCellDiameter)
  return { className: 'WBC', outline: cell.outline, paint: (band, x, y) => paintWhiteCell(band, cell, stain, x, y) }
}

function randomLineage(random: Random): Lineage {
  const at = random.next()
  if (at < 0.55) return 'neutrophil'
  if (at < 0.78) return 'lymphocyte'
  if (at < 0.88) return 'monocyte'
  return at < 0.97 ? 'eosinophil' : 'basophil'
}

const SIZES: Record<Lineage, readonly [number, number]> = {
  neutrophil: [0.75, 1],
  lymphocyte: [0.55, 0.75],
  monocyte: [0.85, 1.1],
  eosinophil: [0.75, 1],
  basophil: [0.65, 0.85],
}

function randomWhiteCell(random: Random, stain: Stain, redCellDiameter: number): WhiteCell {
  const lineage = randomLineage(random)
  const radius = redCellDiameter * random.uniform(...SIZES[lineage])
  const outline = randomOutline(random, { radius, elongation: random.uniform(1, 1.2), irregularity: 0.05, finest: 7 })
  const blue = lineage === 'lymphocyte' || lineage === 'monocyte'
  const granular = lineage === 'eosinophil' || lineage === 'basophil'
  return {
    outline,
    lobes: randomLobes(random, lineage, radius),
    nucleus: stain.nucleus,
    density: lineage === 'lymphocyte' ? random.uniform(1.1, 1.5) : random.uniform(0.8, 1.2),
    cytoplasm: blue ? stain.basophilicCytoplasm : stain.cytoplasm,
    granules: lineage === 'eosinophil' ? stain.eosinophilicGranules : lineage === 'basophil' ? stain.nucleus : stain.cytoplasm,
    granularity: granular ? random.uniform(0.5, 0.8) : random.uniform(0.2, 0.5),
    grain: granular ? stain.medium : stain.fine,
    textureX: random.uniform(0, 128),
    textureY: random.uniform(0, 128),
  }
}

function randomLobes(random: Random, lineage: Lineage, radius: number): Lobe[] {
  switch (lineage) {
    case 'neutrophil': {
      const count = 3 + random.int(3)
      return arcOfLobes(random, radius, count, random.uniform(0.25, 0.33), (count - 1) * random.uniform(1, 1.35))
    }
    case 'eosinophil':
      return arcOfLobes(random, radius, 2, random.uniform(0.36, 0.42), random.uniform(1.8, 2.8))
    case 'monocyte':
      return arcOfLobes(random, radius, 5, random.uniform(0.34, 0.4), random.uniform(2.2, 3.2))
    case 'lymphocyte':
      return [oneLobe(random, radius, random.uniform(0.72, 0.88))]
    case 'basophil':
      return [oneLobe(random, radius, 0.5), oneLobe(random, radius, 0.5)]
    default:
      return assertNever(lineage)
  }
}

function oneLobe(random: Random, radius: number, share: number): Lobe {
  const angle = random.uniform(0, 2 * Math.PI)
  const offset = radius * random.uniform(0, 0.92 - share)
  return { x: Math.cos(angle) * offset, y: Math.sin(angle) * offset, radius: radius * share }
}

/** Lobes one after the other along an arc about the cell's centre, which spans `span` radians. */
function arcOfLobes(random: Random, radius: number, count: number, share: number, span: number): Lobe[] {
  const start = random.uniform(0, 2 * Math.PI)
  return Array.from({ length: count }, (_, i) => {
    const angle = start + (span * i) / Math.max(1, count - 1) + random.uniform(-0.15, 0.15)
    const size = radius * share * random.uniform(0.85, 1.15)
    const offset = radius * random.uniform(0.4, 0.54)
    return { x: Math.cos(angle) * offset, y: Math.sin(angle) * offset, radius: size }
  })
}

function paintWhiteCell(band: Band, cell: WhiteCell, stain: Stain, x: number, y: number): void {
  // Textures are made for a cell of about 100 pixels radius.
  const scale = 80 / cell.outline.reach
  const soft = Math.max(1, cell.outline.reach * 0.02)
  paintWithin(band, cell.outline, x, y, 0.5, (index, _share, inside, dx, dy) => {
    const covered = coverage(inside)
    if (covered === 0) return
    const u = dx * scale + cell.textureX
    const v = dy * scale + cell.textureY
    const nucleus = inNucleus(cell.lobes, dx, dy) * smoothstep(inside / soft)
    const body = 1 - 0.85 * nucleus
    const membrane = 0.25 * Math.max(0, 1 - Math.abs(inside - soft) / soft)
    absorb(band, index, cell.cytoplasm, covered * body * (0.8 + membrane + 0.1 * textureAt(stain.medium, u, v)))
    const grains = Math.max(-0.3, textureAt(cell.grain, u * 1.3, v * 1.3) * cell.granularity)
    absorb(band, index, cell.granules, covered * body * (cell.granularity + grains) * smoothstep(inside / (4 * soft)))
    const chromatin = 1 + 0.1 * textureAt(stain.coarse, u, v) + 0.05 * textureAt(stain.medium, v, u)
    absorb(band, index, cell.nucleus, nucleus * cell.density * chromatin)
    // A white cell is thicker than the red cells that it pushes aside: what lies under it hardly shows.
    band.thickness[index]! *= 1 - 0.5 * covered
  })
}

/** How far a pixel lies in the nucleus, 0 to 1: the lobes' fields added up (metaballs, Blinn 1982), so that near lobes join. */
function inNucleus(lobes: readonly Lobe[], dx: number, dy: number): number {
  let field = 0
  for (const lobe of lobes) {
    const reach = lobe.radius * 1.6
    const ratio = ((dx - lobe.x) * (dx - lobe.x) + (dy - lobe.y) * (dy - lobe.y)) / (reach * reach)
    if (ratio < 1) field += (1 - ratio) * (1 - ratio)
  }
  // Alone, a lobe's field is 0.37 on its radius.
  return smoothstep((field - 0.3) / 0.14)
}
