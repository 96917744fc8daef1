import type { PresetInfo } from '#shared/contracts/engine.ts'
import { withEngine } from './engine-link.ts'

export type { ProjectInfo } from '#shared/records/info.ts'
export { DEMO, runDemo, type DemoReport } from './demo/demo.ts'
export { type CrossValidation } from './folds/cross-validation.ts'
export { type LabelError } from './label-errors.ts'
export { checkDomain } from './domain-check.ts'
export { testsOf } from './export-model.ts'
export { compareModels } from './library/compare-models.ts'
export { runMaker } from './model-cell.ts'
export { noteModel } from './library/note-model.ts'
export { joinCohort } from './cohort/join.ts'
export { planCohort } from './cohort/plan.ts'
export { runPart } from './cohort/run-part.ts'
export { setPixelSize, sizesText } from './pixel-size.ts'
export { originsText, setOrigin } from './set-origin.ts'
export { decideMeant } from './deciding.ts'
export { doctor, type DoctorReport, type Finding } from './doctor.ts'
export { projectBackups, restoreBackup, type Restored } from '../project/restore.ts'
export { type AssignedSplits } from './missing-splits.ts'
export { type LeftGlass, nameOf } from './told-run.ts'
export { type SplitReport } from './splitting.ts'
export { refuseReadOnly } from './refuse-read-only.ts'
export { saveWorkflow, workflowOf } from './steps/save-workflow.ts'
export { foresee, type Foreseen } from './steps/replay/foresee.ts'
export { refuse, replay, type Replayed } from './steps/replay/replay.ts'
export { type JobHooks, type PredictOutcome, type TrainOutcome } from './outcomes.ts'
export { Workbench } from './workbench.ts'

/** What can be trained; asked of the engine, which owns the networks. */
export function listPresets(): Promise<PresetInfo[]> {
  return withEngine((engine) => engine.presets())
}
