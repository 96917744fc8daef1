/** A place on an image, in full-resolution pixels (floats), origin at the top-left corner of the top-left pixel. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}
