import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { checkedOnnx, readModelFile, WEIGHTS_FILE } from '../../src/engine/data/model-folder.ts'
import { openProject } from '../../src/main/project/open.ts'
import { RUN } from './run.ts'

/** What technician.ts tells of a job. */
export interface SaidJob {
  readonly id: string
  readonly status: string
  readonly state: string | null
  readonly step: number | null
  readonly error: { readonly code: string; readonly message: string } | null
}

export function saidJob(line: string): SaidJob | null {
  return line.startsWith('job ') ? (JSON.parse(line.slice(4)) as SaidJob) : null
}

/** What the lines of one process tell of its trainings, `before` being the one that was under way at its start. */
export function trainingsOf(
  lines: readonly string[],
  before: string | null,
): { underWay: string | null; finished: number; failure: string | null } {
  let underWay = before
  let [finished, failure]: [number, string | null] = [0, null]
  for (const line of lines) {
    const job = saidJob(line)
    const [word, id] = line.split(' ')
    if (word === 'broken') failure ??= line
    if (word === 'resumed' && id !== underWay) failure ??= `${id} went on, ${underWay} was under way`
    if (word === 'started' && underWay !== null && underWay !== id) failure ??= `${id} was begun though ${underWay} was not through`
    if (word === 'started') underWay = id!
    if (job?.error && job.error.code !== 'engine-crashed') failure ??= `${job.error.code}: ${job.error.message}`
    if (job?.status === 'finished') [underWay, finished] = [null, finished + 1]
    else if (job) underWay = job.id
  }
  return { underWay, finished, failure }
}

/** Steps of the newest checkpoint of a training; 0 where there is none. */
export async function newestCheckpoint(folder: string, job: string): Promise<number> {
  const names = await readdir(path.join(folder, 'cache', 'jobs', job, 'checkpoints')).catch(() => [])
  return Math.max(0, ...names.map((name) => Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? 0)))
}

/** Whether something in the project's models is not whole, or is there without being anybody's. */
export async function modelsFailure(folder: string): Promise<string | null> {
  const models = path.join(folder, 'models')
  const folders = (await readdir(models)).filter((name) => !name.startsWith('.'))
  const jobs = path.join(folder, 'cache', 'jobs')
  const files = (await readdir(jobs).catch(() => [])).map((job) => path.join(jobs, job, 'job.json'))
  const promised = (await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))).join('\n')
  const project = await openProject(folder, { readOnly: true })
  const stored = project.models().map(({ id }): string => id).filter((id) => id !== RUN) // prettier-ignore
  await project.close()
  for (const id of folders) {
    const broken = await brokenModel(path.join(models, id))
    if (broken !== null) return `model ${id}: ${broken}`
    if (!stored.includes(id) && !promised.includes(id)) return `model ${id} is nobody's`
  }
  const missing = stored.find((id) => !folders.includes(id))
  return missing === undefined ? null : `model ${missing} has no folder`
}

async function brokenModel(folder: string): Promise<string | null> {
  try {
    const model = await readModelFile(folder)
    const sha256 = createHash('sha256').update(await readFile(path.join(folder, WEIGHTS_FILE))).digest('hex') // prettier-ignore
    if (sha256 !== model.weightsSha256) return 'its weights are not those that were saved'
    return model.onnxSha256 === null || (await checkedOnnx(folder, model)) !== null ? null : 'its graph is not the one that was saved'
  } catch (thrown) {
    return String(thrown)
  }
}

/** Folders of models that a killed engine left half-written. */
export async function leftovers(folder: string): Promise<number> {
  return (await readdir(path.join(folder, 'models'))).filter((name) => name.startsWith('.')).length
}
