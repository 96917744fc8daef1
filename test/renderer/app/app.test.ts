import { describe, expect, test } from 'vitest'
import { previewGroups } from '../../../src/renderer/app/dialogs/group-preview.ts'
import { classesFault, classesNamed, folderName, nextColor, pathIn } from '../../../src/renderer/app/dialogs/new-project-model.ts'
import { shownDuration } from '../../../src/renderer/app/durations.ts'
import { shownMoment } from '../../../src/renderer/app/moments.ts'
import { foldedAll, initialShell } from '../../../src/renderer/app/shell-store.ts'
import { readMemory } from '../../../src/renderer/app/view-memory.ts'

describe('a new project', () => {
  test('needs a name for every class, and no two alike', () => {
    const named = (...names: string[]) => names.map((name) => ({ name, color: '#000000' }))
    expect(classesFault([])).not.toBeNull()
    expect(classesFault(named('RBC', ' '))).toContain('needs a name')
    expect(classesFault(named('RBC', 'rbc '))).toContain('two classes')
    expect(classesFault(named('RBC', 'WBC'))).toBeNull()
  })

  test('gives each class a colour of its own while there are any', () => {
    const palette = ['#1', '#2']
    expect(classesNamed(['a', 'b', 'c'], palette).map(({ color }) => color)).toEqual(['#1', '#2', '#1'])
    expect(nextColor([{ color: '#1' }], palette)).toBe('#2')
  })

  test('makes a folder name that every system takes', () => {
    expect(folderName(' Blood: 3/4 <new>. ')).toBe('Blood- 3-4 -new-')
    expect(pathIn('C:\\Users\\Ada', 'Blood')).toBe('C:\\Users\\Ada\\Blood')
    expect(pathIn('/home/ada/', 'Blood')).toBe('/home/ada/Blood')
  })
})

describe('groups by name', () => {
  const names = ['S1_a.png', 'S1_b.png', 'S2_a.png', 'other.png']

  test('are the part in brackets, the largest first, with what fits none', () => {
    expect(previewGroups(names, '^(S\\d+)_')).toEqual({
      kind: 'groups',
      groups: [
        ['S1', 2],
        ['S2', 1],
      ],
      unmatched: 1,
    })
  })

  test('without brackets are the whole match; a broken pattern is told', () => {
    expect(previewGroups(names, 'S\\d')).toMatchObject({
      kind: 'groups',
      groups: [
        ['S1', 2],
        ['S2', 1],
      ],
    })
    expect(previewGroups(names, '(')).toMatchObject({ kind: 'wrong' })
    expect(previewGroups(names, '')).toEqual({ kind: 'none' })
  })
})

describe('time in words', () => {
  test('is as coarse as an estimate deserves', () => {
    expect([0.2, 4, 33, 58, 170, 3600, 5000].map(shownDuration)).toEqual(['1 s', '4 s', '35 s', '1 min', '3 min', '1 h', '1 h 23 min'])
  })

  test('is the hour today, yesterday, or the date', () => {
    const now = new Date(2026, 2, 10, 15, 0).getTime()
    expect(shownMoment(new Date(2026, 2, 10, 14, 2).toISOString(), now)).toBe('14:02')
    expect(shownMoment(new Date(2026, 2, 9, 23, 0).toISOString(), now)).toBe('yesterday')
    expect(shownMoment(new Date(2026, 1, 1).toISOString(), now)).toContain('2026')
  })
})

test('one key folds all panels and brings both back', () => {
  const shell = initialShell()
  const folded = foldedAll({ ...shell, left: false })
  expect([folded.left, folded.right]).toEqual([false, false])
  expect([foldedAll(folded).left, foldedAll(folded).right]).toEqual([true, true])
})

test('a memory that another version wrote is read as far as it goes', () => {
  expect(readMemory({ place: 'count', left: 'yes', threshold: 7, imageId: 'i', new: 1 })).toEqual({ place: 'count', imageId: 'i' })
  expect(readMemory(null)).toEqual({})
  expect(readMemory('x')).toEqual({})
})
