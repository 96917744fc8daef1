import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { JobSamples } from '#shared/contracts/job.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { exists } from './paths.ts'

/**
 * Puts a list of samples where the engine reads it to show them before a training, and gives the folder. It is named by what it holds, so that
 * looking again writes nothing; the lists of other states of the labels are removed.
 */
export async function previewFolder(cache: string, samples: JobSamples): Promise<string> {
  const text = JSON.stringify(samples)
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32)
  const root = path.join(cache, 'before-training')
  const folder = path.join(root, name)
  if (await exists(path.join(folder, 'samples.json'))) return folder
  await mkdir(folder, { recursive: true })
  await writeWhole(path.join(folder, 'samples.json'), text)
  for (const other of await readdir(root)) if (other !== name) await rm(path.join(root, other), { recursive: true, force: true })
  return folder
}
