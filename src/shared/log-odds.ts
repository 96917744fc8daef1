/** A probability as the logarithm of its odds; certain ones (0, 1) as those of one in a million. */
export function logOdds(probability: number): number {
  const p = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  return Math.log(p / (1 - p))
}

/** The probability that log odds stand for. */
export const sigmoid = (odds: number): number => 1 / (1 + Math.exp(-odds))
