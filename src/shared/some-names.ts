/** How many names stand in a sentence about many. */
const NAMED = 3

/** The first three of many names, and three dots where there are more: `a.png, b.png, c.png, …`. */
export function someNames(names: readonly string[]): string {
  return `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', …' : ''}`
}
