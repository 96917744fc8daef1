import { describe, expect, it } from 'vitest'
import type { ResultMap } from '#shared/records/prediction.ts'
import { choiceKey, chosenMap, mapChoices } from '../../../src/renderer/maps/map-views.ts'

const map = (kind: ResultMap['kind'], classIndex: number | null = null): ResultMap => ({
  kind,
  file: `${kind}.png`,
  classIndex,
  width: 2,
  height: 2,
})
const keys = (maps: readonly ResultMap[], hasAreas: boolean): string[] => mapChoices({ maps: [...maps] }, hasAreas).map(choiceKey)

describe('which maps can be shown', () => {
  it('those of the run in a fixed order, errors where there are areas, and numbers that are no picture never', () => {
    const maps = [map('values'), map('heat'), map('probability', 1), map('probability', 0), map('classes')]
    expect(keys(maps, true)).toEqual(['classes ', 'probability 1', 'probability 0', 'heat ', 'errors '])
    expect(mapChoices({ maps }, false).find(({ kind }) => kind === 'heat')?.place).toBe(1)
    expect(keys([], false)).toEqual([])
    expect(mapChoices(null, true).map(choiceKey)).toEqual(['errors '])
  })

  it('the first where nothing was wished for, else just the wished one', () => {
    const choices = mapChoices({ maps: [map('probability', 0), map('probability', 2), map('heat')] }, true)
    const chosen = (kind: 'classes' | 'probability' | 'errors' | 'heat' | null, classIndex = 0): string | null => {
      const choice = chosenMap(choices, { kind, classIndex })
      return choice && choiceKey(choice)
    }
    expect(chosen(null)).toBe('probability 0')
    expect(chosen('probability', 2)).toBe('probability 2')
    expect(chosen('probability', 1)).toBeNull()
    expect(chosen('heat', 2)).toBe('heat ')
    expect(chosen('classes')).toBeNull()
    expect(chosen('errors')).toBe('errors ')
  })
})
