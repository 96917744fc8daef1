import type { BackendReport } from '#shared/contracts/engine.ts'
import type { BackendName } from '#shared/contracts/job.ts'
import { AppError } from '#shared/errors.ts'
import { BACKENDS } from './probe.ts'

export interface ChosenBackend {
  readonly name: BackendName
  /** Why it is not the best one; empty where it is. */
  readonly note: string
}

/**
 * The backend to work with: the wanted one, or the best that works. Throws AppError `backend-unavailable` where the wanted one does not
 * work, or none does.
 */
export function chooseBackend(reports: readonly BackendReport[], wanted: BackendName | null): ChosenBackend {
  const reportOf = (name: BackendName) => reports.find((report) => report.name === name)
  if (wanted !== null) {
    const report = reportOf(wanted)
    if (report?.works === true) return { name: wanted, note: '' }
    throw new AppError('backend-unavailable', `${wanted} does not work here: ${report?.why ?? 'it was not tried.'}`, report?.advice ?? '')
  }
  const best = BACKENDS.find((name) => reportOf(name)?.works === true)
  if (best === undefined) throw new AppError('backend-unavailable', 'No backend works on this machine.', 'Run "npm run setup" again.')
  const passed = BACKENDS.slice(0, BACKENDS.indexOf(best)).map((name) => `${name}: ${reportOf(name)?.why ?? 'not tried'}`)
  return { name: best, note: passed.join(' ') }
}
