import os from 'node:os'

/** Lets this process step back behind others by so many steps of niceness (0 to 19; Windows knows coarser ones). */
export function stepBack(steps: number): void {
  try {
    os.setPriority(0, Math.min(19, os.getPriority(0) + steps))
  } catch {
    // Not allowed here; then the system's own scheduling has to do.
  }
}
