import type { DeclaredParameter } from '../nn/declare-ops.ts'
import { sizeOf } from '../nn/initialize.ts'
import type { WeightArray, Weights } from '../nn/weights.ts'

/** Parameters that lie one behind the other in one flat array. */
export interface Segment {
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[]; readonly size: number }[]
  readonly size: number
}

/** Trainable parameters that share their learning-rate factor and whether they decay. */
export interface Group extends Segment {
  readonly rateFactor: number
  readonly decay: boolean
}

/**
 * How a network's changing numbers lie in a few flat arrays: so the optimiser is a handful of long operations instead of a handful for
 * each of some hundred parameters, and the state moves in a few copies.
 */
export interface Layout {
  readonly groups: readonly Group[]
  readonly running: Segment
  readonly frozen: readonly string[]
}

export function layoutOf(parameters: readonly DeclaredParameter[], rateFactors: Readonly<Record<string, number>>): Layout {
  const byKey = new Map<string, DeclaredParameter[]>()
  for (const parameter of parameters.filter(({ role }) => role === 'trainable')) {
    const key = `${rateFactor(parameter.name, rateFactors)}/${parameter.decay}`
    byKey.set(key, [...(byKey.get(key) ?? []), parameter])
  }
  const groups = [...byKey.values()].map((members) => ({
    ...segmentOf(members),
    rateFactor: rateFactor(members[0]!.name, rateFactors),
    decay: members[0]!.decay,
  }))
  const running = segmentOf(parameters.filter(({ role }) => role === 'running'))
  return { groups, running, frozen: parameters.filter(({ role }) => role === 'frozen').map(({ name }) => name) }
}

/** The factor of the longest prefix that fits, else 1. */
export function rateFactor(name: string, factors: Readonly<Record<string, number>>): number {
  const prefixes = Object.keys(factors).filter((prefix) => name.startsWith(prefix))
  const longest = prefixes.reduce<string | null>((best, prefix) => (best === null || prefix.length > best.length ? prefix : best), null)
  return longest === null ? 1 : factors[longest]!
}

/** One flat array from named ones. Throws Error where one is missing or has another size. */
export function packed(segment: Segment, weights: Weights, prefix = ''): Float32Array {
  const flat = new Float32Array(segment.size)
  let offset = 0
  for (const { name, size, shape } of segment.parameters) {
    const array = weights.get(prefix + name)
    if (array === undefined) throw new Error(`The weights lack ${prefix}${name}`)
    if (array.data.length !== size) throw new Error(`${prefix}${name} has shape [${array.shape.join()}], not [${shape.join()}]`)
    flat.set(array.data, offset)
    offset += size
  }
  return flat
}

/** Named arrays (copies) from a flat one. */
export function unpacked(segment: Segment, flat: Float32Array, prefix = ''): [string, WeightArray][] {
  let offset = 0
  return segment.parameters.map(({ name, shape, size }) => {
    const data = flat.slice(offset, offset + size)
    offset += size
    return [prefix + name, { shape, data }]
  })
}

function segmentOf(members: readonly DeclaredParameter[]): Segment {
  const parameters = members.map(({ name, shape }) => ({ name, shape, size: sizeOf(shape) }))
  return { parameters, size: parameters.reduce((sum, { size }) => sum + size, 0) }
}
