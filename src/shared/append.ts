/** Puts items behind those of a list. `list.push(...items)` lays every item on the stack, which holds some 125,000: an image can have more objects. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item)
}
