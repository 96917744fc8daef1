import type { WorkflowRow } from '#shared/contracts/project.ts'
import { writeWhole } from '../../../files/write-whole.ts'
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
export async function saveWorkflow({ steps }: Means, file: string): Promise<number> {
  const all = steps.all()
  await writeWhole(file, `${JSON.stringify({ format: 1, steps: all }, null, 1)}\n`)
  return all.length
}
