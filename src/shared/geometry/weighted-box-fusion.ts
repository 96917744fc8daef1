import { type Box, iou } from './box.ts'
import { orderByScore, type ScoredBox } from './scored-box.ts'
import { createSizedGrid, type SizedGrid } from './sized-grid.ts'

export interface FusionOptions {
  /** A box joins a cluster when its IoU with the cluster's fused box is greater than this, 0 < t < 1. Default 0.55. */
  readonly iouThreshold?: number | undefined
  /** Boxes scored below this take no part. Default 0. */
  readonly scoreThreshold?: number | undefined
}

interface Cluster {
  readonly classId: number | string
  fused: Box
  scoreSum: number
  members: number
  /** Score-weighted sums of left, top, right and bottom. */
  readonly edges: [number, number, number, number]
}

/**
 * Weighted boxes fusion (Solovyev, Wang & Gabruseva, Image and Vision Computing 107, 2021) of several passes over the
 * same image: other models, flips, sizes. Boxes of a class are taken best first; each joins the cluster whose fused box
 * it overlaps most, or founds one. A fused box has the score-weighted mean of its members' edges, and the sum of their
 * scores divided by the number of passes: what only one pass of three saw ends up with a third of its score. A cluster
 * with more members than passes takes the mean, so that no score exceeds 1. Result: best first.
 */
export function weightedBoxFusion(passes: readonly (readonly ScoredBox[])[], options: FusionOptions = {}): ScoredBox[] {
  const { iouThreshold = 0.55, scoreThreshold = 0 } = options
  if (!(iouThreshold > 0 && iouThreshold < 1)) throw new RangeError('The IoU threshold of a fusion lies between 0 and 1')
  const boxes = passes.flat().filter(({ score }) => score >= scoreThreshold && score > 0)
  const clusters: Cluster[] = []
  const grids = new Map<number | string, SizedGrid>()
  for (const index of orderByScore(boxes)) {
    const item = boxes[index]!
    const grid = grids.get(item.classId) ?? createSizedGrid(iouThreshold)
    grids.set(item.classId, grid)
    place(item, clusters, grid, iouThreshold)
  }
  const fused = clusters.map((cluster) => fusedBox(cluster, passes.length))
  return orderByScore(fused).map((index) => fused[index]!)
}

function place(item: ScoredBox, clusters: Cluster[], grid: SizedGrid, iouThreshold: number): void {
  let best = -1
  let bestIou = iouThreshold
  grid.visit(item.box, (candidate) => {
    const overlap = iou(item.box, clusters[candidate]!.fused)
    if (overlap < bestIou || (overlap === bestIou && (best === -1 || candidate > best))) return
    best = candidate
    bestIou = overlap
  })
  if (best === -1) {
    best = clusters.length
    clusters.push({ classId: item.classId, fused: item.box, scoreSum: 0, members: 0, edges: [0, 0, 0, 0] })
  }
  join(clusters[best]!, item)
  grid.add(best, clusters[best]!.fused)
}

function join(cluster: Cluster, { box, score }: ScoredBox): void {
  const { edges } = cluster
  edges[0] += score * box.x
  edges[1] += score * box.y
  edges[2] += score * (box.x + box.width)
  edges[3] += score * (box.y + box.height)
  cluster.scoreSum += score
  cluster.members += 1
  if (cluster.members === 1) return
  const [left, top, right, bottom] = edges.map((sum) => sum / cluster.scoreSum) as typeof edges
  cluster.fused = { x: left, y: top, width: right - left, height: bottom - top }
}

function fusedBox({ classId, fused, scoreSum, members }: Cluster, passes: number): ScoredBox {
  return { classId, box: fused, score: scoreSum / Math.max(passes, members) }
}
