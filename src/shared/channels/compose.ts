import { type ChannelLook, type Plane } from './look.ts'

/** A picture in the form that canvases take. */
export interface Composed {
  readonly width: number
  readonly height: number
  /** Red, green, blue, alpha. */
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

/**
 * Channels laid over each other: each in its colour between its range's ends, added up, as light adds up. `step`: every so many pixels are
 * taken a side. All planes have the same size.
 */
export function composed(planes: readonly Plane[], looks: readonly ChannelLook[], step = 1): Composed {
  const [first] = planes
  if (!first) return { width: 0, height: 0, data: new Uint8ClampedArray(0) }
  const width = Math.ceil(first.width / step)
  const height = Math.ceil(first.height / step)
  const data = new Uint8ClampedArray(width * height * 4)
  for (let i = 3; i < data.length; i += 4) data[i] = 255
  for (const [i, plane] of planes.entries()) {
    const look = looks[i]
    if (look?.on === true) add(data, plane, look, { width, height, step })
  }
  return { width, height, data }
}

/** Array places clamp: what is brighter than white is white. */
function add(
  data: Uint8ClampedArray,
  plane: Plane,
  look: ChannelLook,
  { width, height, step }: Omit<Composed, 'data'> & { step: number },
): void {
  const [red, green, blue] = tablesOf(look)
  const { values, width: wide } = plane
  for (let y = 0, at = 0; y < height; y++) {
    const row = y * step * wide
    for (let x = 0; x < width; x++, at += 4) {
      const value = values[row + x * step]!
      data[at]! += red[value]!
      data[at + 1]! += green[value]!
      data[at + 2]! += blue[value]!
    }
  }
}

type Tables = readonly [Uint8Array, Uint8Array, Uint8Array]

const known = new WeakMap<ChannelLook, Tables>()

/** What each number adds to red, green and blue; worked out once for a look, since many tiles have the same. */
function tablesOf(look: ChannelLook): Tables {
  const tables = known.get(look) ?? tablesFor(look)
  known.set(look, tables)
  return tables
}

function tablesFor({ low, high, color }: ChannelLook): Tables {
  const rgb = Number.parseInt(color.slice(1), 16)
  const span = Math.max(1, high - low)
  const table = (share: number): Uint8Array =>
    Uint8Array.from({ length: 65_536 }, (_, value) => Math.round(share * Math.min(1, Math.max(0, (value - low) / span))))
  return [table(rgb >> 16), table((rgb >> 8) & 255), table(rgb & 255)]
}
