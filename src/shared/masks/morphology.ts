import { squaredDistanceTransform } from './distance.ts'

// Binary morphology with a disc: the pixels whose centres lie within the radius. By exact distances, so that the time does not
// depend on the radius. Masks are row-major, width * height, 0 and not 0; results are new, 0 and 1.

/** Every pixel no further than `radius` from a pixel of the mask. */
export function dilate(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const outside = mask.map((value) => (value === 0 ? 1 : 0))
  const square = squaredDistanceTransform(outside, width, height)
  return outside.map((_, i) => (square[i]! <= radius * radius ? 1 : 0))
}

/** Every pixel of the mask further than `radius` from all background; beyond the image's edge there is none. */
export function erode(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const square = squaredDistanceTransform(mask, width, height)
  return mask.map((_, i) => (square[i]! > radius * radius ? 1 : 0))
}

/** Erosion, then dilation: takes off what is thinner than the disc. */
export function open(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return dilate(erode(mask, width, height, radius), width, height, radius)
}

/** Dilation, then erosion: closes gaps that are thinner than the disc. */
export function close(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  return erode(dilate(mask, width, height, radius), width, height, radius)
}
