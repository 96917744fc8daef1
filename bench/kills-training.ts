// Kills main or the engine (SIGKILL) again and again at random moments while a whole workbench edits and trains, and looks whether any
// committed edit is lost, whether the project opens, and whether the training goes on where it was.
// Use: node bench/kills-training.ts [kills, 200] [seed, 1]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRandom, type Random } from '#shared/random.ts'
import type { TrainSettings } from '#shared/contracts/job.ts'
import { drawn } from '../src/main/workbench/demo/person.ts'
import { makeSmears, SMEAR_CLASSES } from '../src/main/workbench/demo/smears.ts'
import { Workbench } from '../src/main/workbench/workbench.ts'
import { addRun, RUN } from './kills/run.ts'
import { after, type Expected, nothingYet } from './kills/script.ts'
import { Session, secondsUntilGone } from './kills/session.ts'
import { leftovers, modelsFailure, newestCheckpoint, saidJob, trainingsOf } from './kills/trainings.ts'
import { replay, verify } from './kills/verify.ts'

export interface TrainingKillReport {
  readonly kills: { readonly main: number; readonly engine: number }
  /** How many kills fell into what the training was doing. */
  readonly moments: Readonly<Record<string, number>>
  /** Commits that were answered. */
  readonly committed: number
  /** Commits that were on the disk though main was killed before it could say so. */
  readonly unanswered: number
  /** Trainings that were finished on the way, and how often one went on from a checkpoint. */
  readonly finished: number
  readonly continued: number
  /** The longest that an engine lived on after main was killed. */
  readonly engineSeconds: number
  /** Half-written model folders at the end. */
  readonly leftovers: number
  /** What the last model found on a held-out image; null where none came about. */
  readonly usable: { readonly images: number; readonly objects: number } | null
  /** What went wrong; empty is what is wanted. */
  readonly failures: readonly string[]
}

export interface TrainingKillSettings {
  readonly kills: number
  readonly seed: number
  readonly settings?: TrainSettings
  /** No waiting for the rare moments at the end of a training: a test has a minute. */
  readonly brisk?: boolean
  readonly tell?: (line: string) => void
}

/** Six steps a training: every few kills fall into its end. */
const BRIEF: TrainSettings = { epochs: 3, batch: 1 }
/** Seconds that things may take on a machine that does much else. */
const PATIENCE = 180

export async function trainingKillCampaign({
  kills,
  seed,
  settings = BRIEF,
  brisk = false,
  tell = () => undefined,
}: TrainingKillSettings): Promise<TrainingKillReport> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-kills-'))
  const campaign = new Campaign(path.join(folder, 'kills.slidewright'), createRandom(seed), { settings, brisk })
  try {
    await campaign.prepare(seed)
    for (let kill = 1; kill <= kills && campaign.sound; kill++) {
      await campaign.round(kill)
      if (kill % 10 === 0 || kill === kills) tell(`${kill}/${kills}  ${campaign.summary()}`)
    }
    return await campaign.end()
  } finally {
    await campaign.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Target = 'main' | 'engine'

class Campaign {
  readonly #folder: string
  readonly #random: Random
  readonly #settings: TrainSettings
  readonly #brisk: boolean
  readonly #failures: string[] = []
  readonly #kills = { main: 0, engine: 0 }
  readonly #moments: Record<string, number> = {}
  #expected: Expected = nothingYet()
  #session: Session | null = null
  /** The training that was under way when the last main ended, and its newest checkpoint then. */
  #left: { readonly job: string | null; readonly step: number } = { job: null, step: 0 }
  #committed = 0
  #unanswered = 0
  #finished = 0
  #continued = 0
  #engineSeconds = 0

  constructor(folder: string, random: Random, { settings, brisk }: { settings: TrainSettings; brisk: boolean }) {
    this.#folder = folder
    this.#random = random
    this.#settings = settings
    this.#brisk = brisk
  }

  get sound(): boolean {
    return this.#failures.length === 0
  }

  summary(): string {
    const { main, engine } = this.#kills
    return `main ${main}, engine ${engine}; ${this.#committed} commits, ${this.#finished} trainings finished, ${this.#continued} continued; ${this.#failures.length} failures`
  }

  /** A project of synthetic smears: two to learn from, one to validate on, two to draw on. */
  async prepare(seed: number): Promise<void> {
    const bench = await Workbench.create({ folder: this.#folder, task: 'detection', classes: [...SMEAR_CLASSES] }, 'kills')
    const images = path.join(path.dirname(this.#folder), 'images')
    const made = await makeSmears(bench.pictures, images, 5, seed)
    await bench.import({ paths: [images] })
    const classes = new Map(bench.classes().map(({ id, name }) => [name, id]))
    const splits = ['train', 'train', 'val', 'test', 'test'] as const
    const put = bench.images().map((image, i) => ({ ...image, split: splits[i]! }))
    bench.edit({ label: 'Splits', put: { images: put }, remove: {} })
    for (const { id, name } of put.slice(0, 3)) {
      const objects = made.find((smear) => smear.name === name)!.objects
      bench.edit(drawn(id, objects.map(({ className, box }) => ({ classId: classes.get(className)!, box })), 'kills')) // prettier-ignore
    }
    addRun(bench.project.db)
    this.#expected = { ...nothingYet(), annotations: new Map(bench.project.db.annotations().map((record) => [record.id, record])) }
    await bench.close()
  }

  async round(kill: number): Promise<void> {
    const target: Target = this.#random.chance(0.5) ? 'main' : 'engine'
    const session = this.#session ?? this.#begin()
    await this.#moment(session, target)
    if (session.ended) return this.#fail(kill, `main ended by itself: ${session.lines.slice(-3).join(' | ')}`)
    this.#count(session, target)
    const failure = target === 'main' ? await this.#killMain(session) : await this.#killEngine(session)
    if (failure !== null) this.#fail(kill, `${target}: ${failure}`)
  }

  /** Lets main finish a training and predict with the model. */
  async end(): Promise<TrainingKillReport> {
    const usable = this.sound ? await this.#finish() : null
    if (this.sound && usable === null) this.#fail(0, 'no training came to a usable model at the end')
    return {
      kills: this.#kills,
      moments: this.#moments,
      committed: this.#committed,
      unanswered: this.#unanswered,
      finished: this.#finished,
      continued: this.#continued,
      engineSeconds: Math.round(this.#engineSeconds * 10) / 10,
      leftovers: await leftovers(this.#folder),
      usable,
      failures: this.#failures,
    }
  }

  /** Leaves no process behind, whatever went wrong. */
  async stop(): Promise<void> {
    const session = this.#session
    this.#session = null
    session?.kill()
    await session?.gone
    await secondsUntilGone(session?.engines ?? [], PATIENCE)
  }

  #fail(kill: number, what: string): void {
    this.#failures.push(`kill ${kill}: ${what}`)
  }

  #begin(): Session {
    const args = [this.#folder, String(this.#random.uint32()), RUN, JSON.stringify(this.#settings)]
    this.#session = new Session(args, path.join(path.dirname(this.#folder), 'log.txt'))
    return this.#session
  }

  /** Waits for a random moment: while the process starts, while the net learns, while the model is written, or just after. */
  async #moment(session: Session, target: Target): Promise<void> {
    const from = session.lines.length
    const dice = this.#random.int(this.#brisk ? 45 : 100)
    const delay = (most: number): Promise<void> => sleep(this.#random.uniform(0, this.#brisk ? most / 3 : most))
    if (dice < 15 && target === 'main') return delay(3000)
    await session.until((line) => line.startsWith('engine '), PATIENCE)
    if (dice < 30) return delay(8000)
    const step = this.#random.int(this.#brisk ? 2 : 6)
    const reached = (line: string): boolean => {
      const job = saidJob(line)
      if (dice < 75) return (job?.state === 'running' && (job.step ?? 0) >= step) || job?.state === 'saving'
      return dice < 90 ? job?.state === 'saving' : job?.status === 'finished'
    }
    await session.until(reached, PATIENCE, from)
    return delay(dice < 75 ? 3000 : dice < 90 ? 1500 : 150)
  }

  #count(session: Session, target: Target): void {
    this.#kills[target]++
    session.hear()
    const open = session.lines.includes('open')
    const job = session.lines.map(saidJob).findLast((said) => said !== null)
    const moment = job?.status === 'finished' ? 'finished' : (job?.state ?? (open ? 'open' : 'opening'))
    this.#moments[moment] = (this.#moments[moment] ?? 0) + 1
  }

  async #killMain(session: Session): Promise<string | null> {
    session.kill()
    await session.gone
    this.#session = null
    return this.#close(session)
  }

  /** What is looked at when a main has ended: its engine, its edits, its models, its training. */
  async #close(session: Session): Promise<string | null> {
    const seconds = await secondsUntilGone(session.engines, PATIENCE)
    if (seconds === null) return 'an engine is left running'
    this.#engineSeconds = Math.max(this.#engineSeconds, seconds)
    const trained = await this.#followTrainings(session)
    return trained ?? (await this.#compare(session.lines, false)) ?? modelsFailure(this.#folder)
  }

  /** Whether the last main's training was offered and went on from its newest checkpoint, and what is left by this one. */
  async #followTrainings({ lines }: Session): Promise<string | null> {
    const before = this.#left.job
    const opened = lines.includes('open')
    const finishedUnheard = before !== null && opened && !lines.includes(`offered ${before}`)
    if (finishedUnheard && (await newestCheckpoint(this.#folder, before)) > 0) return `training ${before} was not offered`
    const { underWay, finished, failure } = trainingsOf(lines, finishedUnheard ? null : before)
    this.#finished += finished + (finishedUnheard ? 1 : 0)
    const first = lines.map(saidJob).find((job) => job?.id === before && job?.state === 'running')
    if (first && (first.step ?? 0) < this.#left.step) return `went on at step ${first.step}, the checkpoint was at ${this.#left.step}`
    if (first && this.#left.step > 0) this.#continued++
    this.#left = { job: underWay, step: underWay === null ? 0 : await newestCheckpoint(this.#folder, underWay) }
    return failure
  }

  async #killEngine(session: Session): Promise<string | null> {
    const engine = session.engines.at(-1)!
    const [said, job] = [session.lines.length, trainingsOf(session.lines, this.#left.job).underWay]
    try {
      process.kill(engine, 'SIGKILL')
    } catch {
      return `the engine ${engine} was gone already`
    }
    await secondsUntilGone([engine], PATIENCE)
    const step = job === null ? 0 : await newestCheckpoint(this.#folder, job)
    return (await this.#recovers(session, { said, job, step })) ?? this.#look(session)
  }

  /** The training goes on in a new engine from its newest checkpoint, and the edits go on meanwhile. */
  async #recovers(session: Session, { said, job, step }: { said: number; job: string | null; step: number }): Promise<string | null> {
    const anew = await session.until((line) => line.startsWith('engine '), PATIENCE, said)
    const at = session.lines.findIndex((line, i) => i >= said && line.startsWith('engine '))
    const works = anew && (await session.until((line) => saidJob(line)?.state === 'running', PATIENCE, at))
    if (!works) return `the training did not go on: ${session.lines.filter((line) => line.startsWith('job ')).at(-1)}`
    const { failure } = trainingsOf(session.lines, this.#left.job)
    if (failure !== null) return failure
    const on = session.lines.findIndex((line, i) => i >= at && saidJob(line)?.state === 'running')
    if (!session.lines.slice(said, on).includes('done')) return 'no edit was made until the training went on'
    const first = session.lines.slice(at).map(saidJob).find((known) => known?.state === 'running') // prettier-ignore
    if (first?.id === job && (first?.step ?? 0) < step) return `went on at step ${first?.step}, the checkpoint was at ${step}`
    if (first?.id === job && step > 0) this.#continued++
    return null
  }

  /** Compares beside the living main, which holds its hands still meanwhile. */
  async #look(session: Session): Promise<string | null> {
    const from = session.lines.length
    session.tell('still')
    if (!(await session.until((line) => line === 'still', PATIENCE, from))) return 'main does not answer any more'
    const failure = (await this.#compare(session.lines, true, false)) ?? (await modelsFailure(this.#folder))
    session.tell('go')
    return failure
  }

  /** Whether the project holds what was committed; of a main that has ended it is kept as the state from here on. */
  async #compare(lines: readonly string[], looking: boolean, ended = !looking): Promise<string | null> {
    const { state, pending, done } = replay(this.#expected, lines)
    const verdict = await verify(this.#folder, [state, ...(pending ? [after(state, pending)] : [])], looking)
    if (ended) {
      this.#committed += done
      if (verdict.which === 1) this.#unanswered++
      this.#expected = verdict.which === 1 && pending ? after(state, pending) : state
    }
    return verdict.failure
  }

  async #finish(): Promise<TrainingKillReport['usable']> {
    const session = this.#session ?? this.#begin()
    session.tell('end')
    await session.until((line) => line.startsWith('usable '), 2 * PATIENCE)
    await Promise.race([session.gone, sleep(PATIENCE * 1000, undefined, { ref: false })])
    const line = session.lines.find((said) => said.startsWith('usable '))
    if (!session.ended || line === undefined) return null
    this.#session = null
    const usable = JSON.parse(line.slice(7)) as { images: number; objects: number }
    this.#expected = { ...this.#expected, predictions: this.#expected.predictions + usable.objects }
    const failure = await this.#close(session)
    if (failure !== null) this.#fail(0, `the end: ${failure}`)
    return usable
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [kills, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)]
  const started = performance.now()
  const report = await trainingKillCampaign({ kills, seed, tell: console.log })
  console.log(JSON.stringify({ seed, ...report, seconds: Math.round((performance.now() - started) / 1000) }, null, 2))
  process.exitCode = report.failures.length === 0 ? 0 : 1
}
