import { createProject } from '../../src/main/project/create.ts'
import { plainImage } from '../plain-image.ts'
import { addRun } from './run.ts'

/** A new project with three images, two classes and a run without predictions; its folder. */
export async function preparedProject(folder: string): Promise<string> {
  const project = await createProject(folder, { task: 'detection', classes: ['RBC', 'WBC'] })
  const images = [1, 2, 3].map((n) => plainImage(`image-${n}`, { sha256: String(n).repeat(64) }))
  project.commit({ label: 'Images', put: { images }, remove: {} })
  addRun(project)
  await project.close()
  return folder
}
