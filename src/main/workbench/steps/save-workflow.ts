import type { WorkflowRow } from '#shared/contracts/project.ts'
import { writeWhole } from '../../../files/write-whole.ts'
import type { NamedModel } from '#shared/contracts/steps.ts'
import type { OpenProject } from '../open-project.ts'
import type { StepBook } from './step-book.ts'
import { workflowRow } from './step-text.ts'

interface Means {
  readonly project: OpenProject
  readonly steps: StepBook
}

/** The workflow as rows, oldest first. */
export function workflowOf({ project, steps }: Means): WorkflowRow[] {
  return steps.all().map((record) => workflowRow(record, (id) => project.db.model(id)?.name ?? id))
}

/** The workflow as a file that `slidewright replay` takes. @throws AppError as `writeWhole`. */
export async function saveWorkflow({ project, steps }: Means, file: string): Promise<number> {
  const all = steps.all()
  // Elsewhere nothing but its name tells a person which model a step wants.
  const models: NamedModel[] = project.db.models().map(({ id, name }) => ({ id, name }))
  await writeWhole(file, `${JSON.stringify({ format: 1, steps: all, models }, null, 1)}\n`)
  return all.length
}
