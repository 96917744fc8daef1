import fs from 'node:fs'

export interface GoldenImage {
  readonly width: number
  readonly height: number
  readonly pixels: string
}

interface Golden {
  readonly components: readonly {
    readonly connectivity: 4 | 8
    readonly map: GoldenImage
    readonly ids: string
    readonly areas: readonly number[]
    /** Top, left, bottom, right. */
    readonly boxes: readonly (readonly [number, number, number, number])[]
    /** Row and column of the mean, pixels' centres on whole numbers. */
    readonly centroids: readonly (readonly [number, number])[]
  }[]
  readonly holes: readonly { readonly mask: GoldenImage; readonly filled: string }[]
  readonly morphology: readonly { readonly radius: number; readonly mask: GoldenImage; readonly dilated: string; readonly eroded: string }[]
  readonly floods: readonly {
    readonly connectivity: 4 | 8
    readonly landscape: readonly number[]
    readonly markers: GoldenImage
    readonly mask: string
    readonly ids: string
  }[]
  readonly splits: readonly { readonly depth: number; readonly mask: GoldenImage; readonly ids: string }[]
  readonly colours: readonly { readonly rgb: readonly number[]; readonly lab: readonly number[] }[]
  readonly runLengths: readonly {
    readonly mask: GoldenImage
    readonly size: readonly [number, number]
    readonly counts: string
    readonly area: number
    readonly box: readonly [number, number, number, number]
  }[]
}

/** What tools/golden/masks.py wrote. */
export const golden = JSON.parse(fs.readFileSync('test/golden/masks.json', 'utf8')) as Golden

/** The whole numbers of an image: one character each, code 48 is 0. */
export function numbersOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0) - 48)
}
