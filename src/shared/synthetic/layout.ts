import { type Random } from '../random.ts'
import { type Box } from '../geometry/box.ts'
import { footprint } from './outline.ts'
import { type Sprite } from './sprite.ts'

/** A sprite with its centre in the smear; `box` is null where most of it lies outside the frame. */
export interface PlacedSprite {
  readonly sprite: Sprite
  readonly x: number
  readonly y: number
  readonly box: Box | null
}

export interface CrowdRules {
  /** How many objects with a box are wanted. */
  readonly count: number
  /** Centres keep this share of the sum of the two radii apart: 1 = cells touch, 0.5 = they overlap by half. */
  readonly spacing: number
  /** Chance that a cell lies against one that is already there. */
  readonly clumping: number
  /** Which of those that lie there already it keeps away from, and by what share of the radii; null = lies over it. */
  readonly spacingTo: (other: Sprite) => number | null
}

/** Share of an object (or of the frame, where that is smaller) from which it has a box. */
const MOSTLY_INSIDE = 0.5
/** Up to this share it has none. Nothing is placed between the two: a person could not say either whether to count it. */
const CLEARLY_OUTSIDE = 0.3

/** Cells in a frame, found by place so that thousands can be laid out. */
export class Layout {
  readonly placed: PlacedSprite[] = []
  readonly #width: number
  readonly #height: number
  readonly #pitch: number
  readonly #grid = new Map<number, PlacedSprite[]>()
  #largest = 0

  constructor(width: number, height: number, pitch: number) {
    this.#width = width
    this.#height = height
    this.#pitch = Math.max(1, pitch)
  }

  /**
   * Adds cells until exactly `count` of them have a box. Those that the frame cuts down to a rest without a box stay where they
   * are and come on top. Where the frame gets too crowded for the spacing, cells move closer.
   */
  fill(random: Random, make: () => Sprite, rules: CrowdRules): void {
    const own: PlacedSprite[] = []
    for (let left = rules.count; left > 0;) {
      const sprite = make()
      const placed = this.#place(random, sprite, own, rules)
      own.push(placed)
      this.#add(placed)
      if (placed.box !== null) left--
    }
  }

  #place(random: Random, sprite: Sprite, own: readonly PlacedSprite[], rules: CrowdRules): PlacedSprite {
    for (let closer = 1; ; closer *= 0.97) {
      const { x, y } = this.#propose(random, sprite, own, rules)
      if (!this.#isFree(sprite, x, y, closer, rules)) continue
      const seen = footprint(sprite.outline, x, y, this.#width, this.#height)
      const share = seen.pixels / Math.min(sprite.outline.area, this.#width * this.#height)
      if (share === 0 || (share > CLEARLY_OUTSIDE && share < MOSTLY_INSIDE)) continue
      return { sprite, x, y, box: share >= MOSTLY_INSIDE ? seen.box : null }
    }
  }

  #propose(random: Random, sprite: Sprite, own: readonly PlacedSprite[], rules: CrowdRules): { x: number; y: number } {
    const reach = sprite.outline.reach
    if (own.length > 0 && random.chance(rules.clumping)) {
      const beside = random.pick(own)
      const angle = random.uniform(0, 2 * Math.PI)
      const distance = (reach + beside.sprite.outline.reach) * random.uniform(rules.spacing, 1)
      return { x: beside.x + Math.cos(angle) * distance, y: beside.y + Math.sin(angle) * distance }
    }
    return { x: random.uniform(-reach, this.#width + reach), y: random.uniform(-reach, this.#height + reach) }
  }

  #isFree(sprite: Sprite, x: number, y: number, closer: number, rules: CrowdRules): boolean {
    const reach = sprite.outline.reach
    for (const other of this.#near(x, y, reach + this.#largest)) {
      const share = other.sprite.className === sprite.className ? rules.spacing : rules.spacingTo(other.sprite)
      if (share === null) continue
      const apart = share * closer * (reach + other.sprite.outline.reach)
      if ((other.x - x) ** 2 + (other.y - y) ** 2 < apart * apart) return false
    }
    return true
  }

  #add(placed: PlacedSprite): void {
    this.placed.push(placed)
    this.#largest = Math.max(this.#largest, placed.sprite.outline.reach)
    const key = cellKey(Math.floor(placed.x / this.#pitch), Math.floor(placed.y / this.#pitch))
    const cell = this.#grid.get(key)
    if (cell === undefined) this.#grid.set(key, [placed])
    else cell.push(placed)
  }

  *#near(x: number, y: number, distance: number): Generator<PlacedSprite> {
    const [left, right] = [Math.floor((x - distance) / this.#pitch), Math.floor((x + distance) / this.#pitch)]
    const [top, bottom] = [Math.floor((y - distance) / this.#pitch), Math.floor((y + distance) / this.#pitch)]
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) yield* this.#grid.get(cellKey(column, row)) ?? []
  }
}

/** One number for a place in the grid; frames up to 2^20 grid cells a side, and a margin. */
function cellKey(column: number, row: number): number {
  return (row + 4096) * 2 ** 21 + column + 4096
}
