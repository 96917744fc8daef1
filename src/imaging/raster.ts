/** Decoded pixels in memory: 8 bits a channel, row by row, channels interleaved, orientation applied, alpha laid on white. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** 3 = RGB (sRGB), 1 = grey. */
  readonly channels: 1 | 3
  readonly data: Uint8Array
}
