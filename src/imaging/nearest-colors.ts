import type { LabelImage } from './label-image.ts'

export interface LabelColor {
  /** 0xrrggbb */
  readonly color: number
  /** 0 = background. */
  readonly label: number
}

export interface ColorLabels {
  readonly labels: Int32Array
  /** Pixels that are no colour of the list, nor between two of them: label 0. */
  readonly unknown: Map<number, number>
  /** Pixels between two colours that went to one of them. */
  readonly soft: number
}

/** Distance in RGB up to which a pixel is surely of a colour: rounding and light compression. */
const SURE = 12
/** How far from a soft pixel the colours are looked for that it may be a mixture of: the nearest first. */
const REACHES = [2, 4, 8] as const

type Rgb = readonly [number, number, number]
const rgbOf = (color: number): Rgb => [color >> 16, (color >> 8) & 255, color & 255]

/**
 * Labels of a picture that is coded by colour. A pixel has the colour that it surely is (at most 12 away in RGB, or the tolerance if that
 * is less). Any other takes the nearest of the colours that stand round it, if it is at most `tolerance` from it or half as far from the line
 * between two of them: so a soft edge between black and white never becomes the grey of a third class. They are looked for within 2, 4 and 8
 * pixels; where none fits, the nearest of all within the tolerance is taken. What is left is unknown. `image` may be of any kind.
 */
export function labelsByColor(image: LabelImage, colors: readonly LabelColor[], tolerance: number): ColorLabels {
  const matcher = new ColorMatcher(colors, tolerance)
  const places = new Int16Array(image.values.length)
  for (let i = 0; i < places.length; i++) {
    const same = i > 0 && image.values[i] === image.values[i - 1]
    places[i] = same ? places[i - 1]! : matcher.sure(colorAt(image, i))
  }
  const labels = new Int32Array(places.length)
  const unknown = new Map<number, number>()
  let soft = 0
  for (let i = 0; i < places.length; i++) {
    let place: number = places[i]!
    if (place < 0) {
      const color = colorAt(image, i)
      place = softPlace(color, matcher, (reach) => nearby(places, i, image, reach))
      if (place < 0) unknown.set(color, (unknown.get(color) ?? 0) + 1)
      else soft++
    }
    if (place >= 0) labels[i] = colors[place]!.label
  }
  return { labels, unknown, soft }
}

function colorAt({ values, kind, palette }: LabelImage, i: number): number {
  const value = values[i]!
  if (kind === 'colour') return value
  return kind === 'palette' ? (palette?.[value] ?? 0) : Math.min(value, 255) * 0x010101
}

function softPlace(color: number, matcher: ColorMatcher, nearAt: (reach: number) => number[]): number {
  for (const reach of REACHES) {
    const place = matcher.mixed(color, nearAt(reach))
    if (place >= 0) return place
  }
  return matcher.nearest(color)
}

/** Places of the colours that surely stand round a pixel. */
function nearby(places: Int16Array, i: number, { width, height }: LabelImage, reach: number): number[] {
  const found = new Set<number>()
  const x = i % width
  const y = (i - x) / width
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++)
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) {
      const place = places[row * width + column]!
      if (place >= 0) found.add(place)
    }
  return [...found].sort((a, b) => a - b)
}

class ColorMatcher {
  readonly #colors: readonly Rgb[]
  readonly #tolerance: number
  readonly #surely = new Map<number, number>()
  readonly #mixtures = new Map<string, number>()

  constructor(colors: readonly LabelColor[], tolerance: number) {
    this.#colors = colors.map(({ color }) => rgbOf(color))
    this.#tolerance = tolerance
  }

  /** Place of the colour that a pixel surely has, or -1. */
  sure(color: number): number {
    let place = this.#surely.get(color)
    if (place === undefined) {
      place = this.#nearest(rgbOf(color), this.#all(), Math.min(SURE, this.#tolerance))
      this.#surely.set(color, place)
    }
    return place
  }

  /** Place of the colour among those near it that a soft pixel goes to, or -1. */
  mixed(color: number, near: readonly number[]): number {
    const key = `${color} ${near.join(' ')}`
    let place = this.#mixtures.get(key)
    if (place === undefined) {
      place = this.#mix(rgbOf(color), near)
      this.#mixtures.set(key, place)
    }
    return place
  }

  /** Place of the nearest colour of all within the tolerance, or -1. */
  nearest(color: number): number {
    return this.#nearest(rgbOf(color), this.#all(), this.#tolerance)
  }

  #mix(rgb: Rgb, near: readonly number[]): number {
    const within = this.#nearest(rgb, near, this.#tolerance)
    if (within >= 0) return within
    const isBetween = (a: number, b: number): boolean => segmentDistance(rgb, this.#colors[a]!, this.#colors[b]!) <= this.#tolerance / 2
    return near.some((a, k) => near.slice(k + 1).some((b) => isBetween(a, b))) ? this.#nearest(rgb, near, Infinity) : -1
  }

  #all(): number[] {
    return [...this.#colors.keys()]
  }

  #nearest(rgb: Rgb, places: readonly number[], limit: number): number {
    let [best, least] = [-1, limit]
    for (const place of places) {
      const distance = distanceOf(rgb, this.#colors[place]!)
      if (distance < least || (best < 0 && distance <= least)) [best, least] = [place, distance]
    }
    return best
  }
}

function distanceOf(a: Rgb, b: Rgb): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

function segmentDistance(p: Rgb, a: Rgb, b: Rgb): number {
  const along: Rgb = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
  const square = along[0] ** 2 + along[1] ** 2 + along[2] ** 2
  const dot = (p[0] - a[0]) * along[0] + (p[1] - a[1]) * along[1] + (p[2] - a[2]) * along[2]
  const t = square === 0 ? 0 : Math.min(1, Math.max(0, dot / square))
  return distanceOf(p, [a[0] + t * along[0], a[1] + t * along[1], a[2] + t * along[2]])
}
