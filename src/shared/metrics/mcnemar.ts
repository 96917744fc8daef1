/**
 * McNemar's exact test (McNemar, Psychometrika 12, 1947): the two-sided probability, 0..1, that of the cases which one of two alone has right
 * the shares are at least as unlike as these, if both were equally good. 1 where there are none.
 */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  const [n, least] = [onlyA + onlyB, Math.min(onlyA, onlyB)]
  // Terms of the binomial distribution with 1/2, in logarithms: of a thousand cases the first is below the least number that there is.
  let log = -n * Math.LN2
  let sum = Math.exp(log)
  for (let k = 1; k <= least; k++) {
    log += Math.log((n - k + 1) / k)
    sum += Math.exp(log)
  }
  return Math.min(1, 2 * sum)
}
