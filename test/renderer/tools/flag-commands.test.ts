import { describe, expect, it } from 'vitest'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { factHandlers } from '../../../src/renderer/tools/fact-commands.ts'
import { flagOn, noteFlag, objectTarget, toggleFlags } from '../../../src/renderer/tools/flag-commands.ts'
import { type FlagRecord } from '../../../src/shared/records/flag.ts'
import { IMAGE } from '../records.ts'
import { openSession, type Session } from '../session.ts'

const flags = ({ stores }: Session): FlagRecord[] => [...stores.document.getState().tables.flags.values()]
const [a, b, one] = [annotationId.parse('a'), annotationId.parse('b'), predictionId.parse(1)]

describe('the key for flags', () => {
  it('flags what is selected, once more takes the flags off; undo brings them back', async () => {
    const session = await openSession()
    const { stores, settled } = session
    const key = factHandlers(stores)['object.flag']!
    stores.selection.select([a])
    key('down')
    await settled()
    expect(flags(session)).toMatchObject([{ annotationId: 'a', predictionId: null, note: '' }])
    stores.selection.select([a, b, one])
    key('down')
    await settled()
    expect(flags(session).map((flag) => flag.annotationId ?? flag.predictionId)).toEqual(['a', 'b', 1])
    key('down')
    await settled()
    expect(flags(session)).toEqual([])
    await stores.actions.undo()
    expect(flags(session)).toHaveLength(3)
  })

  it('flags the image where nothing is selected', async () => {
    const session = await openSession()
    toggleFlags(session.stores)
    await session.settled()
    expect(flags(session)).toMatchObject([{ imageId: IMAGE, annotationId: null, predictionId: null }])
  })

  it('keeps a note, and the flag of a prediction for the annotation that is made of it', async () => {
    const session = await openSession()
    const { stores, settled } = session
    stores.selection.select([one])
    toggleFlags(stores)
    await settled()
    noteFlag(stores, flags(session)[0]!, 'A band?')
    await stores.actions.decide({ predictions: [one], kind: 'accept', to: null })
    await settled()
    const { tables } = stores.document.getState()
    const made = [...tables.annotations.values()].find((record) => record.predictionId === one)!
    expect(flagOn(tables, objectTarget(IMAGE, made.id))).toMatchObject({ predictionId: 1, note: 'A band?' })
    expect(flagOn(tables, objectTarget(IMAGE, a))).toBeUndefined()
    stores.selection.select([made.id])
    toggleFlags(stores)
    await settled()
    expect(flags(session)).toEqual([])
  })
})
