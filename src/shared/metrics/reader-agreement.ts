import { bootstrapOverImages, type Interval, Z_95 } from './intervals.ts'

/** How often chance alone would make readers agree, and how much more often they do. */
export interface Kappa {
  readonly items: number
  /** Share of agreement, 0..1; of more than two readers the mean over pairs of them. */
  readonly observed: number
  readonly expected: number
  /** 1 = they always agree, 0 = as by chance; null where there is but one category or no item. */
  readonly kappa: number | null
  /** 95 %. */
  readonly interval: Interval | null
}

const NONE: Kappa = { items: 0, observed: 0, expected: 0, kappa: null, interval: null }

const clipped = (middle: number, error: number): Interval => ({
  lower: Math.max(-1, middle - Z_95 * error),
  upper: Math.min(1, middle + Z_95 * error),
})

/**
 * Cohen's kappa of two readers (Educational and Psychological Measurement 20, 1960), from a square table: rows what the first said, columns the
 * second, counts of items. Its interval goes by the large-sample standard error of Fleiss, Cohen & Everitt (Psychological Bulletin 72, 1969).
 */
export function cohenKappa(table: readonly (readonly number[])[]): Kappa {
  const items = table.flat().reduce((a, b) => a + b, 0)
  if (items === 0) return NONE
  const p = table.map((row) => row.map((count) => count / items))
  const rows = p.map((row) => row.reduce((a, b) => a + b, 0))
  const columns = p.map((_, j) => p.reduce((sum, row) => sum + row[j]!, 0))
  const observed = p.reduce((sum, row, i) => sum + row[i]!, 0)
  const expected = rows.reduce((sum, share, i) => sum + share * columns[i]!, 0)
  if (1 - expected < 1e-12) return { items, observed, expected, kappa: null, interval: null }
  const kappa = (observed - expected) / (1 - expected)
  let [on, off] = [0, 0]
  for (const [i, row] of p.entries())
    for (const [j, share] of row.entries())
      if (i === j) on += share * (1 - (rows[i]! + columns[i]!) * (1 - kappa)) ** 2
      else off += share * (columns[i]! + rows[j]!) ** 2
  const spread = on + (1 - kappa) ** 2 * off - (kappa - expected * (1 - kappa)) ** 2
  const error = Math.sqrt(Math.max(0, spread) / items) / (1 - expected)
  return { items, observed, expected, kappa, interval: clipped(kappa, error) }
}

/**
 * Fleiss' kappa of a fixed number of readers, two or more (Psychological Bulletin 76, 1971). `counts`: of each item, how many readers said each
 * category. No interval: `agreementOf` draws one over images.
 */
export function fleissKappa(counts: readonly (readonly number[])[]): Kappa {
  const items = counts.length
  const readers = counts[0]?.reduce((a, b) => a + b, 0) ?? 0
  if (items === 0 || readers < 2) return NONE
  const shares = counts[0]!.map((_, j) => counts.reduce((sum, row) => sum + row[j]!, 0) / (items * readers))
  const agreed = (row: readonly number[]): number => (row.reduce((sum, n) => sum + n * n, 0) - readers) / (readers * (readers - 1))
  const observed = counts.reduce((sum, row) => sum + agreed(row), 0) / items
  const expected = shares.reduce((sum, share) => sum + share * share, 0)
  const kappa = 1 - expected < 1e-12 ? null : (observed - expected) / (1 - expected)
  return { items, observed, expected, kappa, interval: null }
}

/** What each reader said of one item: a category, by reader. */
export interface ReadItem {
  readonly image: string
  readonly said: ReadonlyMap<string, number>
}

export interface ReaderAgreement {
  /** In the order of the alphabet. */
  readonly readers: readonly string[]
  /** `cohen` of two readers, `fleiss` of more: over the items that all of them read. */
  readonly kind: 'cohen' | 'fleiss'
  readonly overall: Kappa
  /** Each category against all others together, in their order. */
  readonly perCategory: readonly Kappa[]
  /** Of each image, in the order of the items. */
  readonly perImage: readonly { readonly image: string; readonly agreement: Kappa }[]
  /** Cohen's kappa of every two readers over what both read. */
  readonly pairs: readonly { readonly first: string; readonly second: string; readonly agreement: Kappa }[]
}

/** How far readers agree, over the items that all of them read; null with fewer than two readers. */
export function agreementOf(items: readonly ReadItem[], categories: number): ReaderAgreement | null {
  const readers = [...new Set(items.flatMap(({ said }) => [...said.keys()]))].sort()
  if (readers.length < 2) return null
  const [first, second] = [readers[0]!, readers[1]!]
  const all = items.filter(({ said }) => said.size === readers.length)
  const kind = readers.length === 2 ? 'cohen' : 'fleiss'
  const measure = (some: readonly ReadItem[], size: number, code: (category: number) => number): Kappa =>
    kind === 'cohen' ? cohenKappa(tableOf(some, { first, second, size, code })) : withInterval(some, size, code)
  const same = (category: number): number => category
  const images = [...new Set(all.map(({ image }) => image))]
  return {
    readers,
    kind,
    overall: measure(all, categories, same),
    perCategory: Array.from({ length: categories }, (_, at) => measure(all, 2, (category) => (category === at ? 1 : 0))),
    perImage: images.map((image) => ({ image, agreement: measure(all.filter((one) => one.image === image), categories, same) })), // prettier-ignore
    pairs: readers.flatMap((a, i) =>
      readers.slice(i + 1).map((b) => {
        const both = items.filter(({ said }) => said.has(a) && said.has(b))
        return { first: a, second: b, agreement: cohenKappa(tableOf(both, { first: a, second: b, size: categories, code: same })) }
      }),
    ),
  }
}

interface TableSpec {
  readonly first: string
  readonly second: string
  readonly size: number
  readonly code: (category: number) => number
}

function tableOf(items: readonly ReadItem[], { first, second, size, code }: TableSpec): number[][] {
  const table = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  for (const { said } of items) table[code(said.get(first)!)]![code(said.get(second)!)]! += 1
  return table
}

/** Fleiss' kappa with its percentile interval over images: objects of one image are not independent. */
function withInterval(items: readonly ReadItem[], size: number, code: (category: number) => number): Kappa {
  const counts = items.map(({ said }) => {
    const row = new Array<number>(size).fill(0)
    for (const category of said.values()) row[code(category)]! += 1
    return row
  })
  const images = [...new Set(items.map(({ image }) => image))]
  const place = new Map(images.map((image, at) => [image, at]))
  const drawn = (times: Int32Array): number[][] =>
    counts.flatMap((row, i) => new Array<number[]>(times[place.get(items[i]!.image)!]!).fill(row))
  const [interval] = bootstrapOverImages(images.length, (times) => [fleissKappa(drawn(times)).kappa])
  return { ...fleissKappa(counts), interval: interval ?? null }
}
