import type { ImageSource, SourceRegion } from './image-source.ts'

/** Most pixels of one region: 8,192 x 8,192, 200 MB as RGB. More is asked for in parts. */
export const MAX_REGION_PIXELS = 2 ** 26

/** @throws RangeError where the region is not whole pixels within its level, or larger than one region may be: the caller's mistake. */
export function checkRegion({ levels }: Pick<ImageSource, 'levels'>, { level, x, y, width, height }: SourceRegion): void {
  const size = levels[level]
  const whole = [x, y, width, height].every(Number.isInteger)
  if (!size || !whole || x < 0 || y < 0 || width < 1 || height < 1 || x + width > size.width || y + height > size.height)
    throw new RangeError(`No region ${width} x ${height} at ${x}, ${y} on level ${level} of ${size?.width ?? 0} x ${size?.height ?? 0}.`)
  if (width * height > MAX_REGION_PIXELS) throw new RangeError(`${width} x ${height} pixels are too many for one region.`)
}
