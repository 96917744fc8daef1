/** Closes a switch over a union: adding a member without handling it becomes a type error here. */
export function assertNever(value: never, what = 'value'): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`)
}

/** Narrows away undefined and null where the surrounding code knows the value is there; `why` is that reason. */
export function must<T>(value: T | undefined | null, why: string): T {
  if (value === undefined || value === null) throw new Error(`Missing: ${why}`)
  return value
}
