/**
 * Seeded random numbers, the same on every machine: xoshiro128** 1.1 (Blackman & Vigna, "Scrambled linear
 * pseudorandom number generators", ACM TOMS 2021), its four words of state filled by SplitMix32 as the authors advise.
 * Whatever must repeat (splits, augmentation, initial weights, bootstrap, synthetic smears) draws from here.
 * Not for secrets.
 */

/** The whole state of a generator: four unsigned 32-bit words, not all zero. Plain data, so a checkpoint can keep it. */
export type RandomState = readonly [number, number, number, number]

export interface Random {
  /** An unsigned 32-bit integer. */
  uint32(): number
  /** Uniform in [0, 1), 53 bits. */
  next(): number
  /** Uniform in [from, to). */
  uniform(from: number, to: number): number
  /** Uniform integer in [0, below), without modulo bias. Throws RangeError unless 1 <= below <= 2^32. */
  int(below: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** Normal deviate (Box & Muller 1958); nothing is held back between calls, so the state alone tells the future. */
  normal(mean?: number, standardDeviation?: number): number
  /** Poisson deviate of the given mean (>= 0). */
  poisson(mean: number): number
  /** One item, each as likely. Throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T
  /** A shuffled copy (Fisher & Yates, Durstenfeld 1964). */
  shuffle<T>(items: readonly T[]): T[]
  /** A generator of its own for a named part of the work: what that part draws does not disturb the others. */
  fork(name: string | number): Random
  /** State to store; `randomFromState` goes on exactly there. */
  state(): RandomState
}

/** A generator from a seed: any finite number (only integers within 2^53 are told apart) or any text. */
export function createRandom(seed: number | string): Random {
  return randomFromState(stateFromSeed(seed))
}

/** A generator that goes on from a stored state. Throws RangeError on a state that is none. */
export function randomFromState(state: RandomState): Random {
  if (state.length !== 4 || state.some((word) => !Number.isInteger(word) || word < 0 || word > 0xffffffff))
    throw new RangeError('A random state is four unsigned 32-bit integers')
  if (state.every((word) => word === 0)) throw new RangeError('A random state of four zeros never leaves zero')
  return new Xoshiro128StarStar(state)
}

class Xoshiro128StarStar implements Random {
  readonly #s: Uint32Array

  constructor(state: RandomState) {
    this.#s = Uint32Array.from(state)
  }

  uint32(): number {
    const s = this.#s
    const s1 = s[1]!
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
    s[2]! ^= s[0]!
    s[3]! ^= s1
    s[1] = s1 ^ s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= s1 << 9
    s[3] = rotateLeft(s[3]!, 11)
    return result
  }

  next(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 0x4000000 + low) / 0x20000000000000
  }

  uniform(from: number, to: number): number {
    return from + (to - from) * this.next()
  }

  int(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 0x100000000)
      throw new RangeError(`int(below) needs an integer from 1 to 2^32, not ${below}`)
    const limit = 0x100000000 - (0x100000000 % below)
    let word = this.uint32()
    while (word >= limit) word = this.uint32()
    return word % below
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  normal(mean = 0, standardDeviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()))
    return mean + standardDeviation * radius * Math.cos(2 * Math.PI * this.next())
  }

  poisson(mean: number): number {
    // Knuth's product underflows for large means: a Poisson variable is the sum of smaller ones.
    let count = 0
    let left = mean
    for (; left > 30; left -= 30) count += this.#smallPoisson(30)
    return count + this.#smallPoisson(left)
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Nothing to pick from')
    return items[this.int(items.length)]!
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.int(i + 1)
      const kept = shuffled[i]!
      shuffled[i] = shuffled[j]!
      shuffled[j] = kept
    }
    return shuffled
  }

  fork(name: string | number): Random {
    return createRandom(`${this.state().join(',')}/${name}`)
  }

  state(): RandomState {
    const s = this.#s
    return [s[0]!, s[1]!, s[2]!, s[3]!]
  }

  #smallPoisson(mean: number): number {
    const limit = Math.exp(-mean)
    let count = 0
    for (let product = this.next(); product > limit; product *= this.next()) count++
    return count
  }
}

function rotateLeft(word: number, by: number): number {
  return ((word << by) | (word >>> (32 - by))) >>> 0
}

function stateFromSeed(seed: number | string): RandomState {
  const next = splitMix32(seedWord(seed))
  const state: RandomState = [next(), next(), next(), next()]
  return state.every((word) => word === 0) ? [1, 0, 0, 0] : state
}

/** FNV-1a over text; a whole number below 2^32 is its own word, so the published vectors can be checked. */
function seedWord(seed: number | string): number {
  if (typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff) return seed
  if (typeof seed === 'number' && !Number.isFinite(seed)) throw new RangeError('A seed is a finite number or a text')
  let hash = 0x811c9dc5
  for (const letter of String(seed)) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193)
  return hash >>> 0
}

/** SplitMix32: Steele, Lea & Flood 2014 with the 32-bit finaliser of MurmurHash3 (Appleby). */
function splitMix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
}
