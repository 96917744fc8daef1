import { describe, expect, it } from 'vitest'
import { type AnnotationRecord } from '../../../src/shared/records/annotation.ts'
import { type CommandId } from '../../../src/shared/commands.ts'
import { relabelSelected } from '../../../src/renderer/tools/object-commands.ts'
import { hitAll } from '../../../src/renderer/viewer/scene.ts'
import { annotationOf, box, polygon, predictionOf, RBC, WBC } from '../records.ts'
import { desk, type Desk } from './desk.ts'

const CELL = { ...annotationOf('cell', box(100, 100, 40, 40)), name: 'Kupffer', note: 'ask', difficult: true }
const LOCKED = { ...annotationOf('kept', box(200, 100, 40, 40)), locked: true }
const SQUARE = polygon([300, 100, 340, 100, 340, 140, 300, 140])
const AREA = { ...annotationOf('area', SQUARE), locked: true }

async function labelled(...annotations: AnnotationRecord[]): Promise<Desk> {
  return desk({ annotations, predictions: [] })
}

const all = async (one: Desk): Promise<readonly AnnotationRecord[]> => {
  await one.settled()
  return one.project.annotations()
}
const record = async (one: Desk, id: string): Promise<AnnotationRecord | undefined> => (await all(one)).find((each) => each.id === id)
const hints = ({ stores }: Desk): string[] => stores.messages.getState().messages.filter(({ kind }) => kind === 'hint').map(({ title }) => title) // prettier-ignore

describe('a locked object', () => {
  it('is still selected by a click', async () => {
    const one = await labelled(LOCKED)
    one.stores.tool.pick('select')
    one.pointer('down', 220, 120)
    one.pointer('up', 220, 120)
    expect(one.selected()).toEqual(['kept'])
  })

  it.each([
    [
      'dragged',
      (one: Desk): void => {
        one.stores.tool.pick('select')
        one.pointer('down', 220, 120)
        one.pointer('move', 260, 160)
        one.pointer('up', 260, 160)
      },
    ],
    [
      'dragged by where a handle would be',
      (one: Desk): void => {
        one.stores.tool.pick('select')
        one.pointer('down', 240, 140)
        one.pointer('move', 260, 160)
        one.pointer('up', 260, 160)
      },
    ],
    [
      'nudged',
      (one: Desk): void => {
        one.hold('object.move-left', 3)
      },
    ],
    [
      'stretched',
      (one: Desk): void => {
        one.hold('object.stretch-right', 2)
      },
    ],
    ['deleted', (one: Desk): void => void one.run('object.delete')],
    ['cut', (one: Desk): void => void one.run('object.cut')],
    ['relabelled by a digit', (one: Desk): void => void one.run('class.2')],
    [
      'relabelled in the panel',
      (one: Desk): void => {
        relabelSelected(one.stores, WBC)
      },
    ],
  ] as readonly [string, (one: Desk) => void][])('stays as it is when it is %s, and one line says so', async (_what, act) => {
    // prettier-ignore
    const one = await labelled(CELL, LOCKED)
    one.select('kept')
    act(one)
    expect(await all(one)).toEqual([CELL, LOCKED])
    expect(one.project.edits).toEqual([])
    expect(hints(one)).toEqual(['This object is locked.'])
  })

  it.each(['area.union', 'area.subtract', 'area.to-mask', 'area.intersect'] as const)(
    'is left alone by %s, and so are those beside it',
    async (command: CommandId) => {
      // prettier-ignore
      const other = annotationOf('other', polygon([320, 100, 380, 100, 380, 140]))
      const one = await desk({ task: 'segmentation', annotations: [other, AREA], predictions: [] } as never)
      one.select('area', 'other')
      one.run(command)
      const now = await all(one)
      expect(now.find(({ id }) => id === 'area')).toEqual(AREA)
      if (command !== 'area.to-mask') expect(now).toEqual([other, AREA])
      expect(hints(one)).toEqual(['This object is locked.'])
    },
  )

  it('stays among others that go', async () => {
    const one = await labelled(CELL, LOCKED)
    one.select('cell', 'kept')
    one.run('object.delete')
    expect(await all(one)).toEqual([LOCKED])
    expect(hints(one)).toEqual(['This object is locked.'])
  })

  it('gets another name, note and level all the same', async () => {
    const one = await labelled(CELL, LOCKED)
    one.select('kept')
    one.run('object.front')
    expect((await record(one, 'kept'))?.level).toBe(1)
  })

  it('is copied without its lock, with what is known of it', async () => {
    const one = await labelled({ ...CELL, locked: true })
    one.select('cell')
    one.run('object.duplicate')
    const copy = (await all(one)).find(({ id }) => id !== 'cell')
    expect(copy).toMatchObject({ locked: false, name: 'Kupffer', note: 'ask', difficult: true, level: 0 })
  })
})

describe('locking', () => {
  it('of many is one step, unlocks where all are locked, and is undone', async () => {
    const one = await labelled(CELL, LOCKED)
    one.select('cell', 'kept')
    one.run('object.lock')
    expect((await all(one)).map(({ locked }) => locked)).toEqual([true, true])
    expect(one.project.edits.map(({ label }) => label)).toEqual([`Lock ${one.stores.document.getState().tables.classes.get(RBC)!.name}`])
    one.run('object.lock')
    expect((await all(one)).map(({ locked }) => locked)).toEqual([false, false])
    await one.stores.actions.undo()
    await one.stores.actions.undo()
    expect(await all(one)).toEqual([CELL, LOCKED])
  })

  it('has nothing to do where nothing is selected', async () => {
    const one = await labelled(CELL)
    expect(one.run('object.lock')).toBe(false)
    expect(one.run('object.front')).toBe(false)
  })
})

describe('levels', () => {
  it('decide what a click means before size does', async () => {
    const small = annotationOf('small', box(110, 110, 10, 10))
    const one = await labelled(CELL, small)
    const top = () => hitAll(one.stores.scene.getState().scene, { x: 115, y: 115 }, 1)[0]?.id
    expect(top()).toBe('small')
    one.select('cell')
    one.run('object.front')
    await one.settled()
    expect(top()).toBe('cell')
    one.run('object.back')
    await one.settled()
    expect(top()).toBe('small')
    expect((await record(one, 'cell'))?.level).toBe(-1)
  })

  it('go one beyond those of all others, hidden ones too', async () => {
    const one = await labelled(
      CELL,
      { ...annotationOf('top', box(0, 0, 9, 9)), level: 7 },
      { ...annotationOf('low', box(0, 0, 9, 9)), level: -3 },
    )
    one.select('cell')
    one.run('object.front')
    expect((await record(one, 'cell'))?.level).toBe(8)
    one.run('object.front')
    expect(one.project.edits).toHaveLength(1)
    one.run('object.back')
    expect((await record(one, 'cell'))?.level).toBe(-4)
  })
})

describe('all predictions above the score', () => {
  const shown = [
    predictionOf(1, box(102, 101, 40, 40), 0.9),
    predictionOf(2, box(400, 300, 30, 30), 0.6),
    predictionOf(3, box(0, 0, 9, 9), 0.2),
  ]

  it('are accepted but for those that a label shows already, as in the panel', async () => {
    const one = await desk({ annotations: [CELL], predictions: shown })
    one.run('prediction.accept-all')
    const now = await all(one)
    expect(now.map(({ predictionId }) => predictionId)).toEqual([null, 2])
    expect(one.run('prediction.accept-all')).toBe(false)
  })

  it('are rejected with those that a label shows', async () => {
    const one = await desk({ annotations: [CELL], predictions: shown })
    one.run('prediction.reject-all')
    expect(await all(one)).toEqual([CELL])
    expect([...one.stores.document.getState().decided].sort()).toEqual([1, 2])
  })
})
