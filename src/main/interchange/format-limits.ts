import { counted } from '#shared/counted.ts'
import type { LabelFormatName } from '#shared/contracts/project.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import type { Shape } from '#shared/records/shape.ts'
import { noteIf, objectsByImage, type LabelledObject, type LabelSet } from './label-set.ts'
import { ringsOf } from './outline.ts'

/** What becomes of a kind of shape: `outline` and `pixels` keep its pixels, `box` its bounds, `left` nothing. */
type Fate = 'kept' | 'outline' | 'box' | 'left'

interface Limits {
  readonly shapes: Readonly<Record<Shape['type'], Fate>>
  /** Outlines with holes or of several pieces: `joined` is one line with passages of no width, `pixels` the pixels that they cover. */
  readonly holes: 'kept' | 'joined' | 'pixels'
  readonly notes: boolean
  readonly scores: boolean
  readonly crowds: boolean
  readonly difficult: boolean
}

const ALL_KEPT = { box: 'kept', polygon: 'kept', mask: 'kept', point: 'kept', image: 'kept' } as const

const LIMITS: Readonly<Record<LabelFormatName, Limits>> = {
  csv: {
    shapes: { ...ALL_KEPT, polygon: 'box', mask: 'box' },
    ...{ holes: 'kept', notes: true, scores: true, crowds: true, difficult: true },
  },
  coco: {
    shapes: { ...ALL_KEPT, point: 'left', image: 'left' },
    ...{ holes: 'pixels', notes: false, scores: true, crowds: true, difficult: true },
  },
  voc: {
    shapes: { box: 'kept', polygon: 'box', mask: 'box', point: 'left', image: 'left' },
    ...{ holes: 'kept', notes: false, scores: true, crowds: false, difficult: true },
  },
  geojson: {
    shapes: { ...ALL_KEPT, box: 'outline', mask: 'outline', image: 'left' },
    ...{ holes: 'kept', notes: true, scores: true, crowds: false, difficult: false },
  },
  yolo: {
    shapes: { box: 'kept', polygon: 'box', mask: 'box', point: 'left', image: 'left' },
    ...{ holes: 'kept', notes: false, scores: true, crowds: false, difficult: false },
  },
  'yolo-seg': {
    shapes: { box: 'outline', polygon: 'kept', mask: 'outline', point: 'left', image: 'left' },
    ...{ holes: 'joined', notes: false, scores: true, crowds: false, difficult: false },
  },
  cvat: {
    shapes: ALL_KEPT,
    ...{ holes: 'pixels', notes: false, scores: false, crowds: false, difficult: false },
  },
  labelstudio: {
    shapes: ALL_KEPT,
    ...{ holes: 'pixels', notes: true, scores: true, crowds: false, difficult: false },
  },
  labelme: {
    shapes: { ...ALL_KEPT, mask: 'outline' },
    ...{ holes: 'joined', notes: true, scores: false, crowds: true, difficult: true },
  },
  asap: {
    shapes: { ...ALL_KEPT, mask: 'outline', image: 'left' },
    ...{ holes: 'joined', notes: true, scores: false, crowds: false, difficult: false },
  },
  aperio: {
    shapes: { ...ALL_KEPT, mask: 'outline', image: 'left' },
    ...{ holes: 'kept', notes: true, scores: false, crowds: false, difficult: false },
  },
}

const KINDS: Readonly<Record<Shape['type'], { readonly one: string; readonly many: string }>> = {
  box: { one: 'box', many: 'boxes' },
  polygon: { one: 'polygon', many: 'polygons' },
  mask: { one: 'mask', many: 'masks' },
  point: { one: 'point', many: 'points' },
  image: { one: 'label of a whole image', many: 'labels of whole images' },
}

/** What a label format cannot hold of a set, in sentences; empty where all of it is kept. Nothing is written for it. */
export function lossNotes(format: LabelFormatName, set: LabelSet): string[] {
  const limits = LIMITS[format]
  const objects = [...objectsByImage(set).values()].flat()
  const left = objects.filter(({ shape }) => limits.shapes[shape.type] === 'left')
  const written = objects.filter(({ shape }) => limits.shapes[shape.type] !== 'left')
  return [
    ...shapeNotes(limits, objects),
    ...holeNotes(limits, written),
    ...markNotes(limits, written),
    ...noteIf(limits.notes ? 0 : left.concat(written).filter(hasNote).length, (n) => `${counted(n, 'note')} ${are(n)} left out.`),
  ]
}

const are = (n: number): string => (n === 1 ? 'is' : 'are')
const become = (n: number): string => (n === 1 ? 'becomes' : 'become')
const hasNote = ({ note = '' }: LabelledObject): boolean => note !== ''

const FATES: Readonly<Record<Exclude<Fate, 'kept'>, (n: number) => string>> = {
  outline: (n) => `${become(n)} ${n === 1 ? 'an outline' : 'outlines'}`,
  box: (n) => `${become(n)} the ${n === 1 ? 'box' : 'boxes'} round ${n === 1 ? 'it' : 'them'}`,
  left: (n) => `${are(n)} left out`,
}

function shapeNotes({ shapes }: Limits, objects: readonly LabelledObject[]): string[] {
  const counts = new Map<Shape['type'], number>()
  for (const { shape } of objects) counts.set(shape.type, (counts.get(shape.type) ?? 0) + 1)
  return [...counts].flatMap(([type, n]) => {
    const fate = shapes[type]
    return fate === 'kept' ? [] : [`${counted(n, KINDS[type].one, KINDS[type].many)} ${FATES[fate](n)}.`]
  })
}

function holeNotes({ holes, shapes }: Limits, objects: readonly LabelledObject[]): string[] {
  if (holes === 'kept') return []
  const several = objects.filter(({ shape }) => {
    if (!isAreaShape(shape) || shapes[shape.type] === 'box') return false
    return (shape.type === 'polygon' || shapes[shape.type] === 'outline') && ringsOf(shape).length > 1
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
