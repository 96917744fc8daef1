import { type Box, boxCentre, boxContainsPoint, iou } from '../geometry/box.ts'
import { buildBoxIndex } from '../geometry/box-index.ts'
import { SAME_OBJECT } from '../geometry/shape-overlap.ts'

/** An object of one image, enough to set labels against predictions. */
export interface LookedAt {
  /** Small whole number: the same for the same class. */
  readonly classAt: number
  /** Bounds in full-resolution pixels; null: the image as a whole. */
  readonly box: Box | null
  /** Whether the object is its bounds, so that those of another can take their place. */
  readonly isBox: boolean
}

export interface LookedAtGuess extends LookedAt {
  /** 0..1 */
  readonly score: number
  /** Nobody decided on it: what was decided is no difference any more, but it was found. */
  readonly open: boolean
}

/** What is labelled on an image, and what was predicted there. */
export interface LookedAtImage {
  readonly labels: readonly LookedAt[]
  readonly guesses: readonly LookedAtGuess[]
}

/**
 * Where a label and a prediction say different things (the first, second and fourth are the errors of ObjectLab, Tkachenko, Thyagarajan &
 * Mueller 2023: swapped, badly located, overlooked):
 * - `class`: both show the same object and differ in its class;
 * - `place`: boxes of the same class that lie beside each other, too far apart for the same place;
 * - `missed`: the model finds nothing where a label is;
 * - `extra`: the model is confident where there is no label, though everything is labelled there.
 */
export const DIFFERENCE_KINDS = ['class', 'place', 'missed', 'extra'] as const
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number]

export interface Difference {
  readonly kind: DifferenceKind
  /** Places in the labels and in the guesses; null where there is none. */
  readonly label: number | null
  readonly guess: number | null
  /** Of the guess; of a missed label the best that there is. */
  readonly score: number
  /**
   * How much surer the model is of what it says than of what is labelled, 0..1. `class`: the score less the best of the label's own class
   * there. `missed`: what the best score there falls short of what labels of the class usually have. `place`: the score times the share that
   * the boxes do not have in common. `extra`: the score.
   */
  readonly strength: number
}

/** From which scores on a model says something against the labels. */
export interface Certainty {
  /** Of a prediction of another class than a label's, and of one beside a label. */
  readonly says: number
  /** Of what nobody labelled. */
  readonly confident: number
  /** The score that labels of the class usually have. */
  readonly usual: number
}

/** What a prediction needs where nothing is known of the class, or the model learned from the labels and is surer of them than it may be. */
export const FIXED: Certainty = { says: 0.5, confident: 0.8, usual: 1 }
/** Where even this score is not reached, the model finds nothing. */
const FINDS = 0.2
/** What has this IoU with a label, and less than the same object has, lies beside it. */
const BESIDE = 0.1
/** From so many labels of a class on it is known which score they usually have. */
const KNOWN = 10

interface Rules {
  /** Whether everything is labelled where a guess lies. */
  readonly complete: (guess: LookedAtGuess) => boolean
  /** Whether the model looked where a label lies. */
  readonly seen: (label: LookedAt) => boolean
  /** Bounds of groups that are not labelled one by one: what lies there is not missing. */
  readonly crowds: readonly Box[]
  /** By class; left out: fixed scores. */
  readonly certainty?: (classAt: number) => Certainty
}

/**
 * How sure a model that did not learn from these labels is of them, by class, as confident learning has it (Northcutt, Jiang & Chuang, JAIR 70,
 * 2021): on an average over the labels of a class, with the best score of that class there, 0 where there is none. From there on, but never
 * below the score that counts an object, a prediction says something against the labels. Fixed scores for classes with few labels.
 */
export class UsualCertainty {
  readonly #sums = new Map<number, { labels: number; score: number }>()

  add({ labels, guesses }: LookedAtImage): void {
    const near = matcherOf(guesses)
    for (const label of labels) {
      const before = this.#sums.get(label.classAt) ?? { labels: 0, score: 0 }
      const score = before.score + bestOf(guesses, near(label), label.classAt)
      this.#sums.set(label.classAt, { labels: before.labels + 1, score })
    }
  }

  /** Of the images so far. */
  get(): (classAt: number) => Certainty {
    const known = new Map<number, Certainty>()
    for (const [classAt, { labels, score }] of this.#sums) {
      if (labels < KNOWN) continue
      const usual = score / labels
      const from = Math.max(FIXED.says, usual)
      known.set(classAt, { says: from, confident: from, usual })
    }
    return (classAt) => known.get(classAt) ?? FIXED
  }
}

/** The same, of images that are all there. */
export function usualCertainty(images: Iterable<LookedAtImage>): (classAt: number) => Certainty {
  const usual = new UsualCertainty()
  for (const image of images) usual.add(image)
  return usual.get()
}

/** The differences on one image, by bounds (`SAME_OBJECT` tells whether two are the same object). */
export function differencesOn({ labels, guesses }: LookedAtImage, rules: Rules): Difference[] {
  const { complete, seen, crowds, certainty = () => FIXED } = rules
  const [near, isBeside] = [matcherOf(guesses), matcherOf(guesses, BESIDE)]
  const same = labels.map(near)
  const covered = new Set(same.flat())
  const beside = besideOf({ labels, guesses }, isBeside, (label, guess) => {
    const { open, score, classAt } = guesses[guess]!
    return open && !covered.has(guess) && score >= certainty(classAt).says && bestOf(guesses, same[label]!) < FINDS
  })
  const found = labels.flatMap((label, at): Difference[] => {
    const against = otherClass(guesses, { same: same[at]!, own: label.classAt }, certainty)
    if (against !== null)
      return against === 'agrees' ? [] : [{ kind: 'class', label: at, ...against, score: guesses[against.guess]!.score }]
    const best = bestOf(guesses, same[at]!)
    const moved = beside.get(at)
    if (moved) {
      const { score } = guesses[moved.guess]!
      return [{ kind: 'place', label: at, guess: moved.guess, score, strength: score * (1 - moved.overlap) }]
    }
    // Of an image as a whole the model always says something.
    if (label.box === null || best >= FINDS || !seen(label) || isBeside(label).some((guess) => isAnswered(label, guesses[guess]!)))
      return []
    const { usual } = certainty(label.classAt)
    // A model that does not find a class at all says nothing against its labels.
    return usual < FINDS ? [] : [{ kind: 'missed', label: at, guess: null, score: best, strength: Math.max(0, usual - best) }]
  })
  for (const { guess } of beside.values()) covered.add(guess)
  const extra = guesses.flatMap((guess, at): Difference[] => {
    const { box, score, open, classAt } = guess
    if (box === null || !open || score < certainty(classAt).confident || covered.has(at) || !complete(guess)) return []
    if (crowds.some((crowd) => boxContainsPoint(crowd, boxCentre(box)))) return []
    return [{ kind: 'extra', label: null, guess: at, score, strength: score }]
  })
  return [...found, ...extra]
}

/** Share of labels that are taken to be wrong in one way before anybody looked. */
const EXPECTED = 0.01

/** What differences were found among: the number of labels, and the scores of all guesses. */
export interface Searched {
  readonly labels: number
  readonly scores: readonly number[]
}

/**
 * How likely each of the differences on many images is an error, 0..1, so that those of different kinds can stand in one list. What happens
 * seldom is no weakness of the model: a kind counts by the share of labels (`extra`: of guesses at least as sure) that differ at least as
 * strongly in this way, set against the share of labels that one expects to be wrong so.
 */
export function likelihoods(differences: readonly Pick<Difference, 'kind' | 'strength'>[], { labels, scores }: Searched): number[] {
  const sorted = new Map(DIFFERENCE_KINDS.map((kind) => [kind, strengthsOf(differences.filter((one) => one.kind === kind))]))
  const sure = Float64Array.from(scores).sort()
  return differences.map(({ kind, strength }) => {
    const among = kind === 'extra' ? atLeast(sure, strength) : labels
    const share = atLeast(sorted.get(kind)!, strength) / Math.max(1, among)
    return EXPECTED / (EXPECTED + share)
  })
}

const strengthsOf = (differences: readonly Pick<Difference, 'strength'>[]): Float64Array =>
  Float64Array.from(differences, ({ strength }) => strength).sort()

/** How many of some ascending numbers are at least as large. */
function atLeast(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return ascending.length - low
}

/** The best score among some guesses; with a class, of those of that class. */
function bestOf(guesses: readonly LookedAtGuess[], among: readonly number[], classAt?: number): number {
  const scores = among.map((at) => guesses[at]!).filter((guess) => classAt === undefined || guess.classAt === classAt)
  return Math.max(0, ...scores.map(({ score }) => score))
}

/** Whether somebody was asked already which of the two places is right. */
const isAnswered = (label: LookedAt, { open, classAt, isBox }: LookedAtGuess): boolean =>
  !open && label.isBox && isBox && classAt === label.classAt

/** The surest guess of another class than a label's; `agrees` where the label's own is among those that say something, null where none does. */
function otherClass(
  guesses: readonly LookedAtGuess[],
  { same, own }: { readonly same: readonly number[]; readonly own: number },
  certainty: (classAt: number) => Certainty,
): { readonly guess: number; readonly strength: number } | 'agrees' | null {
  const open = same.filter((at) => guesses[at]!.open)
  if (open.some((at) => guesses[at]!.classAt === own && guesses[at]!.score >= FIXED.says)) return 'agrees'
  const says = open.filter((at) => guesses[at]!.classAt !== own && guesses[at]!.score >= certainty(guesses[at]!.classAt).says)
  if (says.length === 0) return null
  const guess = says.reduce((a, b) => (guesses[b]!.score > guesses[a]!.score ? b : a))
  return { guess, strength: guesses[guess]!.score - bestOf(guesses, open, own) }
}

/** For each label that has one the guess of its class that lies beside it; a guess lies beside one label, that with the highest IoU. */
function besideOf(
  { labels, guesses }: LookedAtImage,
  isBeside: (label: Pick<LookedAt, 'box'>) => number[],
  wanted: (label: number, guess: number) => boolean,
): ReadonlyMap<number, { readonly guess: number; readonly overlap: number }> {
  const pairs = labels.flatMap(({ box, classAt, isBox }, label) =>
    box === null || !isBox
      ? []
      : isBeside({ box }).flatMap((guess) => {
          const other = guesses[guess]!
          if (!other.isBox || other.classAt !== classAt || !wanted(label, guess)) return []
          return [{ label, guess, overlap: iou(box, other.box!) }]
        }),
  )
  const chosen = new Map<number, { guess: number; overlap: number }>()
  const taken = new Set<number>()
  for (const { label, guess, overlap } of pairs.sort((a, b) => b.overlap - a.overlap)) {
    if (chosen.has(label) || taken.has(guess)) continue
    chosen.set(label, { guess, overlap })
    taken.add(guess)
  }
  return chosen
}

/** The guesses that show the same object as a label, or have at least another IoU with it. */
function matcherOf(guesses: readonly LookedAtGuess[], least: number = SAME_OBJECT): (label: Pick<LookedAt, 'box'>) => number[] {
  const places = guesses.flatMap(({ box }, at) => (box === null ? [] : [at]))
  const whole = guesses.flatMap(({ box }, at) => (box === null ? [at] : []))
  const boxes = places.map((at) => guesses[at]!.box!)
  const index = buildBoxIndex(boxes)
  return ({ box }) => (box === null ? whole : index.searchWhere(box, (at) => iou(boxes[at]!, box) >= least).map((at) => places[at]!))
}
