import { Command } from 'commander'
import { VERSION } from '#shared/version.ts'
import { addCheck } from './commands/check.ts'
import { addCohort } from './commands/cohort.ts'
import { addAccept, addRedo, addReject, addUndo } from './commands/decide.ts'
import { addDemo } from './commands/demo.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addExport } from './commands/export.ts'
import { addLog } from './commands/log.ts'
import { addModels } from './commands/models.ts'
import { addOrigin } from './commands/origin.ts'
import { addPixelSize } from './commands/pixel-size.ts'
import { addPredict } from './commands/predict.ts'
import { addPresets } from './commands/presets.ts'
import { addCreate, addImport, addInfo } from './commands/project.ts'
import { addReplay } from './commands/replay.ts'
import { addRestore } from './commands/restore.ts'
import { addSplit } from './commands/split.ts'
import { addResume, addTrain } from './commands/train.ts'
import type { Output } from './output.ts'

/** All commands. Each is declared in its own file and does its work through the workbench, as the window does. */
export function program(output: Output): Command {
  const root = new Command('slidewright')
    .description('Label microscope images, train neural nets on the labels, review what they predict, export counts.')
    .version(VERSION)
    .option('--json', 'the last line of stdout is one JSON object')
    .showHelpAfterError('(slidewright --help shows how)')
    .exitOverride()
  for (const add of [
    addCreate,
    addImport,
    addSplit,
    addPixelSize,
    addOrigin,
    addCheck,
    addInfo,
    addTrain,
    addResume,
    addModels,
    addPredict,
    addCohort,
    addEvaluate,
    addAccept,
    addReject,
    addUndo,
    addRedo,
    addExport,
    addLog,
    addReplay,
    addRestore,
    addPresets,
    addDoctor,
    addDemo,
  ]) {
    finished(add(root, output))
  }
  return root
}

/** What all commands have alike, those within a command too. */
function finished(command: Command): void {
  command.option('--json', 'the last line of stdout is one JSON object').exitOverride()
  const names = [...ancestors(command), command.name()].join(' ')
  command.showHelpAfterError(`(slidewright ${names} --help shows how)`)
  // Options of the root are allowed anywhere; stray words are wrong use.
  command.allowExcessArguments(false)
  for (const inner of command.commands) finished(inner)
}

const ancestors = ({ parent }: Command): string[] => (parent?.parent ? [...ancestors(parent), parent.name()] : [])
