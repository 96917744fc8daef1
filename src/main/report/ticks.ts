/** Round marks for an axis from 0 to at least `most`: about five steps of 1, 2 or 5 times a power of ten, whole numbers. */
export function countTicks(most: number): number[] {
  const step = niceStep(Math.max(1, most) / 5)
  const last = Math.ceil(Math.max(1, most) / step)
  return Array.from({ length: last + 1 }, (_, i) => i * step)
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10
  return step * power
}
