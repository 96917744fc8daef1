// Kills a process in the middle of giving ten thousand objects another class (SIGKILL) and looks whether all of them have it or none, whether
// what was answered before is there, and whether undo and redo lead through the very same states.
// Use: node bench/kills-bulk.ts [kills, 50] [objects, 10000] [seed, 1]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRandom, type Random } from '#shared/random.ts'
import { openProject } from '../src/main/project/open.ts'
import { linesOfKilled } from './kills/killed.ts'
import { preparedProject } from './kills/prepared.ts'
import { after, type Expected, newBox, nothingYet } from './kills/script.ts'
import { replay, verify } from './kills/verify.ts'

export interface BulkKillReport {
  readonly kills: number
  /** Edits that the killed processes had answered. */
  readonly committed: number
  /** Kills in an edit of which nothing is there afterwards, and of which all is, though it was never answered. */
  readonly undone: number
  readonly whole: number
  /** What went wrong; empty is what is wanted. */
  readonly failures: readonly string[]
}

/** Undo is looked at three steps back; older states would only fill the memory. */
const LOOKED_AT = 4
/** Killed at first up to so long after the project was open; then it goes by how many edits that was, however busy the machine is. */
const FIRST_MS = 1200
const MOST_EDITS = 4

/** Runs the campaign in a folder of its own, until so many kills fell into an edit. */
export async function bulkKillCampaign(
  kills: number,
  { objects, seed }: { readonly objects: number; readonly seed: number },
  tell: (line: string) => void = () => undefined,
): Promise<BulkKillReport> {
  const home = mkdtempSync(path.join(tmpdir(), 'slidewright-kills-'))
  try {
    const random = createRandom(seed)
    const folder = await preparedProject(path.join(home, 'kills.slidewright'))
    return await campaign(folder, await filled(folder, objects, random), { kills, random, tell })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function filled(folder: string, objects: number, random: Random): Promise<Expected> {
  const project = await openProject(folder)
  try {
    const [first] = project.classes()
    const place = { images: project.images().map(({ id }) => id), classes: [first!.id] }
    const put = Array.from({ length: objects }, () => newBox(random, place))
    project.commit({ label: 'Edit', put: { annotations: put }, remove: {} })
    return after(nothingYet(), { kind: 'edit', put, remove: [] })
  } finally {
    await project.close()
  }
}

interface Campaign {
  readonly kills: number
  readonly random: Random
  readonly tell: (line: string) => void
}

async function campaign(folder: string, start: Expected, { kills, random, tell }: Campaign): Promise<BulkKillReport> {
  let expected = start
  let [committed, undone, whole, longest] = [0, 0, 0, FIRST_MS]
  const failures: string[] = []
  const log = path.join(path.dirname(folder), 'log.txt')
  while (undone + whole < kills && failures.length === 0) {
    const lines = await linesOfKilled('bulk-editor.ts', [folder, String(random.uint32())], {
      log,
      ms: random.uniform(0, longest),
      from: 'open',
    })
    if (!lines.includes('open')) throw new Error('The project did not open in the process that was to be killed.')
    const { state, pending, done } = replay(expected, lines)
    committed += done
    if (done > MOST_EDITS) longest /= 1.5
    if (done === 0) longest *= 1.3
    const verdict = await verify(folder, [state, ...(pending ? [after(state, pending)] : [])])
    if (verdict.failure !== null) failures.push(`kill ${undone + whole + 1}: ${verdict.failure}`)
    if (pending && verdict.which === 1) whole++
    else if (pending) undone++
    const now = verdict.which === 1 && pending ? after(state, pending) : state
    expected = { ...now, undo: now.undo.slice(-LOOKED_AT) }
    tell(`${undone + whole}/${kills}  ${committed} edits, ${failures.length} failures`)
  }
  return { kills: undone + whole, committed, undone, whole, failures }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills, objects, seed] = [Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 10_000), Number(process.argv[4] ?? 1)]
  const started = Date.now()
  const report = await bulkKillCampaign(kills, { objects, seed }, (line) => process.stderr.write(`\r${line}`))
  process.stderr.write('\n')
  console.log(JSON.stringify({ ...report, objects, seconds: Math.round((Date.now() - started) / 1000) }, null, 2))
  process.exitCode = report.failures.length === 0 ? 0 : 1
}
