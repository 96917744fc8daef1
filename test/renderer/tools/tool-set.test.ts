import { describe, expect, it } from 'vitest'
import { COMMANDS, type CommandId } from '../../../src/shared/commands.ts'
import { taskKind, type TaskKind } from '../../../src/shared/records/task.ts'
import { drawsAreas, drawsObjects, fits, givesClass, isOffered, shapesAreas, toolsFor } from '../../../src/renderer/tools/tool-set.ts'

const TASK_KINDS = taskKind.options
const offering = (command: CommandId): TaskKind[] => TASK_KINDS.filter((task) => isOffered(command, task))
const AREA_TOOLS = ['brush', 'eraser', 'polygon', 'wand', 'outline', 'split'] as const
const AREA_COMMANDS: readonly CommandId[] = [
  ...(['area.fill-holes', 'area.expand', 'area.shrink', 'area.simplify', 'area.union', 'area.subtract', 'area.intersect'] as const),
  ...([
    'area.to-polygon',
    'area.to-mask',
    'brush.smaller',
    'brush.larger',
    'brush.adding',
    'tool.brush',
    'tool.outline',
    'outline.model',
  ] as const),
]

describe('the tools of a task', () => {
  it('are no tool twice, and what is its own stands before the rest', () => {
    for (const task of TASK_KINDS) {
      const { own, more } = toolsFor(task)
      const all = [...own, ...more]
      expect(new Set(all).size, task).toBe(all.length)
      expect(own.slice(0, 3), task).toEqual(['move', 'select', 'lasso'])
      // The bar of the smallest window has room for so many, with what stands below them.
      expect(own.length, task).toBeLessThanOrEqual(14)
    }
  })

  it('draw areas in a detection behind one button, boxes and points in a segmentation', () => {
    expect(toolsFor('detection').more).toEqual(['polygon', 'brush', 'eraser', 'wand', 'outline', 'split'])
    expect(toolsFor('segmentation').more).toEqual(['box', 'point'])
    for (const tool of AREA_TOOLS) for (const task of ['detection', 'segmentation', 'anomaly'] as const) expect(fits(tool, task)).toBe(true)
    expect(TASK_KINDS.filter(drawsAreas)).toEqual(TASK_KINDS.filter((task) => task !== 'classification'))
    for (const command of AREA_COMMANDS) expect(offering(command), command).toEqual(TASK_KINDS.filter(drawsAreas))
  })

  it('leave out what would count nothing: points and regions where images are told as wholes, all but the ruler of a classification', () => {
    expect(offering('tool.point')).toEqual(TASK_KINDS.filter((task) => task === 'detection' || task === 'segmentation'))
    expect(offering('tool.region')).toEqual(offering('tool.point'))
    expect(offering('predict.regions')).toEqual(offering('tool.point'))
    expect(toolsFor('classification')).toEqual({ own: ['move', 'select', 'lasso', 'ruler'], more: [] })
    expect(offering('tool.ruler')).toEqual([...TASK_KINDS])
    expect(offering('object.scale')).toEqual([...TASK_KINDS])
    expect(offering('tool.more')).toEqual(TASK_KINDS.filter((task) => task !== 'classification'))
  })

  it('leave the guide where it was: it leads through a project of boxes', () => {
    expect(offering('app.guide')).toEqual(['detection'])
  })

  it('have commands that are offered exactly where the tool is', () => {
    const commands = new Map<string, CommandId>(COMMANDS.map(({ id }) => [id, id]))
    for (const task of TASK_KINDS)
      for (const tool of [...toolsFor('detection').own, ...toolsFor('detection').more, ...toolsFor('segmentation').own]) {
        const command = commands.get(`tool.${tool}`)
        expect(command, tool).toBeDefined()
        expect(isOffered(command!, task), `${tool} in ${task}`).toBe(fits(tool, task))
      }
  })

  it('tell what they do: a ruler draws, and no digit is about its class', () => {
    expect(TASK_KINDS.filter(drawsObjects)).toEqual([...TASK_KINDS])
    expect([givesClass('ruler'), givesClass('box'), givesClass('select'), givesClass('region')]).toEqual([false, true, false, false])
    expect([shapesAreas('wand'), shapesAreas('eraser'), shapesAreas('outline'), shapesAreas('polygon')]).toEqual([true, true, true, false])
  })
})
