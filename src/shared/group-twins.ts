/** A group (slide, patient) in whose name another's stands whole: perhaps one and the same under two names. */
export interface GroupTwins {
  readonly longer: string
  readonly shorter: string
}

/** A shorter name says too little: `A1` may stand in anything. */
const LEAST = 3

/**
 * Groups whose name holds another group's name, such as `ParasitizedC168P129` and `C168P129`, or `patient7_b` and `patient7`; each with the
 * longest that it holds, in the order given. A name counts where it holds a digit and is cut out of neither a number (`P12` is not in `P123`)
 * nor, at its end, a word (`case7` is not in `case7b`).
 */
export function groupTwins(groups: Iterable<string>): GroupTwins[] {
  const names = new Set(groups)
  return [...names].flatMap((longer) => {
    const shorter = longestWithin(longer, names)
    return shorter === null ? [] : [{ longer, shorter }]
  })
}

function longestWithin(name: string, names: ReadonlySet<string>): string | null {
  const starts = edges(name, (before, after) => !(isDigit(before) && isDigit(after)))
  const ends = edges(name, (_, after) => !/[\p{L}\p{N}]/u.test(after))
  const parts = starts.flatMap((from) =>
    ends.flatMap((to) => (to - from >= LEAST && to - from < name.length ? [name.slice(from, to)] : [])),
  )
  const held = parts.filter((part) => /\d/.test(part) && names.has(part))
  return held.reduce<string | null>((best, part) => (best === null || part.length > best.length ? part : best), null)
}

/** Places 0..length of the name at which a part may begin or end, by the letters on both sides ('' beyond the name). */
function edges(name: string, fits: (before: string, after: string) => boolean): number[] {
  return Array.from({ length: name.length + 1 }, (_, at) => at).filter((at) => fits(name[at - 1] ?? '', name[at] ?? ''))
}

const isDigit = (letter: string): boolean => letter >= '0' && letter <= '9' && letter.length === 1
