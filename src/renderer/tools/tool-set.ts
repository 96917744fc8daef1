import { commandOf, type CommandId } from '#shared/commands.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { TASKS } from '#shared/task-facts.ts'
import { labelsImages } from '../labels/said.ts'

const MOVES = ['move', 'select', 'lasso'] as const
const AREAS = ['brush', 'eraser', 'polygon', 'ellipse', 'rotated-box', 'wand', 'outline', 'split'] as const
const LINES = ['polyline', 'ruler'] as const

interface ToolSet {
  /** What the tool bar shows, from above: what the task is mostly labelled with. */
  readonly own: readonly string[]
  /** What else means something there: behind one button. */
  readonly more: readonly string[]
}

const TOOLS = {
  detection: {
    own: [...MOVES, 'box', 'rotated-box', 'ellipse', 'point', ...LINES, 'region'],
    more: ['polygon', 'brush', 'eraser', 'wand', 'outline', 'split'],
  },
  segmentation: { own: [...MOVES, ...AREAS, ...LINES, 'region'], more: ['box', 'point'] },
  // An image has one class, and images are counted: a line would be one more, a ruler only measures.
  classification: { own: [...MOVES, 'ruler'], more: [] },
  // Its images are counted, not its objects, so there are no points; and it is told of an image as a whole, so there are no regions.
  anomaly: { own: [...MOVES, ...AREAS, ...LINES], more: ['box'] },
} as const satisfies Record<TaskKind, ToolSet>

export type ToolName = (typeof TOOLS)[TaskKind]['own' | 'more'][number]

/** The tools of a task in the order in which they are shown. */
export const toolsFor = (task: TaskKind): { readonly own: readonly ToolName[]; readonly more: readonly ToolName[] } => TOOLS[task]

export function fits(tool: ToolName, task: TaskKind): boolean {
  const { own, more } = toolsFor(task)
  return own.includes(tool) || more.includes(tool)
}

/** Whether a tool makes new objects. */
export const draws = (tool: ToolName): boolean => !picks(tool) && tool !== 'eraser' && tool !== 'split' && tool !== 'region'

/** Whether the class that is current matters to a tool: a ruler takes its colour alone. */
export const givesClass = (tool: ToolName): boolean => draws(tool) && tool !== 'ruler'

/** Whether a tool selects, moves and reshapes what is there. */
export const picks = (tool: ToolName): boolean => tool === 'move' || tool === 'select' || tool === 'lasso'

/** Whether a tool paints, so that its width matters. */
export const paints = (tool: ToolName): boolean => tool === 'brush' || tool === 'eraser'

/** Whether a tool makes areas of pixels or changes them: what is set for brush, eraser and wand is of use with it. */
export const shapesAreas = (tool: ToolName): boolean => paints(tool) || tool === 'wand' || tool === 'outline'

/** Whether areas can be drawn and changed in projects of a task. What it learns from is another question: `TASKS[task].objects`. */
export const drawsAreas = (task: TaskKind): boolean => fits('brush', task)

/** Whether objects can be drawn in projects of a task. */
export function drawsObjects(task: TaskKind): boolean {
  const { own, more } = toolsFor(task)
  return own.some(draws) || more.some(draws)
}

const NEEDS: Readonly<Partial<Record<CommandId, ToolName>>> = {
  ...{ 'tool.box': 'box', 'tool.point': 'point', 'tool.brush': 'brush', 'tool.eraser': 'eraser' },
  ...{
    'tool.polygon': 'polygon',
    'tool.wand': 'wand',
    'tool.outline': 'outline',
    'outline.model': 'outline',
    'tool.ellipse': 'ellipse',
    'tool.rotated-box': 'rotated-box',
  },
  ...{
    'tool.polyline': 'polyline',
    'tool.ruler': 'ruler',
    'object.scale': 'ruler',
    'object.turn-left': 'rotated-box',
    'object.turn-right': 'rotated-box',
  },
  ...{ 'tool.region': 'region', 'area.to-region': 'region', 'region.edit': 'region', 'predict.regions': 'region' },
  ...{ 'view.filter': 'region', 'view.filter-clear': 'region', 'view.grid': 'region', 'tool.snap': 'rotated-box' },
  ...{ 'brush.smaller': 'brush', 'brush.larger': 'brush', 'brush.adding': 'brush', 'brush.unit': 'brush' },
  ...{ 'tool.split': 'split', 'area.expand': 'brush', 'area.shrink': 'brush', 'area.simplify': 'brush' },
  ...{ 'area.fill-holes': 'brush', 'area.union': 'brush', 'area.subtract': 'brush', 'area.intersect': 'brush' },
  ...{ 'area.to-polygon': 'brush', 'area.to-mask': 'brush' },
  // What it puts down is a box or a point.
  'object.insert': 'box',
}

/** Whether a command can do anything in projects of a task; what needs a tool that the task has not is not offered there. */
export function isOffered(command: CommandId, task: TaskKind): boolean {
  const tool = NEEDS[command]
  if (tool !== undefined) return fits(tool, task)
  if (command === 'label.gallery') return labelsImages(task)
  // It leads through a project of boxes.
  if (command === 'app.guide') return TASKS[task].objects === 'boxes'
  if (command === 'tool.more') return toolsFor(task).more.length > 0
  // Images are flagged where nothing is drawn, too.
  if (command === 'object.flag' || command === 'object.flag-note') return true
  // Where nothing is drawn there are no objects; Delete takes the label of an image away, too.
  return commandOf(command)?.group !== 'Objects' || command === 'object.delete' || drawsObjects(task)
}
