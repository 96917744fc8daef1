import { AppError } from '#shared/errors.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { newClasses } from '../../project/new-classes.ts'
import type { OpenProject } from '../open-project.ts'
import { workbenchTask } from '../tasks/registry.ts'

export interface ClassesFor {
  /** The model's classes in its order, as the project knows them. */
  readonly classes: ModelRecord['classes']
  /** Those that the project gets for it. */
  readonly added: readonly ClassRecord[]
}

/**
 * The classes of a model from elsewhere, found in the project by name; those that it does not have are made, where the kind of task lets a
 * project have classes that a model does not know. @throws AppError `other-classes`, `wrong-classes`.
 */
export function classesFor({ db, task: kind }: OpenProject, model: Pick<ModelRecord, 'classes'>): ClassesFor {
  const task = workbenchTask(kind)
  const here = db.classes()
  const names = model.classes.map(({ name }) => name)
  if (new Set(names).size !== names.length || names.some((name) => name.trim() !== name || name === ''))
    throw new AppError('other-classes', 'The classes of this model have no names by which they can be told apart.', 'Nothing was changed.')
  const fixed = task.sharedClasses === 'all' ? Math.max(names.length, here.length) : task.sharedClasses === 'first' ? 1 : 0
  for (let i = 0; i < fixed; i++)
    if (names[i] !== here[i]?.name)
      throw new AppError(
        'other-classes',
        `This model tells ${names.join(', ')}; the project has ${here.map(({ name }) => name).join(', ')}.`,
        'Nothing was changed. Import it into a project with the same classes in the same order.',
      )
  const missing = names.filter((name) => !here.some((one) => one.name === name))
  task.checkClasses([...here.map(({ name }) => name), ...missing])
  const added = newClasses(missing, here)
  const all = [...here, ...added]
  return { classes: names.map((name) => ({ id: all.find((one) => one.name === name)!.id, name })), added }
}
