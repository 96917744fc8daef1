// Kills an editing process again and again at random moments (SIGKILL) and looks whether anything that it had committed is lost.
// Use: node bench/kills.ts [kills, 200] [seed, 1]
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { createRandom, type Random } from '#shared/random.ts'
import { imageId, modelId, runId } from '#shared/records/ids.ts'
import { createProject } from '../src/main/project/create.ts'
import type { ProjectDatabase } from '../src/main/project/database.ts'
import { openProject } from '../src/main/project/open.ts'
import { openSqlite } from '../src/main/project/sqlite.ts'
import { after, type Expected, nothingYet, type Operation } from './kills/script.ts'

export interface KillReport {
  readonly kills: number
  /** Commits that the killed processes had answered. */
  readonly committed: number
  /** Commits that were on the disk though the process was killed before it could say so. */
  readonly unanswered: number
  /** Kills that fell before the project was open. */
  readonly whileOpening: number
  /** What went wrong; empty is what is wanted. */
  readonly failures: readonly string[]
}

const RUN = 'kills'

/** Runs the campaign in a folder of its own. */
export async function killCampaign(kills: number, seed: number, tell: (line: string) => void = () => undefined): Promise<KillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-kills-'))
  try {
    return await campaign(await prepared(path.join(folder, 'kills.slidewright')), { kills, random: createRandom(seed), tell })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function prepared(folder: string): Promise<string> {
  const project = await createProject(folder, { task: 'detection', classes: ['RBC', 'WBC'] })
  const at = '2026-01-01T00:00:00.000Z'
  const images = [1, 2, 3].map((n) => ({
    id: imageId.parse(`image-${n}`),
    name: `${n}.png`,
    relativePath: `../${n}.png`,
    absolutePath: `/${n}.png`,
    bytes: 1,
    sha256: String(n).repeat(64),
    width: 640,
    height: 480,
    bitDepth: 8,
    channels: 3,
    micronsPerPixel: null,
    split: null,
    group: null,
    state: 'unlabelled' as const,
    addedAt: at,
  }))
  project.commit({ label: 'Images', put: { images }, remove: {} })
  const model = modelId.parse('model')
  const none = {
    parent: null,
    settings: {},
    dataHash: '',
    trainImages: 0,
    valImages: 0,
    epochs: 0,
    seconds: 0,
    secondsPerStep: 0,
    best: null,
  }
  project.putModel({
    id: model,
    name: 'm',
    task: 'detection',
    preset: 'p',
    classes: [],
    ...none,
    backend: '',
    curves: [],
    metrics: {},
    createdAt: at,
  })
  project.addRun({ id: runId.parse(RUN), modelId: model, settings: {}, images: 0, objects: 0, seconds: 0, createdAt: at }, [])
  await project.close()
  return folder
}

interface Campaign {
  readonly kills: number
  readonly random: Random
  readonly tell: (line: string) => void
}

async function campaign(folder: string, { kills, random, tell }: Campaign): Promise<KillReport> {
  let expected = nothingYet()
  let [committed, unanswered, whileOpening] = [0, 0, 0]
  const failures: string[] = []
  for (let kill = 0; kill < kills; kill++) {
    const lines = await editAndKill(folder, random)
    const { state, pending, done } = replay(expected, lines)
    committed += done
    if (!lines.includes('open')) whileOpening++
    const verdict = await verify(folder, [state, ...(pending ? [after(state, pending)] : [])])
    if (verdict.failure !== null) failures.push(`kill ${kill + 1}: ${verdict.failure}`)
    if (verdict.which === 1) unanswered++
    expected = verdict.which === 1 && pending ? after(state, pending) : state
    tell(`${kill + 1}/${kills}  ${committed} commits, ${failures.length} failures`)
    if (failures.length > 0) break
  }
  return { kills, committed, unanswered, whileOpening, failures }
}

async function editAndKill(folder: string, random: Random): Promise<string[]> {
  const log = path.join(path.dirname(folder), 'log.txt')
  const out = openSync(log, 'w')
  const script = fileURLToPath(new URL('kills/editor.ts', import.meta.url))
  const child = spawn(process.execPath, [script, folder, String(random.uint32()), RUN], { stdio: ['ignore', out, 'inherit'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  // One in ten falls into the opening, the others some way into the editing.
  const opening = random.chance(0.1)
  const wait = opening ? random.uniform(0, 400) : random.uniform(0, 300)
  if (!opening) await opened(log, child)
  await sleep(wait)
  child.kill('SIGKILL')
  await gone
  closeSync(out)
  return readFileSync(log, 'utf8').split('\n')
}

async function opened(log: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 30_000
  while (!readFileSync(log, 'utf8').startsWith('open')) {
    if (child.exitCode !== null || Date.now() > until) return
    await sleep(5)
  }
}

/** What the killed process said: the state after its answered commits, and the one that it was in the middle of. */
function replay(start: Expected, lines: readonly string[]): { state: Expected; pending: Operation | null; done: number } {
  let state = start
  let pending: Operation | null = null
  let done = 0
  for (const line of lines) {
    if (line.startsWith('try ') && line.endsWith('}')) pending = JSON.parse(line.slice(4)) as Operation
    if (line !== 'done' || pending === null) continue
    state = after(state, pending)
    pending = null
    done++
  }
  return { state, pending, done }
}

/** Which of the allowed states the project holds, and whether all else about it is sound. */
async function verify(folder: string, allowed: readonly Expected[]): Promise<{ which: number; failure: string | null }> {
  const project = await openProject(folder).catch((thrown: unknown) => String(thrown))
  if (typeof project === 'string') return { which: 0, failure: `does not open: ${project}` }
  try {
    if (project.readOnly !== '') return { which: 0, failure: `opens to read only: ${project.readOnly}` }
    const which = allowed.findIndex((state) => holds(project, state))
    if (which < 0) return { which: 0, failure: 'a committed edit is lost, or one is there that never was' }
    return { which, failure: historyFailure(project, allowed[which]!) ?? integrityFailure(folder) }
  } finally {
    await project.close()
  }
}

function holds(project: ProjectDatabase, state: Expected): boolean {
  if (project.totals().predictions !== state.predictions) return false
  return sameAnnotations(project, state.annotations)
}

function sameAnnotations(project: ProjectDatabase, wanted: Expected['annotations']): boolean {
  const held = project.annotations()
  return held.length === wanted.size && held.every((record) => isDeepStrictEqual(record, wanted.get(record.id)))
}

/** Goes a few steps back and forth again: the history must lead through the states that were. */
function historyFailure(project: ProjectDatabase, state: Expected): string | null {
  const steps = Math.min(state.undo.length, 3)
  for (let i = 1; i <= steps; i++) {
    project.undo()
    if (!sameAnnotations(project, state.undo.at(-i)!)) return `undo ${i} leads elsewhere`
  }
  for (let i = 0; i < steps; i++) project.redo()
  return sameAnnotations(project, state.annotations) ? null : 'redo leads elsewhere'
}

function integrityFailure(folder: string): string | null {
  const db = openSqlite(path.join(folder, 'project.db'), { readOnly: true })
  try {
    const found = db.pragma('integrity_check', { simple: true })
    const loose = (db.pragma('foreign_key_check') as unknown[]).length
    return found === 'ok' && loose === 0 ? null : `integrity: ${String(found)}, ${loose} loose references`
  } finally {
    db.close()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)]
  const started = Date.now()
  const report = await killCampaign(kills, seed, (line) => process.stderr.write(`\r${line}`))
  process.stderr.write('\n')
  console.log(JSON.stringify({ ...report, seconds: Math.round((Date.now() - started) / 1000) }, null, 2))
  process.exitCode = report.failures.length === 0 ? 0 : 1
}
