import path from 'node:path'
import { counted } from '#shared/counted.ts'
import { epochText } from '#shared/epoch-text.ts'
import { AppError } from '#shared/errors.ts'
import { createRandom } from '#shared/random.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { Split } from '#shared/records/task.ts'
import { exists } from '../paths.ts'
import { withPictures } from '../picture-link.ts'
import { Workbench } from '../workbench.ts'
import { drawn, review, type TrueObject } from './person.ts'
import { demoPictures } from './pictures.ts'
import { makeSmears, SMEAR_CLASSES, type MadeImage } from './smears.ts'

/** How big the demo is. The numbers fit six minutes on two cores. */
export interface DemoSettings {
  readonly seed: number
  readonly labelled: number
  readonly fresh: number
  readonly val: number
  readonly test: number
  readonly firstEpochs: number
  readonly secondEpochs: number
}

export const DEMO: DemoSettings = { seed: 7, labelled: 16, fresh: 16, val: 6, test: 12, firstEpochs: 40, secondEpochs: 12 }

/** Fewer images a step make more steps of the little that is labelled. */
const BATCH = 4

export interface DemoReport {
  readonly project: string
  readonly files: readonly string[]
  readonly corrected: { readonly accepted: number; readonly corrected: number; readonly rejected: number; readonly drawn: number }
  readonly before: Record<string, unknown>
  readonly after: Record<string, unknown>
}

export interface DemoHooks {
  say(line: string): void
  progress(fraction: number, text: string): void
}

const SCORE = 0.5
/** Pictures after which it is told how many there are. */
const TOLD_EACH = 10
const PRESET = 'cells-lite0'

/**
 * The whole loop on synthetic smears: label a part, train, predict the fresh images, correct them as a user would, train again,
 * evaluate both models on the same held-out images, and write counts.csv and pictures.
 */
export async function runDemo(folder: string, settings: DemoSettings, hooks: DemoHooks): Promise<DemoReport> {
  const project = path.join(folder, 'Demo.slidewright')
  if (await exists(project)) throw new AppError('exists', `${project} is there already.`, 'Delete it, or give another folder with --out.')
  const count = settings.labelled + settings.fresh + settings.val + settings.test
  hooks.say(`Making ${String(count)} synthetic smears with exact truth`)
  const told = (done: number): void => {
    if (done % TOLD_EACH === 0 && done < count) hooks.say(`  ${String(done)} of ${String(count)}`)
  }
  const made = await withPictures((pictures) => makeSmears(pictures, path.join(folder, 'images'), count, settings.seed, told))
  const bench = await Workbench.create({ folder: project, task: 'detection', classes: [...SMEAR_CLASSES] })
  try {
    return await new Demo(bench, made, settings, hooks, folder).run()
  } finally {
    await bench.close()
  }
}

class Demo {
  readonly #bench: Workbench
  readonly #made: readonly MadeImage[]
  readonly #settings: DemoSettings
  readonly #hooks: DemoHooks
  readonly #folder: string
  readonly #corrected = { accepted: 0, corrected: 0, rejected: 0, drawn: 0 }

  constructor(bench: Workbench, made: readonly MadeImage[], settings: DemoSettings, hooks: DemoHooks, folder: string) {
    this.#bench = bench
    this.#made = made
    this.#settings = settings
    this.#hooks = hooks
    this.#folder = folder
  }

  async run(): Promise<DemoReport> {
    const { firstEpochs, secondEpochs } = this.#settings
    await this.#bench.import({ paths: [path.join(this.#folder, 'images')] })
    const parts = this.#assign()
    for (const split of ['labelled', 'val', 'test'] as const) this.#label(parts[split])
    const first = await this.#train('Training the first model', firstEpochs, null)
    const before = await this.#evaluate(first)
    await this.#correct(parts.fresh, first)
    const second = await this.#train('Training again with the corrections', secondEpochs, first)
    const after = await this.#evaluate(second)
    const run = this.#bench.runs().at(-1)
    if (!run) throw new AppError('internal', 'The evaluation left no run.')
    const counts = path.join(this.#folder, 'counts.csv')
    await this.#bench.export({
      file: counts,
      what: 'counts',
      format: 'csv',
      source: { kind: 'predictions', runId: run.id, score: SCORE },
      runId: null,
      modelId: null,
      split: 'test',
    })
    const pictures = await demoPictures(this.#bench, run.id, parts.test, SCORE, this.#folder)
    return { project: this.#bench.folder, files: [counts, ...pictures], corrected: this.#corrected, before, after }
  }

  /** Which pictures are labelled at the start, which come in fresh, and which are held out: drawn by the seed. */
  #assign(): Record<'labelled' | 'fresh' | 'val' | 'test', ImageRecord[]> {
    const { labelled, fresh, val, seed } = this.#settings
    const images = createRandom(seed).shuffle([...this.#bench.images()].sort((a, b) => (a.name < b.name ? -1 : 1)))
    const parts = {
      labelled: images.slice(0, labelled),
      fresh: images.slice(labelled, labelled + fresh),
      val: images.slice(labelled + fresh, labelled + fresh + val),
      test: images.slice(labelled + fresh + val),
    }
    const into = (list: ImageRecord[], split: Split): ImageRecord[] => list.map((image) => ({ ...image, split }))
    const put = [...into([...parts.labelled, ...parts.fresh], 'train'), ...into(parts.val, 'val'), ...into(parts.test, 'test')]
    this.#bench.edit({ label: 'Split images', put: { images: put }, remove: {} })
    return parts
  }

  #truth(image: ImageRecord): TrueObject[] {
    const classes = new Map(this.#bench.classes().map((c) => [c.name, c.id]))
    const made = this.#made.find((m) => m.name === image.name)
    return (made?.objects ?? []).flatMap(({ className, box }) => {
      const classId = classes.get(className)
      return classId === undefined ? [] : [{ classId, box }]
    })
  }

  #label(images: readonly ImageRecord[]): void {
    for (const image of images) {
      this.#bench.edit(drawn(image.id, this.#truth(image), 'demo'))
      this.#finish(image.id)
    }
  }

  #finish(id: ImageId): void {
    const image = this.#bench.image(id)
    this.#bench.edit({ label: 'Mark as done', put: { images: [{ ...image, state: 'done' }] }, remove: {} })
  }

  async #train(what: string, epochs: number, from: string | null): Promise<string> {
    this.#hooks.say(what)
    const outcome = await this.#bench.train(
      {
        preset: PRESET,
        seed: this.#settings.seed,
        from: from === null ? null : this.#bench.model(from).id,
        settings: { epochs, batch: BATCH },
      },
      {
        onJob: (job) => {
          this.#hooks.progress(job.progress?.fraction ?? 0, [what, epochText(job.progress ?? {})].filter((part) => part !== '').join(', '))
        },
      },
    )
    this.#hooks.say(`  ${counted(outcome.epochs, 'epoch')} on ${outcome.backend} in ${Math.round(outcome.seconds)} s`)
    return outcome.model
  }

  async #evaluate(model: string): Promise<Record<string, unknown>> {
    const id = this.#bench.model(model).id
    const report = await this.#bench.evaluate({ modelId: id, split: 'test', score: SCORE })
    const { ap50 } = report as { ap50?: unknown }
    this.#hooks.say(`  held-out images: AP50 ${typeof ap50 === 'number' ? ap50.toFixed(3) : '–'}`)
    return { ...report }
  }

  async #correct(fresh: readonly ImageRecord[], model: string): Promise<void> {
    this.#hooks.say(`Predicting ${counted(fresh.length, 'fresh image')} and correcting them as a user would`)
    const outcome = await this.#bench.predict({ modelId: this.#bench.model(model).id, images: fresh.map((i) => i.id) })
    for (const image of fresh) {
      const predictions = this.#bench.predictions(image.id, outcome.run).filter((p) => p.score >= SCORE)
      const { accept, correct, reject, missed } = review(predictions, this.#truth(image))
      if (accept.length > 0) this.#bench.decide({ predictions: accept.map((p) => p.id), kind: 'accept' })
      for (const { prediction, to } of correct) {
        this.#bench.decide({
          predictions: [prediction.id],
          kind: 'correct',
          to: { classId: to.classId, shape: { type: 'box', ...to.box } },
        })
      }
      if (reject.length > 0) this.#bench.decide({ predictions: reject.map((p) => p.id), kind: 'reject' })
      if (missed.length > 0) this.#bench.edit(drawn(image.id, missed, 'demo'))
      this.#finish(image.id)
      this.#corrected.accepted += accept.length
      this.#corrected.corrected += correct.length
      this.#corrected.rejected += reject.length
      this.#corrected.drawn += missed.length
    }
    const c = this.#corrected
    this.#hooks.say(`  accepted ${c.accepted}, corrected ${c.corrected}, rejected ${c.rejected}, drawn by hand ${c.drawn}`)
  }
}
