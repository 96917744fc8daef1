import { modelId, runId } from '#shared/records/ids.ts'
import type { ProjectDatabase } from '../../src/main/project/database.ts'

/** Id of the run that predictions are added to, and of its model, which is a record alone. */
export const RUN = 'kills'

export function addRun(project: ProjectDatabase): void {
  const createdAt = '2026-01-01T00:00:00.000Z'
  const learned = { parent: null, fold: null, settings: {}, dataHash: '', author: '', objects: null, origin: null, trainImages: 0, valImages: 0, epochs: 0, seconds: 0, secondsPerStep: 0, best: null } // prettier-ignore
  const about = { name: 'm', task: 'detection', preset: 'p', classes: [], backend: '', curves: [], metrics: {}, createdAt } as const
  project.putModel({ id: modelId.parse(RUN), ...about, classes: [], curves: [], ...learned })
  project.addRun({ id: runId.parse(RUN), modelId: modelId.parse(RUN), settings: {}, images: 0, objects: 0, seconds: 0, createdAt }, [])
}
