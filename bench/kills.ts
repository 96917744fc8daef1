// Kills an editing process again and again at random moments (SIGKILL) and looks whether anything that it had committed is lost.
// Use: node bench/kills.ts [kills, 200] [seed, 1]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRandom, type Random } from '#shared/random.ts'
import { linesOfKilled } from './kills/killed.ts'
import { preparedProject } from './kills/prepared.ts'
import { RUN } from './kills/run.ts'
import { after, nothingYet } from './kills/script.ts'
import { replay, verify } from './kills/verify.ts'

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

/** Runs the campaign in a folder of its own. */
export async function killCampaign(kills: number, seed: number, tell: (line: string) => void = () => undefined): Promise<KillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-kills-'))
  try {
    return await campaign(await preparedProject(path.join(folder, 'kills.slidewright')), { kills, random: createRandom(seed), tell })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
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

function editAndKill(folder: string, random: Random): Promise<string[]> {
  // One in ten falls into the opening, the others some way into the editing.
  const from = random.chance(0.1) ? 'start' : 'open'
  const log = path.join(path.dirname(folder), 'log.txt')
  const ms = random.uniform(0, from === 'start' ? 400 : 300)
  return linesOfKilled('editor.ts', [folder, String(random.uint32()), RUN], { log, ms, from })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)]
  const started = Date.now()
  const report = await killCampaign(kills, seed, (line) => process.stderr.write(`\r${line}`))
  process.stderr.write('\n')
  console.log(JSON.stringify({ ...report, seconds: Math.round((Date.now() - started) / 1000) }, null, 2))
  process.exitCode = report.failures.length === 0 ? 0 : 1
}
