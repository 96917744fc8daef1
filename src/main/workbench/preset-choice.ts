import type { PresetInfo } from '#shared/contracts/engine.ts'
import { AppError } from '#shared/errors.ts'
import type { TaskKind } from '#shared/records/task.ts'

/** Before anything of a training is written. Throws AppError `unknown-preset` or `wrong-task`, naming the presets of the project's task. */
export function checkPreset(presets: readonly Pick<PresetInfo, 'name' | 'task'>[], task: TaskKind, name: string): void {
  const found = presets.find((preset) => preset.name === name)
  if (found?.task === task) return
  const fitting = presets.flatMap((preset) => (preset.task === task ? [preset.name] : []))
  const hint = `This project is for ${task}; choose one of: ${fitting.join(', ')}.`
  if (found === undefined) throw new AppError('unknown-preset', `There is no preset "${name.slice(0, 80)}".`, hint)
  throw new AppError('wrong-task', `The preset ${name} is for ${found.task}.`, hint)
}
