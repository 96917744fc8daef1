import { counted } from '#shared/counted.ts'
import type { LabelFormatName } from '#shared/contracts/project.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import type { EllipseShape, Shape } from '#shared/records/shape.ts'
import { noteIf, objectsByImage, type LabelledObject, type LabelSet } from './label-set.ts'
import { ringsOf } from './outline.ts'

/** What becomes of a shape: `outline` keeps its pixels, `box` its bounds, `line` the line of a ruler, `left` nothing. */
type Fate = 'kept' | 'outline' | 'box' | 'line' | 'left'

type Fates = Readonly<{ [T in Shape['type']]: Fate | ((shape: Extract<Shape, { readonly type: T }>) => Fate) }>

interface Limits {
  readonly shapes: Fates
  /** Outlines with holes or of several pieces: `joined` is one line with passages of no width, `pixels` the pixels that they cover. */
  readonly holes: 'kept' | 'joined' | 'pixels'
  readonly notes: boolean
  /** Own names of objects, and locks. */
  readonly own?: true
  /** Regions of interest. */
  readonly regions?: true
  readonly scores: boolean
  readonly crowds: boolean
  readonly difficult: boolean
}

const ALL_KEPT: Fates = {
  ...{ box: 'kept', polygon: 'kept', mask: 'kept', point: 'kept', image: 'kept' },
  ...{ ellipse: 'kept', 'rotated-box': 'kept', polyline: 'kept', ruler: 'kept' },
}
const FRAMES_OUTLINED = { ellipse: 'outline', 'rotated-box': 'outline' } as const
const NO_LINES = { polyline: 'left', ruler: 'left' } as const
/** What is left of formats that hold boxes alone. */
const BOXES: Fates = {
  ...{ box: 'kept', polygon: 'box', mask: 'box', ellipse: 'box', 'rotated-box': 'box' },
  ...NO_LINES,
  point: 'left',
  image: 'left',
}

const LIMITS: Readonly<Record<LabelFormatName, Limits>> = {
  csv: {
    shapes: { ...BOXES, point: 'kept', image: 'kept' },
    ...{ holes: 'kept', notes: true, scores: true, crowds: true, difficult: true },
  },
  coco: {
    shapes: { ...ALL_KEPT, ...FRAMES_OUTLINED, ...NO_LINES, point: 'left', image: 'left' },
    ...{ holes: 'pixels', notes: false, scores: true, crowds: true, difficult: true },
  },
  voc: {
    shapes: BOXES,
    ...{ holes: 'kept', notes: false, scores: true, crowds: false, difficult: true },
  },
  geojson: {
    shapes: { ...ALL_KEPT, ...FRAMES_OUTLINED, box: 'outline', mask: 'outline', ruler: 'line', image: 'left' },
    ...{ holes: 'kept', own: true, regions: true, notes: true, scores: true, crowds: false, difficult: false },
  },
  yolo: {
    shapes: BOXES,
    ...{ holes: 'kept', notes: false, scores: true, crowds: false, difficult: false },
  },
  'yolo-seg': {
    shapes: { ...FRAMES_OUTLINED, ...NO_LINES, box: 'outline', polygon: 'kept', mask: 'outline', point: 'left', image: 'left' },
    ...{ holes: 'joined', notes: false, scores: true, crowds: false, difficult: false },
  },
  cvat: {
    shapes: { ...ALL_KEPT, ruler: 'line' },
    ...{ holes: 'pixels', notes: false, scores: false, crowds: false, difficult: false },
  },
  labelstudio: {
    shapes: { ...ALL_KEPT, ...NO_LINES },
    ...{ holes: 'pixels', notes: true, scores: true, crowds: false, difficult: false },
  },
  labelme: {
    shapes: {
      ...ALL_KEPT,
      ellipse: (shape) => (isCircle(shape) ? 'kept' : 'outline'),
      'rotated-box': 'outline',
      mask: 'outline',
      ruler: 'line',
    },
    ...{ holes: 'joined', notes: true, scores: false, crowds: true, difficult: true },
  },
  w3c: {
    shapes: { ...ALL_KEPT, mask: 'outline', ruler: 'line' },
    ...{ holes: 'kept', notes: true, scores: false, crowds: false, difficult: false },
  },
  asap: {
    shapes: { ...ALL_KEPT, ...FRAMES_OUTLINED, ...NO_LINES, mask: 'outline', image: 'left' },
    ...{ holes: 'joined', notes: true, scores: false, crowds: false, difficult: false },
  },
  aperio: {
    shapes: {
      ...ALL_KEPT,
      ellipse: (shape) => (isUpright(shape) ? 'kept' : 'outline'),
      ...{ 'rotated-box': 'outline', polyline: 'left', mask: 'outline', image: 'left' },
    },
    ...{ holes: 'kept', notes: true, scores: false, crowds: false, difficult: false },
  },
}

const KINDS: Readonly<Record<Shape['type'], { readonly one: string; readonly many: string }>> = {
  box: { one: 'box', many: 'boxes' },
  polygon: { one: 'polygon', many: 'polygons' },
  mask: { one: 'mask', many: 'masks' },
  point: { one: 'point', many: 'points' },
  ellipse: { one: 'ellipse', many: 'ellipses' },
  'rotated-box': { one: 'rotated box', many: 'rotated boxes' },
  polyline: { one: 'line', many: 'lines' },
  ruler: { one: 'ruler', many: 'rulers' },
  image: { one: 'label of a whole image', many: 'labels of whole images' },
}

/** What a label format cannot hold of a set, in sentences; empty where all of it is kept. Nothing is written for it. */
export function lossNotes(format: LabelFormatName, set: LabelSet): string[] {
  const limits = LIMITS[format]
  const objects = [...objectsByImage(set).values()].flat()
  const left = objects.filter(({ shape }) => fateOf(limits, shape) === 'left')
  const written = objects.filter(({ shape }) => fateOf(limits, shape) !== 'left')
  const regions = set.regions?.length ?? 0
  return [
    ...noteIf(limits.regions === true ? 0 : regions, (n) => `${counted(n, 'region')} of interest ${are(n)} left out.`),
    ...shapeNotes(limits, objects),
    ...holeNotes(limits, written),
    ...markNotes(limits, written),
    ...ownNotes(limits, written),
    ...noteIf(limits.notes ? 0 : left.concat(written).filter(hasNote).length, (n) => `${counted(n, 'note')} ${are(n)} left out.`),
  ]
}

/** Whether a format holds a shape at all. */
export const isWritten = (format: LabelFormatName, shape: Shape): boolean => fateOf(LIMITS[format], shape) !== 'left'

/** A circle, which needs no angle. */
export const isCircle = ({ width, height }: EllipseShape): boolean => width === height
/** Whether an ellipse's axes lie along those of the image. */
export const isUpright = (shape: EllipseShape): boolean => shape.angle % 90 === 0 || isCircle(shape)

function fateOf({ shapes }: Limits, shape: Shape): Fate {
  const fate = shapes[shape.type] as Fate | ((shape: Shape) => Fate)
  return typeof fate === 'function' ? fate(shape) : fate
}

function ownNotes({ own = false }: { readonly own?: boolean }, objects: readonly LabelledObject[]): string[] {
  const count = (is: (object: LabelledObject) => boolean): number => objects.filter(is).length
  return [
    ...noteIf(
      own ? 0 : count(({ name = '' }) => name !== ''),
      (n) => `${counted(n, 'name')} of ${n === 1 ? 'an object' : 'objects'} ${are(n)} left out.`,
    ),
    ...noteIf(own ? 0 : count(({ locked = false }) => locked), (n) => `${counted(n, 'lock')} ${are(n)} left out.`),
    ...noteIf(
      count(({ level = 0 }) => level !== 0),
      (n) => `What ${counted(n, 'object')} ${n === 1 ? 'lies' : 'lie'} above or below is left out.`,
    ),
  ]
}

const are = (n: number): string => (n === 1 ? 'is' : 'are')
const become = (n: number): string => (n === 1 ? 'becomes' : 'become')
const hasNote = ({ note = '' }: LabelledObject): boolean => note !== ''

const FATES: Readonly<Record<Exclude<Fate, 'kept'>, (n: number) => string>> = {
  outline: (n) => `${become(n)} ${n === 1 ? 'an outline' : 'outlines'}`,
  box: (n) => `${become(n)} the ${n === 1 ? 'box' : 'boxes'} round ${n === 1 ? 'it' : 'them'}`,
  line: (n) => `${become(n)} ${n === 1 ? 'a line' : 'lines'}`,
  left: (n) => `${are(n)} left out`,
}

function shapeNotes(limits: Limits, objects: readonly LabelledObject[]): string[] {
  const counts = new Map<Shape['type'], number>()
  const fates = new Map<Shape['type'], Exclude<Fate, 'kept'>>()
  for (const { shape } of objects) {
    const fate = fateOf(limits, shape)
    if (fate === 'kept') continue
    counts.set(shape.type, (counts.get(shape.type) ?? 0) + 1)
    fates.set(shape.type, fate)
  }
  return [...counts].map(([type, n]) => `${counted(n, KINDS[type].one, KINDS[type].many)} ${FATES[fates.get(type)!](n)}.`)
}

function holeNotes(limits: Limits, objects: readonly LabelledObject[]): string[] {
  const { holes } = limits
  if (holes === 'kept') return []
  const several = objects.filter(({ shape }) => {
    const fate = fateOf(limits, shape)
    if (!isAreaShape(shape) || fate === 'box') return false
    return (shape.type === 'polygon' || fate === 'outline') && ringsOf(shape).length > 1
  })
  const fate = (n: number): string =>
    holes === 'joined'
      ? `${become(n)} one line${n === 1 ? '' : ' each'}, joined by passages of no width`
      : `${become(n)} ${n === 1 ? 'a mask' : 'masks'} of ${n === 1 ? 'its' : 'their'} pixels`
  return noteIf(several.length, (n) => `${counted(n, 'area')} with holes or of several pieces ${fate(n)}.`)
}

function markNotes({ crowds, difficult, scores }: Limits, objects: readonly LabelledObject[]): string[] {
  const crowd = crowds ? [] : objects.filter((object) => object.crowd === true)
  const hard = difficult ? [] : objects.filter((object) => object.difficult === true)
  const scored = scores ? [] : objects.filter(({ score }) => score !== undefined)
  return [
    ...noteIf(crowd.length, (n) =>
      difficult ? `${counted(n, 'crowd')} ${are(n)} marked as difficult.` : `${counted(n, 'mark')} of a crowd ${are(n)} left out.`,
    ),
    ...noteIf(hard.length, (n) => `${counted(n, 'mark')} of a difficult object ${are(n)} left out.`),
    ...noteIf(scored.length, (n) => `${counted(n, 'score')} ${are(n)} left out.`),
  ]
}
