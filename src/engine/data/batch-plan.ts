import { append } from '#shared/append.ts'
import { createRandom } from '#shared/random.ts'

/** One place of a batch: which frame, and the seed of everything that is drawn for it. */
export interface PlannedSample {
  readonly frame: number
  readonly seed: string
}

/** What a batch is made of. It depends on seed, epoch and position alone, never on who fills it or when. */
export interface PlannedBatch {
  readonly epoch: number
  /** Batch within the epoch, from 0. */
  readonly position: number
  readonly height: number
  readonly width: number
  readonly samples: readonly PlannedSample[]
}

export interface PlanSettings {
  readonly frames: number
  readonly batch: number
  readonly seed: number
  /** [height, width]; one is drawn a batch. */
  readonly sizes: readonly (readonly [number, number])[]
}

/**
 * Batches of an epoch. Frames that do not fill a last batch are left out of this epoch (another shuffle leaves out others); where there
 * are fewer frames than places, one batch takes them round and round.
 */
export function batchesPerEpoch({ frames, batch }: Pick<PlanSettings, 'frames' | 'batch'>): number {
  if (frames < 1) throw new RangeError('A plan needs at least one frame')
  return Math.max(1, Math.floor(frames / batch))
}

/**
 * All batches of one epoch: every frame once, in an order of its own; a size a batch. Sizes are dealt evenly (each as often as the
 * others before one comes again), so that short epochs see all of them.
 */
export function planEpoch(settings: PlanSettings, epoch: number): PlannedBatch[] {
  const { frames, batch, seed, sizes } = settings
  const random = createRandom(`${seed}/epoch/${epoch}`)
  const order = random.fork('order').shuffle(Array.from({ length: frames }, (_, i) => i))
  const dealt = dealSizes(settings, epoch)
  return Array.from({ length: batchesPerEpoch(settings) }, (_, position) => {
    const [height, width] = sizes[dealt[position]!]!
    const samples = Array.from({ length: batch }, (__, place) => ({
      frame: order[(position * batch + place) % frames]!,
      seed: `${seed}/sample/${epoch}/${position * batch + place}`,
    }))
    return { epoch, position, height, width, samples }
  })
}

function dealSizes(settings: PlanSettings, epoch: number): number[] {
  const random = createRandom(`${settings.seed}/sizes/${epoch}`)
  const all = Array.from({ length: settings.sizes.length }, (_, i) => i)
  const dealt: number[] = []
  for (const count = batchesPerEpoch(settings); dealt.length < count;) append(dealt, random.shuffle(all))
  return dealt
}
