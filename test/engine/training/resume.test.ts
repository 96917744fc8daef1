import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TrainJob } from '#shared/contracts/job.ts'
import { tinyJob } from './tiny.ts'

const script = new URL('./train-child.ts', import.meta.url).pathname

const hash = async (file: string): Promise<string> => createHash('sha256').update(await readFile(file)).digest('hex') // prettier-ignore

/** Runs the job in a child process, killed with SIGKILL once it has said that it made step `killAt`. True if it came to its end. */
async function train(job: TrainJob, killAt = Infinity, checkpointSeconds = 0): Promise<boolean> {
  const file = path.join(job.folder, 'job.json')
  await writeFile(file, JSON.stringify(job))
  const child: ChildProcess = spawn(process.execPath, [script, file, String(checkpointSeconds)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()))
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    const steps = [...out.matchAll(/step (\d+)\n/g)].map(([, step]) => Number(step))
    if (steps.some((step) => step >= killAt)) child.kill('SIGKILL')
  })
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  if (code !== 0 && code !== null) throw new Error(err)
  return out.includes('done')
}

describe('a training that is killed', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'resume-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('ends with the same weights, bit for bit, as one that was left in peace', { timeout: 240_000 }, async () => {
    const unbroken = await tinyJob(path.join(folder, 'a'))
    expect(await train(unbroken)).toBe(true)
    const broken = await tinyJob(path.join(folder, 'b'))
    for (const killAt of [3, 8]) expect(await train(broken, killAt)).toBe(false)
    // The rarer checkpoints of a real run: steps since the last one are made again.
    expect(await train(broken, 11, 1000)).toBe(false)
    expect(await train(broken)).toBe(true)
    const file = (job: TrainJob): string => path.join(job.modelFolder, 'weights.safetensors')
    expect(await hash(file(broken))).toBe(await hash(file(unbroken)))
  })

  it('goes on from the checkpoint before where the newest one is damaged', { timeout: 240_000 }, async () => {
    const unbroken = await tinyJob(path.join(folder, 'a'))
    await train(unbroken)
    const job = await tinyJob(path.join(folder, 'b'))
    await train(job, 7)
    const checkpoints = path.join(job.folder, 'checkpoints')
    const newest = (await readdir(checkpoints)).filter((name) => name.startsWith('step-')).sort().at(-1)! // prettier-ignore
    await truncate(path.join(checkpoints, newest), 5000)
    expect(await train(job)).toBe(true)
    expect(await hash(path.join(job.modelFolder, 'weights.safetensors'))).toBe(
      await hash(path.join(unbroken.modelFolder, 'weights.safetensors')),
    )
  })
})
