import { type Box, boxCentre, boxContainsPoint, iou } from '../geometry/box.ts'
import { buildBoxIndex } from '../geometry/box-index.ts'
import { SAME_OBJECT } from '../geometry/shape-overlap.ts'

/** An object of one image, enough to set labels against predictions. */
export interface LookedAt {
  /** Small whole number: the same for the same class. */
  readonly classAt: number
  /** Bounds in full-resolution pixels; null: the image as a whole. */
  readonly box: Box | null
}

export interface LookedAtGuess extends LookedAt {
  /** 0..1 */
  readonly score: number
  /** Nobody decided on it: what was decided is no difference any more, but it was found. */
  readonly open: boolean
}

/**
 * Where a label and a prediction say different things:
 * - `class`: both show the same object and differ in its class;
 * - `missed`: the model finds nothing where a label is;
 * - `extra`: the model is confident where there is no label, though everything is labelled there.
 */
export type DifferenceKind = 'class' | 'missed' | 'extra'

export interface Difference {
  readonly kind: DifferenceKind
  /** Places in the labels and in the guesses; null where there is none. */
  readonly label: number | null
  readonly guess: number | null
  /** How sure the model is that the label is wrong, 0..1: the score of what it says; of a missed label what is left of the best score there. */
  readonly strength: number
}

/** From this score on a prediction says something against a label of another class. */
const SAYS = 0.5
/** Where even this score is not reached, the model finds nothing. */
const FINDS = 0.2
/** From this score on it is sure of what nobody labelled. */
const CONFIDENT = 0.8

interface Rules {
  /** Whether everything is labelled where a guess lies. */
  readonly complete: (guess: LookedAtGuess) => boolean
  /** Whether the model looked where a label lies. */
  readonly seen: (label: LookedAt) => boolean
  /** Bounds of groups that are not labelled one by one: what lies there is not missing. */
  readonly crowds: readonly Box[]
}

/** The differences on one image, by bounds (`SAME_OBJECT` tells whether two are the same object). */
export function differencesOn(
  labels: readonly LookedAt[],
  guesses: readonly LookedAtGuess[],
  { complete, seen, crowds }: Rules,
): Difference[] {
  const near = matcherOf(guesses)
  const covered = new Set<number>()
  const found = labels.flatMap((label, at): Difference[] => {
    const same = near(label)
    for (const guess of same) covered.add(guess)
    const scoreOf = (guess: number): number => guesses[guess]!.score
    const best = Math.max(0, ...same.map(scoreOf))
    const says = same.filter((guess) => guesses[guess]!.open && scoreOf(guess) >= SAYS)
    if (says.length > 0) {
      if (says.some((guess) => guesses[guess]!.classAt === label.classAt)) return []
      const against = says.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a))
      return [{ kind: 'class', label: at, guess: against, strength: scoreOf(against) }]
    }
    // Of an image as a whole the model always says something.
    return label.box === null || best >= FINDS || !seen(label) ? [] : [{ kind: 'missed', label: at, guess: null, strength: 1 - best }]
  })
  const extra = guesses.flatMap((guess, at): Difference[] => {
    const { box, score, open } = guess
    if (box === null || !open || score < CONFIDENT || covered.has(at) || !complete(guess)) return []
    if (crowds.some((crowd) => boxContainsPoint(crowd, boxCentre(box)))) return []
    return [{ kind: 'extra', label: null, guess: at, strength: score }]
  })
  return [...found, ...extra]
}

/** The guesses that show the same object as a label. */
function matcherOf(guesses: readonly LookedAtGuess[]): (label: LookedAt) => number[] {
  const places = guesses.flatMap(({ box }, at) => (box === null ? [] : [at]))
  const whole = guesses.flatMap(({ box }, at) => (box === null ? [at] : []))
  const boxes = places.map((at) => guesses[at]!.box!)
  const index = buildBoxIndex(boxes)
  return ({ box }) => (box === null ? whole : index.searchWhere(box, (at) => iou(boxes[at]!, box) >= SAME_OBJECT).map((at) => places[at]!))
}
