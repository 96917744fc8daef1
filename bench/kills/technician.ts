// The process that stands for main: a whole workbench that edits without pause and trains one model after the other, and says on stdout what
// was done. Each commit has a line before and a line after it, as in editor.ts; `open`, `offered ID`, `started ID`, `engine PID`,
// `job JSON`, `still`, `usable JSON` tell the rest. On stdin it hears `still`, `go` (edit no more, and again) and `end` (with the next
// finished model: predict with it, close).
// Use: node bench/kills/technician.ts <project> <seed> <run id> <settings of the trainings as JSON>
import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { trainSettings } from '#shared/contracts/job.ts'
import type { JobView } from '#shared/contracts/work.ts'
import { createRandom } from '#shared/random.ts'
import { runId } from '#shared/records/ids.ts'
import { Workbench } from '../../src/main/workbench/workbench.ts'
import { editFor, nextOperation, type Operation } from './script.ts'

// Straight to the descriptor: a line that was written stays written, whatever becomes of this process.
const say = (line: string): void => void writeSync(1, line + '\n')

/** Edits come a few dozen a second: each costs the checker as much as it costs here. */
const BETWEEN_MS = 30
/** Objects on one image, after which they are cleared away. */
const MANY = 400

class Technician {
  readonly #bench: Workbench
  readonly #run: string
  readonly #settings: object
  #still = false
  #ending = false
  #over = false

  constructor(bench: Workbench, run: string, settings: object) {
    this.#bench = bench
    this.#run = run
    this.#settings = settings
    bench.events.on('job', (job) => { this.#hear(job) }) // prettier-ignore
  }

  command(line: string): void {
    if (line === 'still') this.#still = true
    if (line === 'go') this.#still = false
    if (line === 'end') this.#ending = true
  }

  /** Goes on with what an earlier process left, else starts anew. */
  async train(): Promise<void> {
    const left = this.#bench.jobs.list().find(({ status }) => status === 'interrupted')
    if (left) {
      say(`resumed ${left.id}`)
      await this.#bench.resume(left.id)
    } else {
      const { id } = await this.#bench.startTraining({ preset: 'cells-lite0', seed: 1, settings: trainSettings.parse(this.#settings) })
      say(`started ${id}`)
    }
  }

  async edit(seed: string): Promise<void> {
    const random = createRandom(seed)
    while (!this.#over) {
      if (this.#still) say('still')
      while (this.#still) await sleep(10)
      const operation = this.#next(random)
      say('try ' + JSON.stringify(operation))
      this.#perform(operation)
      say('done')
      await sleep(random.uniform(0, 2 * BETWEEN_MS))
    }
  }

  #next(random: ReturnType<typeof createRandom>): Operation {
    const bench = this.#bench
    // What the net learns from stays as it is: a training must not run out of labels by chance.
    const free = bench.images().filter(({ split }) => split === 'test')
    const place = { images: free.map(({ id }) => id), classes: bench.classes().map(({ id }) => id) }
    const present = bench.project.db.annotationsOf(random.pick(place.images))
    if (present.length > MANY) return { kind: 'edit', put: [], remove: present.map(({ id }) => id) }
    const next = nextOperation(random, place, present)
    // Undo must not reach what was there before the first of these edits.
    if (next.kind === 'undo' && bench.project.db.historyState().undo !== 'Edit') return nextOperation(random, place, [])
    return next
  }

  #perform(operation: Operation): void {
    const bench = this.#bench
    switch (operation.kind) {
      case 'edit':
      case 'relabel':
        bench.edit(editFor(operation))
        return
      case 'undo':
        bench.undo()
        return
      case 'redo':
        bench.redo()
        return
      case 'predictions': {
        const [image, kind] = [bench.images()[0]!, bench.classes()[0]!]
        const shape = { type: 'box', x: 1, y: 2, width: 3, height: 4 } as const
        const found = Array.from({ length: operation.count }, () => ({ imageId: image.id, classId: kind.id, score: 0.5, shape }))
        bench.project.db.addPredictions(runId.parse(this.#run), found)
      }
    }
  }

  #hear({ id, kind, status, progress, modelId, error }: JobView): void {
    if (kind !== 'train') return
    say('job ' + JSON.stringify({ id, status, state: progress?.state ?? null, step: progress?.step ?? null, modelId, error }))
    if (status === 'interrupted' && !this.#over) this.#then(() => this.train())
    if (status === 'finished') this.#then(() => (this.#ending ? this.#end() : this.train()))
  }

  /** In the next turn: the job's own end is not through yet. */
  #then(what: () => Promise<void>): void {
    setTimeout(() => {
      what().catch((thrown: unknown) => {
        say(`broken ${String(thrown)}`)
      })
    }, 100)
  }

  async #end(): Promise<void> {
    const model = this.#bench.latestModel()
    const { images, objects } = await this.#bench.predict({ modelId: model.id, split: 'val' })
    say('usable ' + JSON.stringify({ model: model.id, images, objects }))
    this.#over = true
    await this.#bench.close()
    process.exit(0)
  }
}

/** Tells the process id of each engine as soon as it has one. */
function watchEngines(): void {
  subscribe('child_process', (message) => {
    const { process: child } = message as { process: ChildProcess }
    child.once('spawn', () => {
      if (child.spawnargs.some((arg) => /engine[\\/]index\.ts$/.test(arg))) say(`engine ${child.pid}`)
    })
  })
}

async function main(folder: string, seed: string, run: string, settings: string): Promise<void> {
  watchEngines()
  const bench = await Workbench.open(folder, 'kills')
  if (bench.readOnly !== '') throw new Error(`The lock of the killed process is still there: ${bench.readOnly}`)
  for (const { id, status } of bench.jobs.list()) if (status === 'interrupted') say(`offered ${id}`)
  say('open')
  const technician = new Technician(bench, run, JSON.parse(settings) as object)
  createInterface(process.stdin).on('line', (line) => { technician.command(line) }) // prettier-ignore
  await Promise.all([technician.train(), technician.edit(seed)])
}

const [folder, seed, run, settings] = process.argv.slice(2)
if (folder === undefined || seed === undefined || run === undefined || settings === undefined)
  throw new Error('Use: technician.ts <project> <seed> <run id> <settings>')
await main(folder, seed, run, settings)
