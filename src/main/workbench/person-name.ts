import os from 'node:os'

/** Who signs annotations and decisions where nobody said otherwise: the account's name. */
export function personName(): string {
  try {
    return os.userInfo().username
  } catch {
    // Some containers have no entry for the user.
    return 'unknown'
  }
}
