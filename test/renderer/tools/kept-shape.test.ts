import { describe, expect, it } from 'vitest'
import { type TaskKind } from '../../../src/shared/records/task.ts'
import { type Shape } from '../../../src/shared/records/shape.ts'
import { keptShape } from '../../../src/renderer/tools/kept-shape.ts'
import { box } from '../records.ts'
import { desk, type Desk } from './desk.ts'

const RECTANGLE: Shape = { type: 'polygon', rings: [[20, 30, 60, 30, 60, 80, 20, 80]] }

async function at(task: TaskKind): Promise<Desk> {
  const one = await desk({ annotations: [] })
  one.stores.document.setState(({ project }) => ({ project: project && { ...project, task } }))
  return one
}

async function drawn(task: TaskKind): Promise<(Shape | undefined)[]> {
  const { stores, pointer, project, settled } = await at(task)
  stores.tool.pick('box')
  pointer('down', 20, 30)
  pointer('move', 60, 80)
  pointer('up', 60, 80)
  await settled()
  return project.annotations().map(({ shape }) => shape)
}

describe('a box that is drawn', () => {
  it('is a box for a detector, and an area of four corners where areas are learned from', async () => {
    expect(await drawn('detection')).toEqual([box(20, 30, 40, 50)])
    expect(await drawn('segmentation')).toEqual([RECTANGLE])
    expect(await drawn('anomaly')).toEqual([RECTANGLE])
    expect(keptShape({ type: 'point', x: 1, y: 2 }, 'segmentation')).toEqual({ type: 'point', x: 1, y: 2 })
  })

  it('put down by key is an area too, and a rotated one that is drawn upright', async () => {
    const { stores, run, pointer, project, settled } = await at('segmentation')
    stores.tool.pick('rotated-box')
    pointer('down', 20, 30)
    pointer('move', 60, 30)
    pointer('up', 60, 30)
    pointer('move', 60, 80)
    pointer('down', 60, 80)
    pointer('up', 60, 80)
    run('object.insert')
    await settled()
    const shapes = project.annotations().map(({ shape }) => shape)
    expect(shapes.map(({ type }) => type)).toEqual(['polygon', 'polygon'])
    expect(shapes[0]).toEqual(RECTANGLE)
  })
})
