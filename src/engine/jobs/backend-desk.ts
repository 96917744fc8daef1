import type { BackendReport } from '#shared/contracts/engine.ts'
import type { TrainJob } from '#shared/contracts/job.ts'
import { chooseBackend } from '../backends/choose.ts'
import { load, probeBackends } from '../backends/probe.ts'
import type { OpenedBackend } from '../training/train-prepare.ts'

/** Knows which backends run here: tried once a process, when somebody first asks. */
export class BackendDesk {
  readonly #probeEntry: string
  #reports: Promise<BackendReport[]> | null = null

  /** `probeEntry`: the script that tries one backend in a child process. */
  constructor(probeEntry: string) {
    this.#probeEntry = probeEntry
  }

  reports(): Promise<BackendReport[]> {
    this.#reports ??= probeBackends([this.#probeEntry])
    return this.#reports
  }

  /** Makes a backend the one in use: the wanted one, or the best that works. Throws AppError `backend-unavailable`. */
  async open(wanted: TrainJob['backend']): Promise<OpenedBackend> {
    const chosen = chooseBackend(await this.reports(), wanted)
    await load(chosen.name)
    return chosen
  }
}
