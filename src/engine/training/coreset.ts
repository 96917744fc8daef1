import type { Random } from '#shared/random.ts'

/** Dimensions that points are projected to before distances are compared. */
const PROJECTED = 32

/** Rows of equally many numbers, one after the other. */
export interface Rows {
  readonly data: Float32Array
  readonly size: number
}

/**
 * A coreset by the greedy k-centre method (Gonzalez 1985; Sener & Savarese, ICLR 2018; PatchCore's algorithm 1, Roth et al. 2022): beginning with
 * a random row, again and again the row that is farthest from all that are chosen. So the farthest that any row is from a chosen one is at most twice
 * what the best choice would reach, up to the projection: distances are those of a random projection to 32 dimensions (Johnson & Lindenstrauss
 * 1984), as the paper has it. Gives the rows' numbers in the order of their choice, `count` of them (or all, where there are fewer). `turn` is awaited
 * every few milliseconds of work with the share that is done: false ends the choice, and it may throw to stop.
 */
export async function greedyCoreset(
  rows: Rows,
  count: number,
  random: Random,
  turn: (done: number) => Promise<boolean>,
): Promise<Int32Array> {
  const total = rows.data.length / rows.size
  const points = rows.size <= PROJECTED ? rows : projected(rows, PROJECTED, random)
  const chosen = new Int32Array(Math.min(count, total))
  const nearest = new Float32Array(total).fill(Infinity)
  let next = total === 0 ? 0 : random.int(total)
  for (let k = 0; k < chosen.length; k++) {
    chosen[k] = next
    next = approach(points, nearest, next)
    if (k % TURN_EVERY === 0 && !(await turn(k / chosen.length))) return chosen.subarray(0, k + 1)
  }
  return chosen
}

const TURN_EVERY = 8

/** Takes a chosen row into the distances to the nearest chosen one; gives the row that is now the farthest, never one that is chosen. */
function approach({ data, size }: Rows, nearest: Float32Array, chosen: number): number {
  const centre = data.subarray(chosen * size, (chosen + 1) * size)
  let [farthest, most] = [-1, -1]
  nearest[chosen] = -1
  for (let row = 0, at = 0; row < nearest.length; row++, at += size) {
    let least = nearest[row]!
    if (least < 0) continue
    let sum = 0
    for (let i = 0; i < size; i++) sum += (data[at + i]! - centre[i]!) ** 2
    if (sum < least) nearest[row] = least = sum
    if (least > most) [farthest, most] = [row, least]
  }
  return farthest
}

/** Gaussian random projection, scaled so that squared distances are kept on average. */
function projected({ data, size }: Rows, to: number, random: Random): Rows {
  const matrix = Float32Array.from({ length: size * to }, () => random.normal(0, 1 / Math.sqrt(to)))
  const total = data.length / size
  const out = new Float32Array(total * to)
  for (let row = 0; row < total; row++)
    for (let i = 0; i < size; i++) {
      const value = data[row * size + i]!
      for (let k = 0; k < to; k++) out[row * to + k]! += value * matrix[i * to + k]!
    }
  return { data: out, size: to }
}
