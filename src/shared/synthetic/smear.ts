import { createRandom, type Random } from '../random.ts'
import { type Box } from '../geometry/box.ts'
import { createBand, type Band } from './band.ts'
import { Layout, type PlacedSprite } from './layout.ts'
import { blur, blurReach, develop, expose, normalDeviates, randomOptics, type Optics } from './optics.ts'
import { redCell } from './red-cell.ts'
import { debris, platelet, type Debris } from './small-things.ts'
import { type SmearClass } from './sprite.ts'
import { randomStain, type Stain } from './stain.ts'
import { whiteCell } from './white-cell.ts'

export { type SmearClass } from './sprite.ts'

/** The classes of a smear in the order that a project lists them. */
export const SMEAR_CLASSES: readonly SmearClass[] = ['RBC', 'WBC', 'Platelets']

export interface SmearOptions {
  /** The same seed and options give the same bytes and boxes on every machine. */
  readonly seed: number | string
  /** Pixels; default 640 x 480. */
  readonly width?: number
  readonly height?: number
  /** Usual diameter of a red cell, pixels; default 100, as an oil immersion lens shows it on 640 x 480. All else keeps its proportion. */
  readonly redCellDiameter?: number
  /** Exactly so many objects; a class left out is drawn at random, as common as in blood. */
  readonly counts?: Partial<Record<SmearClass, number>>
  /** Mean share of the frame that red cells cover where their count is left out, 0 to 1 and more; default random, 0.15 to 0.75. */
  readonly density?: number
  /** Standard deviation of the blur, pixels; default random, out of focus now and then. */
  readonly blur?: number
  /** Standard deviation of the sensor's noise, grey levels; default random. */
  readonly noise?: number
  /** Things on the slide that are no cells; default random, about 6 on 640 x 480. */
  readonly debris?: number
  /** Rows painted at once. Changes memory, not the picture. */
  readonly bandRows?: number
}

export interface SmearObject {
  readonly className: SmearClass
  /** The object's visible part: the smallest box of whole pixels that holds it. */
  readonly box: Box
}

export interface Smear {
  readonly width: number
  readonly height: number
  readonly channels: 3
  /** RGB, row by row. */
  readonly data: Uint8Array
  /** Every object of which at least half lies in the frame, in the order painted. */
  readonly objects: readonly SmearObject[]
}

/**
 * A synthetic Giemsa-stained blood smear with exact truth: crowded, overlapping red cells with pale centres and rims, white cells of
 * the five kinds, platelets, debris; uneven stain and light, blur and sensor noise, all different from seed to seed.
 * Light passes through layers that absorb it (Beer-Lambert), is blurred by the lens, then gathers noise in the sensor.
 *
 * @throws RangeError on sizes below 1 or counts below 0.
 */
export function smear(options: SmearOptions): Smear {
  const plan = planSmear(options)
  const data = new Uint8Array(plan.width * plan.height * 3)
  const rows = options.bandRows ?? Math.max(64, Math.floor(4e6 / plan.width))
  for (let top = 0; top < plan.height; top += rows) paintRows(plan, top, Math.min(rows, plan.height - top), data)
  const objects = plan.cells.flatMap(({ sprite, box }) => (box === null ? [] : [{ className: sprite.className, box }]))
  return { width: plan.width, height: plan.height, channels: 3, data, objects }
}

interface PlacedDebris {
  readonly thing: Debris
  readonly x: number
  readonly y: number
}

interface SmearPlan {
  readonly width: number
  readonly height: number
  readonly stain: Stain
  readonly optics: Optics
  readonly cells: readonly PlacedSprite[]
  readonly debris: readonly PlacedDebris[]
  readonly noise: Random
  readonly deviates: Float32Array
}

interface Frame {
  readonly width: number
  readonly height: number
  readonly redCellDiameter: number
  /** Area in frames of 640 x 480 at a red cell of 100 pixels. */
  readonly fields: number
}

function planSmear(options: SmearOptions): SmearPlan {
  const frame = frameOf(options)
  const random = createRandom(options.seed)
  // Each part draws from its own stream: another count of platelets leaves the light and the red cells as they were.
  const stain = randomStain(random.fork('stain'))
  const noise = random.fork('noise')
  return {
    width: frame.width,
    height: frame.height,
    stain,
    optics: randomOptics(random.fork('optics'), { ...frame, blur: options.blur, noise: options.noise }),
    cells: layOutCells(random, stain, frame, options),
    debris: scatterDebris(random.fork('debris'), stain, frame, options.debris),
    noise,
    deviates: normalDeviates(noise.fork('deviates')),
  }
}

function frameOf(options: SmearOptions): Frame {
  const { width = 640, height = 480, redCellDiameter = 100 } = options
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1 || !(redCellDiameter >= 1))
    throw new RangeError(`A smear of ${width} x ${height} pixels with red cells of ${redCellDiameter} pixels cannot be painted`)
  const counts = Object.values(options.counts ?? {})
  if (counts.some((count) => !Number.isInteger(count) || count < 0)) throw new RangeError('Counts of cells are whole numbers from 0')
  return { width, height, redCellDiameter, fields: ((width * height) / (640 * 480)) * (100 / redCellDiameter) ** 2 }
}

function layOutCells(random: Random, stain: Stain, frame: Frame, options: SmearOptions): PlacedSprite[] {
  const crowd = random.fork('crowd')
  const counts = countsOf(crowd, frame, options)
  const rules = { spacing: crowd.uniform(0.4, 0.75), clumping: crowd.uniform(0.2, 0.8) }
  const layout = new Layout(frame.width, frame.height, frame.redCellDiameter)
  const add = (name: SmearClass, make: (own: Random) => PlacedSprite['sprite'], crowding: typeof rules, over: number | null): void => {
    const own = random.fork(name)
    layout.fill(own, () => make(own), { ...crowding, count: counts[name], spacingTo: (other) => (other.className === 'WBC' ? 0.85 : over) })
  }
  const diameter = frame.redCellDiameter
  add('WBC', (own) => whiteCell(own, stain, diameter), { spacing: 0.95, clumping: 0 }, null)
  add('RBC', (own) => redCell(own, stain, diameter), rules, null)
  const apart = crowd.chance(0.7) ? 0.9 : null
  add('Platelets', (own) => platelet(own, stain, diameter), { spacing: 1.1, clumping: crowd.uniform(0, 0.5) }, apart)
  return layout.placed
}

function countsOf(random: Random, frame: Frame, { counts = {}, density }: SmearOptions): Record<SmearClass, number> {
  const share = density ?? random.uniform(0.15, 0.75)
  const cellArea = Math.PI * (frame.redCellDiameter / 2) ** 2
  const drawn = {
    RBC: random.poisson((share * frame.width * frame.height) / cellArea),
    WBC: random.poisson(1.05 * frame.fields),
    Platelets: random.poisson(random.uniform(0.5, 4) * frame.fields),
  }
  return { ...drawn, ...counts }
}

function scatterDebris(random: Random, stain: Stain, frame: Frame, count: number | undefined): PlacedDebris[] {
  return Array.from({ length: count ?? random.poisson(6 * frame.fields) }, () => ({
    thing: debris(random, stain, frame.redCellDiameter),
    x: random.uniform(0, frame.width),
    y: random.uniform(0, frame.height),
  }))
}

/** Paints rows of the picture: a band with enough rows above and below for the blur. */
function paintRows(plan: SmearPlan, top: number, rows: number, data: Uint8Array): void {
  const { width, height, optics } = plan
  const reach = blurReach(optics.blur)
  const first = Math.max(0, top - reach)
  const band = createBand(width, first, Math.min(height, top + rows + reach) - first)
  paintThings(band, plan)
  const planes = expose(band, optics, plan.stain.redCell, height)
  for (const plane of planes) blur(plane, width, band.rows, optics.blur)
  for (let y = top; y < top + rows; y++) {
    const out = data.subarray(y * width * 3, (y + 1) * width * 3)
    develop(planes, (y - first) * width, width, optics.noise, plan.noise.fork(y), plan.deviates, out)
  }
}

function paintThings(band: Band, plan: SmearPlan): void {
  const margin = 16
  const meets = (y: number, reach: number): boolean => y + reach + margin >= band.top && y - reach - margin <= band.top + band.rows
  // What is painted over red cells thins them, so these come first.
  const later: SmearClass[] = ['WBC', 'Platelets']
  for (const classes of [['RBC'], later])
    for (const { sprite, x, y } of plan.cells)
      if (classes.includes(sprite.className) && meets(y, sprite.outline.reach)) sprite.paint(band, x, y)
  for (const { thing, x, y } of plan.debris) if (meets(y, thing.outline.reach)) thing.paint(band, x, y)
}
