import { type Box, iou } from './box.ts'
import { nonMaximumSuppression } from './nms.ts'
import type { ScoredBox } from './scored-box.ts'

export interface VoteOptions {
  /** Boxes of a class that overlap by more than this are one object. */
  readonly sameIou: number
  /** A pass votes for an object with its best box that overlaps it at least this much. */
  readonly agreeIou: number
}

/**
 * Several looks at one image (mirrored, at other sizes) as one list, best first: what stays after NMS over all of them, each with the mean over
 * the passes of their best agreeing score (0 where one has none) and the mean of those boxes, weighted by score.
 */
export function voteBoxes(passes: readonly (readonly ScoredBox[])[], { sameIou, agreeIou }: VoteOptions): ScoredBox[] {
  const voted = nonMaximumSuppression(passes.flat(), { iouThreshold: sameIou }).map((object) => {
    const votes = passes.flatMap((pass) => bestVote(object, pass, agreeIou) ?? [])
    const total = votes.reduce((sum, { score }) => sum + score, 0)
    return { ...object, score: total / passes.length, box: meanBox(votes, total) }
  })
  return voted.sort((a, b) => b.score - a.score)
}

function bestVote(object: ScoredBox, pass: readonly ScoredBox[], agreeIou: number): ScoredBox | null {
  let best: ScoredBox | null = null
  for (const box of pass)
    if (box.classId === object.classId && box.score > (best?.score ?? 0) && iou(box.box, object.box) >= agreeIou) best = box
  return best
}

function meanBox(votes: readonly ScoredBox[], total: number): Box {
  const mean = (of: (box: Box) => number): number => votes.reduce((sum, { box, score }) => sum + score * of(box), 0) / total
  const [x, y] = [mean((box) => box.x), mean((box) => box.y)]
  return { x, y, width: mean((box) => box.x + box.width) - x, height: mean((box) => box.y + box.height) - y }
}
