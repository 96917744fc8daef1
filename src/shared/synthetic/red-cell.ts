import { type Random } from '../random.ts'
import { absorb, coverage, paintWithin, type Band } from './band.ts'
import { randomOutline, type Outline } from './outline.ts'
import { type Sprite } from './sprite.ts'
import { type Stain } from './stain.ts'
import { smoothstep, textureAt } from './texture.ts'

interface RedCell {
  readonly outline: Outline
  /** Share of a common cell's haemoglobin. */
  readonly thickness: number
  readonly pallor: Pallor
  /** How much thicker the rim is. */
  readonly rim: number
  readonly rimWidth: number
  readonly textureX: number
  readonly textureY: number
  readonly artefacts: readonly Artefact[]
}

/** The pale centre: where it lies, its radius and softness as shares of the cell's radius, its depth 0 to 1. */
interface Pallor {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly softness: number
  readonly depth: number
}

interface Artefact {
  readonly x: number
  readonly y: number
  readonly outline: Outline
}

/** A red cell: biconcave disc, dense disc or ghost, with a pale centre, a rim and now and then a refractile drying artefact. */
export function redCell(random: Random, stain: Stain, diameter: number): Sprite {
  const cell = randomRedCell(random, stain, diameter / 2)
  return {
    className: 'RBC',
    outline: cell.outline,
    paint: (band, x, y) => {
      paintBody(band, cell, stain, x, y)
      for (const artefact of cell.artefacts) paintArtefact(band, artefact, x + artefact.x, y + artefact.y)
    },
  }
}

function randomRedCell(random: Random, stain: Stain, usualRadius: number): RedCell {
  const radius = usualRadius * Math.min(1.25, Math.max(0.75, random.normal(1, 0.08)))
  const odd = random.chance(0.25)
  const outline = randomOutline(random, {
    radius,
    elongation: odd ? random.uniform(1.2, 1.7) : 1 + Math.abs(random.normal(0, 0.08)),
    irregularity: odd ? 0.09 : 0.04,
    finest: 5,
  })
  const ghost = random.chance(stain.ghosts)
  return {
    outline,
    thickness: ghost ? random.uniform(0.3, 0.45) : random.uniform(0.75, 1.15),
    pallor: randomPallor(random, radius, ghost ? 1 : stain.pallor, ghost),
    rim: ghost ? random.uniform(0.25, 0.5) : random.uniform(0.02, 0.25),
    rimWidth: Math.max(0.7, radius * random.uniform(0.03, 0.06)),
    textureX: random.uniform(0, 128),
    textureY: random.uniform(0, 128),
    artefacts: random.chance(stain.artefacts) ? randomArtefacts(random, radius) : [],
  }
}

function randomPallor(random: Random, radius: number, usual: number, ghost: boolean): Pallor {
  const angle = random.uniform(0, 2 * Math.PI)
  const offset = random.uniform(0, 0.18) * radius
  const shown = ghost || random.chance(usual)
  return {
    x: Math.cos(angle) * offset,
    y: Math.sin(angle) * offset,
    radius: ghost ? random.uniform(0.45, 0.7) : random.uniform(0.28, 0.55),
    softness: random.uniform(0.12, 0.4),
    depth: shown ? random.uniform(0.45, 0.95) : random.uniform(0, 0.15),
  }
}

function randomArtefacts(random: Random, radius: number): Artefact[] {
  return Array.from({ length: 1 + random.int(2) }, () => {
    const angle = random.uniform(0, 2 * Math.PI)
    const offset = random.uniform(0, 0.5) * radius
    const outline = randomOutline(random, {
      radius: radius * random.uniform(0.07, 0.17),
      elongation: random.uniform(1, 2.2),
      irregularity: 0.06,
      finest: 3,
    })
    return { x: Math.cos(angle) * offset, y: Math.sin(angle) * offset, outline }
  })
}

function paintBody(band: Band, cell: RedCell, stain: Stain, x: number, y: number): void {
  const { outline, pallor, rimWidth } = cell
  const scale = 24 / outline.reach
  paintWithin(band, outline, x, y, rimWidth, (index, share, inside, dx, dy) => {
    const covered = coverage(inside)
    // Light bends round the edge: a faint bright line outside it.
    if (covered === 0) return absorb(band, index, stain.redCell, -0.05 * (1 + inside / rimWidth))
    const toPallor = Math.sqrt((dx - pallor.x) * (dx - pallor.x) + (dy - pallor.y) * (dy - pallor.y))
    const radius = share > 0.02 ? Math.sqrt(dx * dx + dy * dy) / share : outline.reach
    const pale = 1 - smoothstep((toPallor / radius - pallor.radius) / pallor.softness + 0.5)
    const rim = cell.rim * Math.max(0, 1 - Math.abs(inside - rimWidth) / rimWidth)
    const mottle = 1 + 0.05 * textureAt(stain.coarse, dx * scale + cell.textureX, dy * scale + cell.textureY)
    band.thickness[index]! += covered * (cell.thickness * (1 - pallor.depth * pale) * mottle + rim)
  })
}

const ARTEFACT_EDGE = [0.35, 0.75, 0.3] as const
const ARTEFACT_CORE = [0.06, 0.1, 0.08] as const

/** A bubble of water trapped while the smear dried: a dark violet line round a bright spot. */
function paintArtefact(band: Band, artefact: Artefact, x: number, y: number): void {
  const line = Math.max(0.6, artefact.outline.reach * 0.22)
  paintWithin(band, artefact.outline, x, y, line, (index, _share, inside) => {
    const edge = Math.max(0, 1 - Math.abs(inside - line / 2) / line)
    absorb(band, index, ARTEFACT_EDGE, edge)
    const core = smoothstep((inside - line) / line)
    if (core === 0) return
    band.thickness[index]! *= 1 - 0.85 * core
    absorb(band, index, ARTEFACT_CORE, -core)
  })
}
