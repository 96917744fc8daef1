import type { ProjectSnapshot } from '#shared/contracts/project.ts'
import { projectName } from '../project/folder.ts'
import type { OpenProject } from './open-project.ts'

/** The project as a window needs it to start; annotations are read image by image. */
export function snapshotOf(project: OpenProject): ProjectSnapshot {
  const { db } = project
  return {
    folder: project.folder,
    name: projectName(project.folder),
    task: project.task,
    readOnly: project.readOnly,
    classes: db.classes(),
    images: db.images(),
    counts: db.annotationCounts(),
    models: db.models(),
    runs: db.runs(),
    history: db.historyState(),
  }
}
