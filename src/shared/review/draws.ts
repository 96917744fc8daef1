/** The same number in [0, 1) for the same id and seed, on every machine: where an item stands in the random order of a review (MurmurHash3's finaliser). */
export function drawOf(id: number, seed: number): number {
  let hash = (Math.imul(id ^ seed, 0x9e3779b1) ^ Math.floor(id / 0x100000000)) >>> 0
  for (let round = 0; round < 2; round++) {
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash = (hash ^ (hash >>> 16)) >>> 0
  }
  // Ids that hash alike must not stand at the same place: the id itself settles it.
  return (hash + (id % 0x100000) / 0x100000) / 0x100000000
}
