import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type BoxShape, type PolygonShape } from '#shared/records/shape.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { TASKS } from '#shared/task-facts.ts'
import { type Stores } from '../state/stores.ts'
import { round } from './area-math.ts'

/** The area between a box's four corners. */
export function rectangleOf({ x, y, width, height }: BoxShape): PolygonShape {
  const [right, bottom] = [round(x + width), round(y + height)]
  return { type: 'polygon', rings: [[x, y, right, y, right, bottom, x, bottom]] }
}

/**
 * A shape as it is kept in projects of a task. Where areas are learned from, what is drawn as a box is the rectangle's area: a `box` there says where
 * an object is, not which pixels it has.
 */
export const keptShape = (shape: PlacedShape, task: TaskKind): PlacedShape =>
  shape.type === 'box' && TASKS[task].objects === 'areas' ? rectangleOf(shape) : shape

/** The same in the open project. */
export function keptHere({ document }: Pick<Stores, 'document'>, shape: PlacedShape): PlacedShape {
  const task = document.getState().project?.task
  return task === undefined ? shape : keptShape(shape, task)
}
