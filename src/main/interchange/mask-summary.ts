import type { MaskFacts, MaskObjects } from '#shared/contracts/label-maps.ts'
import { AppError } from '#shared/errors.ts'
import { countedColors, hex, mainColors } from './mask-colors.ts'
import type { MaskRule } from './mask-kinds.ts'

/** A colour (`#rrggbb`) or number of mask pictures, and what it was taken for. */
export interface MaskValue {
  readonly value: string
  /** Share of all pixels, 0..1. */
  readonly share: number
  /** Name of the class; empty: the background, or nothing where the masks are not understood. */
  readonly name: string
}

/** What masks hold, and how they are read; `kind` is null where that is not clear. */
export interface MaskSummary {
  readonly kind: 'values' | 'instances' | 'colors' | null
  /** The most frequent first. */
  readonly values: readonly MaskValue[]
  /** Shares of all pixels: near no colour or value of the list, and between two of them (they went to the nearer). */
  readonly unknown: number
  readonly soft: number
}

/** So many values can be given names by hand. */
const MOST_VALUES = 32

/** Sums up masks and what became of them. */
export function maskSummary(facts: readonly MaskFacts[], { reading, names }: MaskRule, objects: readonly MaskObjects[]): MaskSummary {
  const pixels = objects.reduce((sum, { width, height }) => sum + width * height, 0)
  const share = (count: (one: MaskObjects) => number): number => objects.reduce((sum, one) => sum + count(one), 0) / Math.max(1, pixels)
  const shares = { unknown: share(({ unknown }) => unknown), soft: share(({ soft }) => soft) }
  if (reading.kind === 'instances') return { kind: 'instances', values: [], ...shares }
  const labels = new Map<string, number>(
    reading.kind === 'values'
      ? reading.values.map(({ value, label }) => [String(value), label])
      : reading.colors.map(({ color, label }) => [hex(color), label]),
  )
  const held = heldValues(facts, reading.kind === 'colors')
  const values = [...labels].map(([value, label]) => ({ value, share: held.get(value) ?? 0, name: names[label - 1] ?? '' }))
  return { kind: reading.kind, values: ordered(values), ...shares }
}

/** What masks hold that nobody understands: colours where there are some, else numbers. */
export function unreadMasks(facts: readonly MaskFacts[]): MaskSummary {
  const colored = facts.some(({ kind }) => kind !== 'grey')
  const main = new Set(mainColors(countedColors(facts)).map(({ color }) => hex(color)))
  const held = [...heldValues(facts, colored)].filter(([value]) => !colored || main.has(value))
  return { kind: null, values: ordered(held.map(([value, share]) => ({ value, share, name: '' }))), unknown: 0, soft: 0 }
}

const ordered = (values: readonly MaskValue[]): MaskValue[] => [...values].sort((a, b) => b.share - a.share).slice(0, MOST_VALUES)

/** Shares of all pixels by colour or by number. */
function heldValues(facts: readonly MaskFacts[], colored: boolean): Map<string, number> {
  const counts = new Map<string, number>()
  const add = (value: string, pixels: number): void => void counts.set(value, (counts.get(value) ?? 0) + pixels)
  if (colored) for (const { color, pixels } of countedColors(facts)) add(hex(color), pixels)
  else for (const { values } of facts) for (const { value, pixels } of values) add(String(value), pixels)
  const total = facts.reduce((sum, { width, height }) => sum + width * height, 0)
  return new Map([...counts].map(([value, pixels]) => [value, pixels / Math.max(1, total)]))
}

/** Masks whose meaning has to be said; with what they hold, so that it can be. */
export class UnclearMasks extends AppError {
  readonly masks: MaskSummary

  constructor(error: AppError, facts: readonly MaskFacts[]) {
    super(error.code, error.message, error.hint, error)
    this.masks = unreadMasks(facts)
  }
}
