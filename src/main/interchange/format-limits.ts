import { must } from '#shared/assert.ts'
import type { LabelFormatName } from '#shared/contracts/project.ts'
import { say } from '#shared/i18n/say.ts'
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
  /** Of how many different names there may be measurements. */
  readonly measured?: number
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
    ...{ holes: 'kept', notes: true, measured: 1000, scores: true, crowds: true, difficult: true },
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
    ...{ holes: 'kept', own: true, regions: true, measured: Infinity, notes: true, scores: true, crowds: false, difficult: false },
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

/** What a label format cannot hold of a set, in sentences; empty where all of it is kept. Nothing is written for it. */
export function lossNotes(format: LabelFormatName, set: LabelSet): string[] {
  const limits = LIMITS[format]
  const objects = [...objectsByImage(set).values()].flat()
  const left = objects.filter(({ shape }) => fateOf(limits, shape) === 'left')
  const written = objects.filter(({ shape }) => fateOf(limits, shape) !== 'left')
  const regions = set.regions?.length ?? 0
  return [
    ...noteIf(limits.regions === true ? 0 : regions, (count) => say('{{count}} regions of interest are left out.', { count })),
    ...shapeNotes(limits, objects),
    ...holeNotes(limits, written),
    ...markNotes(limits, written),
    ...ownNotes(limits, written),
    ...measuredNotes(format, set, written),
    ...noteIf(limits.notes ? 0 : left.concat(written).filter(hasNote).length, (count) => say('{{count}} notes are left out.', { count })),
  ]
}

/** Whether a format holds regions of interest. */
export const holdsRegions = (format: LabelFormatName): boolean => LIMITS[format].regions === true

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
    ...noteIf(own ? 0 : count(({ name = '' }) => name !== ''), (count) => say('{{count}} names of objects are left out.', { count })),
    ...noteIf(own ? 0 : count(({ locked = false }) => locked), (count) => say('{{count}} locks are left out.', { count })),
    ...noteIf(
      count(({ level = 0 }) => level !== 0),
      (count) => say('What {{count}} objects lie above or below is left out.', { count }),
    ),
  ]
}

/** Names of what files had measured of some objects, as far as a format takes them: all, or none where they are too many for it. */
export function measuredNames(format: LabelFormatName, { measured }: LabelSet, objects: readonly LabelledObject[]): readonly string[] {
  const names = measured?.names(objects) ?? []
  return names.length > (LIMITS[format].measured ?? 0) ? [] : names
}

/** Numbers of an outline that is no longer so would be taken for those of the one that is written. */
function measuredNotes(format: LabelFormatName, set: LabelSet, objects: readonly LabelledObject[]): string[] {
  const { measured } = set
  if (measured === undefined) return []
  const count = (wanted: 'kept' | 'changed'): number => objects.filter((object) => measured.standing(object) === wanted).length
  const [kept, changed] = [count('kept'), count('changed')]
  const holds = (LIMITS[format].measured ?? 0) > 0 && (kept === 0 || measuredNames(format, set, objects).length > 0)
  return [
    ...noteIf(holds ? 0 : kept + changed, (count) => say('Measurements of {{count}} objects are left out.', { count })),
    ...noteIf(holds ? changed : 0, (count) =>
      say('Measurements of {{count}} objects are left out: their outline was changed since.', { count }),
    ),
  ]
}

const hasNote = ({ note = '' }: LabelledObject): boolean => note !== ''

/** What becomes of objects of a kind, by how many they are. */
const FATES: Readonly<Record<Exclude<Fate, 'kept'>, Partial<Record<Shape['type'], (count: number) => string>>>> = {
  outline: {
    box: (count) => say('{{count}} boxes become outlines.', { count }),
    mask: (count) => say('{{count}} masks become outlines.', { count }),
    ellipse: (count) => say('{{count}} ellipses become outlines.', { count }),
    'rotated-box': (count) => say('{{count}} rotated boxes become outlines.', { count }),
  },
  box: {
    polygon: (count) => say('{{count}} polygons become the boxes round them.', { count }),
    mask: (count) => say('{{count}} masks become the boxes round them.', { count }),
    ellipse: (count) => say('{{count}} ellipses become the boxes round them.', { count }),
    'rotated-box': (count) => say('{{count}} rotated boxes become the boxes round them.', { count }),
  },
  line: { ruler: (count) => say('{{count}} rulers become lines, which count as objects where they are read.', { count }) },
  left: {
    point: (count) => say('{{count}} points are left out.', { count }),
    polyline: (count) => say('{{count}} lines are left out.', { count }),
    ruler: (count) => say('{{count}} rulers are left out.', { count }),
    image: (count) => say('{{count}} labels of whole images are left out.', { count }),
  },
}

/** The table above has a sentence for each shape that a format changes. */
function fateText(type: Shape['type'], fate: Exclude<Fate, 'kept'>, count: number): string {
  return must(FATES[fate][type], `what becomes of a ${type} (${fate}) is told`)(count)
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
  return [...counts].map(([type, count]) => fateText(type, fates.get(type)!, count))
}

function holeNotes(limits: Limits, objects: readonly LabelledObject[]): string[] {
  const { holes } = limits
  if (holes === 'kept') return []
  const several = objects.filter(({ shape }) => {
    const fate = fateOf(limits, shape)
    if (!isAreaShape(shape) || fate === 'box') return false
    return (shape.type === 'polygon' || fate === 'outline') && ringsOf(shape).length > 1
  })
  return noteIf(several.length, (count) =>
    holes === 'joined'
      ? say('{{count}} areas with holes or of several pieces become one line each, joined by passages of no width.', { count })
      : say('{{count}} areas with holes or of several pieces become masks of their pixels.', { count }),
  )
}

function markNotes({ crowds, difficult, scores }: Limits, objects: readonly LabelledObject[]): string[] {
  const crowd = crowds ? [] : objects.filter((object) => object.crowd === true)
  const hard = difficult ? [] : objects.filter((object) => object.difficult === true)
  const scored = scores ? [] : objects.filter(({ score }) => score !== undefined)
  return [
    ...noteIf(crowd.length, (count) =>
      difficult ? say('{{count}} crowds are marked as difficult.', { count }) : say('{{count}} marks of a crowd are left out.', { count }),
    ),
    ...noteIf(hard.length, (count) => say('{{count}} marks of a difficult object are left out.', { count })),
    ...noteIf(scored.length, (count) => say('{{count}} scores are left out.', { count })),
  ]
}
