import { commandOf, type CommandId } from '#shared/commands.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { labelsImages } from '../labels/said.ts'

const MOVES = ['move', 'select', 'lasso'] as const
const AREAS = ['brush', 'eraser', 'polygon', 'ellipse', 'rotated-box', 'wand', 'outline', 'split'] as const
const LINES = ['polyline', 'ruler'] as const

/** The tools that label what a kind of task learns from, in the order of the tool bar. */
const TOOLS = {
  detection: [...MOVES, 'box', 'rotated-box', 'ellipse', 'point', ...LINES, 'region'],
  segmentation: [...MOVES, ...AREAS, ...LINES, 'region'],
  classification: [...MOVES],
  anomaly: [...MOVES, ...AREAS, ...LINES],
} as const satisfies Record<TaskKind, readonly string[]>

export type ToolName = (typeof TOOLS)[TaskKind][number]

export function toolsFor(task: TaskKind): readonly ToolName[] {
  return TOOLS[task]
}

export const fits = (tool: ToolName, task: TaskKind): boolean => toolsFor(task).includes(tool)

/** Whether a tool makes new objects. */
export const draws = (tool: ToolName): boolean => !picks(tool) && tool !== 'eraser' && tool !== 'split' && tool !== 'region'

/** Whether a tool selects, moves and reshapes what is there. */
export const picks = (tool: ToolName): boolean => tool === 'move' || tool === 'select' || tool === 'lasso'

/** Whether a tool paints, so that its width matters. */
export const paints = (tool: ToolName): boolean => tool === 'brush' || tool === 'eraser'

/** Whether projects of a task are labelled by areas. */
export const labelsAreas = (task: TaskKind): boolean => fits('brush', task)

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
  // It leads through a project of boxes.
  'app.guide': 'box',
  // What it puts down is a box or a point.
  'object.insert': 'box',
}

/** Whether a command can do anything in projects of a task; what needs a tool that the task has not is not offered there. */
export function isOffered(command: CommandId, task: TaskKind): boolean {
  const tool = NEEDS[command]
  if (tool !== undefined) return fits(tool, task)
  if (command === 'label.gallery') return labelsImages(task)
  // Images are flagged where nothing is drawn, too.
  if (command === 'object.flag' || command === 'object.flag-note') return true
  // Where nothing is drawn there are no objects; Delete takes the label of an image away, too.
  return commandOf(command)?.group !== 'Objects' || command === 'object.delete' || toolsFor(task).some(draws)
}
