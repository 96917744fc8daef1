import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { JobId } from '#shared/records/ids.ts'
import type { OpenProject } from './open-project.ts'

// What jobs of a project go on from after a break lies in a folder for each, in its cache.

const folderOf = ({ paths }: OpenProject): string => path.join(paths.cache, 'jobs')

export const jobFolder = (project: OpenProject, id: JobId): string => path.join(folderOf(project), id)

/** What `read` finds in the folders of jobs; null: nothing of its kind. */
export async function readJobs<T>(project: OpenProject, read: (folder: string) => Promise<T | null>): Promise<T[]> {
  const folder = folderOf(project)
  const found = await Promise.all((await readdir(folder).catch(() => [])).map((name) => read(path.join(folder, name))))
  return found.filter((one) => one !== null)
}

/** What a job makes is written into a folder of another name and then renamed; what still has that name was broken off by a kill. */
export async function removeBrokenOff(folder: string, prefix: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((n) => n.startsWith(prefix))) await rm(path.join(folder, name), { recursive: true, force: true })
}
