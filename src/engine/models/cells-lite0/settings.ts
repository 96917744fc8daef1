/** Everything about the cell detector that can be switched to measure it. */
export interface CellDetectorSettings {
  /** Encoder blocks that never change (besides the stem); see efficientnet-lite0.ts. */
  readonly frozenBlocks: number
  /** Momentum of the trained batch norms. */
  readonly momentum: number
  /** Channels of the feature pyramid. */
  readonly pyramidWidth: number
  /** Strides of the maps that boxes are predicted from, finest first, out of 4, 8, 16, 32. The pyramid reaches down to the finest. */
  readonly strides: readonly number[]
  /** 3x3 convolutions in each of the two towers of a map, and their channels. */
  readonly towerDepth: number
  readonly towerWidth: number
  /**
   * What all class scores start at. It must be about as small as the share of cells that show a rare class: with 0.01 the many empty cells
   * push all features of a rare class down in the first steps, and after 200 steps on BCCD no platelet is found (AP50 0.00 against 0.67
   * from 0.001 on; the idea of the prior: Lin et al., "Focal loss", 2017).
   */
  readonly prior: number
  readonly assignment: AssignmentSettings
  /** Weight of the box loss beside the class loss. */
  readonly boxWeight: number
  /** Of two boxes of a class that overlap by more than this, the better one stays. */
  readonly nmsIou: number
}

/** Task-aligned assignment (Feng et al., "TOOD", ICCV 2021): alignment t = score^scorePower * IoU^iouPower. */
export interface AssignmentSettings {
  /** Cells that learn a label. */
  readonly topK: number
  readonly scorePower: number
  /** A whole number: powers are taken by multiplication. */
  readonly iouPower: number
  /** Least class target of a cell that learns a label. */
  readonly minTarget: number
}

export const CELL_DETECTOR: CellDetectorSettings = {
  frozenBlocks: 3,
  momentum: 0.03,
  pyramidWidth: 64,
  strides: [8],
  towerDepth: 2,
  towerWidth: 64,
  prior: 0.001,
  assignment: { topK: 10, scorePower: 0.5, iouPower: 6, minTarget: 0.05 },
  boxWeight: 2,
  nmsIou: 0.6,
}
