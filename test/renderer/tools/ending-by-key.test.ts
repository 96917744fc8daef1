import { describe, expect, it } from 'vitest'
import { endingByKey, STILL_ENDING } from '../../../src/renderer/tools/ending-by-key.ts'
import { IDLE, type Gesture } from '../../../src/renderer/tools/gesture.ts'
import { openSession } from '../session.ts'
import { desk } from './desk.ts'

const CORNERS = [
  [50, 50],
  [150, 60],
  [100, 160],
] as const

describe('Enter at the end of a drawing', () => {
  it('pressed twice ends the polygon and does not call the image done', async () => {
    const { run, pointer, stores, project, settled } = await desk()
    const asked: string[] = []
    stores.commands.register({ 'image.done': () => void asked.push('done') })
    stores.tool.pick('polygon')
    for (const [x, y] of CORNERS) {
      pointer('down', x, y)
      pointer('up', x, y)
    }
    const before = project.annotations().length
    expect([run('image.done'), run('image.done')]).toEqual([true, true])
    await settled()
    expect(project.annotations().length).toBe(before + 1)
    expect(asked).toEqual([])
  })

  it('means the image while an arrow key is still moving an object', async () => {
    const { run, stores, project, settled } = await desk()
    const asked: string[] = []
    stores.commands.register({ 'image.done': () => void asked.push('done') })
    await settled()
    stores.selection.select([project.annotations()[0]!.id])
    run('object.move-right')
    expect(stores.gesture.getState().gesture.kind).toBe('nudge')
    run('image.done')
    await settled()
    expect(asked).toEqual(['done'])
    expect(stores.gesture.getState().gesture.kind).toBe('idle')
  })

  it('means the image again a moment later, and at once where nothing was drawn', async () => {
    const { stores } = await openSession()
    let [clock, ending] = [10_000, true]
    const finish = (): boolean => {
      const was = ending
      ending = false
      return was
    }
    const { finishing, stop } = endingByKey(stores, { finish }, () => clock)
    expect(finishing()).toBe(true)
    clock += STILL_ENDING - 1
    expect(finishing()).toBe(true)
    // What is used up does not make the wait longer.
    clock += 1
    expect(finishing()).toBe(false)
    expect(finishing()).toBe(false)
    stop()
    expect(endingByKey(stores, { finish: () => false }, () => clock).finishing()).toBe(false)
  })

  it('that waited for an outline counts from when it came', async () => {
    const { stores } = await openSession()
    let clock = 0
    const { finishing } = endingByKey(stores, { finish: () => false }, () => clock)
    const waiting = { kind: 'outline', ending: true } as unknown as Gesture
    stores.gesture.setState({ gesture: waiting })
    clock = 5000
    stores.gesture.setState({ gesture: IDLE })
    clock += STILL_ENDING - 1
    expect(finishing()).toBe(true)
    clock += 1
    expect(finishing()).toBe(false)
  })
})
