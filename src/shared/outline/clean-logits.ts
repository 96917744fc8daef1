import { connectedComponents, fillHoles } from '../masks/components.ts'
import { type Click } from './prompt.ts'
import { OUTPUT_SIDE } from './net.ts'

/** Cells round a click that are as was said, whatever the network thinks: a click is never in vain. */
const REACH = 1.5
/** A logit that settles a cell, and leaves the edge between cells where it is. */
const SETTLED = 1

/**
 * A network's logits made fit for an outline: what was clicked is in or out as was said, of the rest only what hangs together with a click
 * inside counts, and holes without a click are filled. Clicks are in cells.
 */
export function tidied(logits: Float32Array, clicks: readonly Click[]): Float32Array {
  const out = logits.slice()
  for (const click of clicks) settle(out, click)
  const mask = Uint8Array.from(out, (logit) => (logit > 0 ? 1 : 0))
  const { ids } = connectedComponents(mask, OUTPUT_SIDE, OUTPUT_SIDE, 4)
  const kept = new Set(clicks.filter(({ inside }) => inside).map((click) => ids[cellOf(click)]!))
  const wanted = mask.map((value, i) => (value === 1 && kept.has(ids[i]!) ? 1 : 0))
  const filled = fillHoles(wanted, OUTPUT_SIDE, OUTPUT_SIDE)
  for (const click of clicks) if (!click.inside && filled[cellOf(click)] === 1) reopen(filled, wanted, cellOf(click))
  return out.map((logit, i) => (filled[i] === 1 ? (logit > 0 ? logit : SETTLED) : logit > 0 ? -SETTLED : logit))
}

const clamp = (value: number): number => Math.min(OUTPUT_SIDE - 1, Math.max(0, Math.floor(value)))
const cellOf = ({ x, y }: Click): number => clamp(y) * OUTPUT_SIDE + clamp(x)

function settle(logits: Float32Array, click: Click): void {
  const wanted = (logit: number): number => (click.inside ? Math.max(logit, SETTLED) : Math.min(logit, -SETTLED))
  for (let y = clamp(click.y - REACH); y <= clamp(click.y + REACH); y++) {
    for (let x = clamp(click.x - REACH); x <= clamp(click.x + REACH); x++) {
      const i = y * OUTPUT_SIDE + x
      if (Math.hypot(x + 0.5 - click.x, y + 0.5 - click.y) <= REACH) logits[i] = wanted(logits[i]!)
    }
  }
  const i = cellOf(click)
  const { x, y } = click
  if (x >= 0 && y >= 0 && x < OUTPUT_SIDE && y < OUTPUT_SIDE) logits[i] = wanted(logits[i]!)
}

/** Empties the hole that a cell lies in. */
function reopen(filled: Uint8Array, before: Uint8Array, cell: number): void {
  const holes = connectedComponents(
    filled.map((value, i) => (value === 1 && before[i] === 0 ? 1 : 0)),
    OUTPUT_SIDE,
    OUTPUT_SIDE,
    4,
  ).ids
  const hole = holes[cell]!
  for (let i = 0; i < filled.length; i++) if (hole !== 0 && holes[i] === hole) filled[i] = 0
}
