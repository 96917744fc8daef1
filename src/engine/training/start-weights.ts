import type { TrainJob } from '#shared/contracts/job.ts'
import { type ImportedWeights, importWeights } from '../data/weight-files/import-weights.ts'
import { readModelFile, readModelWeights } from '../data/model-folder.ts'
import { say } from '#shared/i18n/say.ts'
import { STAIN_TITLES, type StainChoice } from '#shared/stains/stain-facts.ts'
import type { LearnedPreset } from '../models/preset.ts'
import { initialWeights } from '../nn/initialize.ts'
import type { Network } from '../nn/network.ts'
import type { Weights } from '../nn/weights.ts'

export interface StartWeights {
  readonly weights: Weights
  /** What a person should know about where the weights come from. */
  readonly notes: readonly string[]
}

/**
 * Weights to start from: drawn from the seed, over that what the preset ships, over that a model of ours or a file of another tool.
 * A parameter of another shape (a head for other classes) is left as it was and named in the notes.
 */
export async function startWeights(job: TrainJob, preset: LearnedPreset, network: Network): Promise<StartWeights> {
  const drawn = initialWeights(network, job.seed)
  const { weights, notes } = laidOver(drawn, await preset.pretrained(), say('the pretrained encoder'))
  if (job.from !== null) return withNotes(notes, await fromModel(job.from, preset, job.settings.stain ?? 'none', weights))
  if (job.settings.weightFile === undefined) return { weights, notes }
  const imported = await importWeights(job.settings.weightFile, preset, network)
  return { weights: new Map([...weights, ...imported.weights]), notes: [...notes, ...importNotes(imported)] }
}

async function fromModel(folder: string, preset: LearnedPreset, stain: StainChoice, base: Weights): Promise<StartWeights> {
  const model = await readModelFile(folder)
  const start = laidOver(base, await readModelWeights(folder, model, preset.network(model.classes.length)), say('the earlier model'))
  const before = model.stain?.target.method ?? 'none'
  if (before === stain) return start
  const note = say('The earlier model learned with another stain normalisation (before: {{before}}, now: {{now}}).', {
    before: STAIN_TITLES[before],
    now: STAIN_TITLES[stain],
  })
  return withNotes([note], start)
}

function laidOver(base: Weights, over: Weights, source: string): StartWeights {
  const weights = new Map(base)
  const unfit: string[] = []
  for (const [name, array] of over) {
    if (base.get(name)?.shape.join() === array.shape.join()) weights.set(name, array)
    else unfit.push(name)
  }
  const notes =
    unfit.length === 0
      ? []
      : [
          say('{{count}} arrays of {{source}} do not fit this network and were left out: {{names}}.', {
            count: unfit.length,
            source,
            names: unfit.slice(0, 4).join(', '),
          }),
        ]
  return { weights, notes }
}

function withNotes(notes: readonly string[], start: StartWeights): StartWeights {
  return { weights: start.weights, notes: [...notes, ...start.notes] }
}

const NAMED = 20

function importNotes({ taken, skipped }: ImportedWeights): string[] {
  const named = skipped.slice(0, NAMED).map(({ name, why }) => `${name}: ${why}.`)
  const more = skipped.length > NAMED ? [say('And {{count}} more.', { count: skipped.length - NAMED })] : []
  return [
    say('Taken from the weight file: {{taken}} arrays of {{all}}.', { taken: taken.length, all: taken.length + skipped.length }),
    ...named,
    ...more,
  ]
}
