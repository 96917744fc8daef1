import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COMMANDS, commandOf, holdsIn, nudgeOf, scopesMeet, type CommandId } from '../../src/shared/commands.ts'
import { allConflicts, bindingsOf, commandAt, conflictsOf, rebind, restoreKeys, type KeyOverrides } from '../../src/shared/key-bindings.ts'
import { normaliseChord } from '../../src/shared/keys.ts'

describe('the list of commands', () => {
  it('has every id once, a title each, and keys in their canonical form', () => {
    expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length)
    for (const { title, keys } of COMMANDS) {
      expect(title.length).toBeGreaterThan(1)
      for (const key of keys) expect(normaliseChord(key)).toBe(key)
    }
  })

  it('has no two commands on one key in any place', () => {
    expect(allConflicts(bindingsOf())).toEqual([])
  })

  it('keeps the keys that the product promises', () => {
    const at = (chord: string, place: 'label' | 'review'): string | undefined => commandAt(bindingsOf(), [chord], place)?.id
    expect(at('M', 'label')).toBe('tool.move')
    expect(at('R', 'label')).toBe('tool.box')
    expect(at('.', 'label')).toBe('tool.point')
    expect(['B', 'E', 'P', 'W', 'J'].map((key) => at(key, 'label'))).toEqual([
      'tool.brush',
      'tool.eraser',
      'tool.polygon',
      'tool.wand',
      'tool.outline',
    ])
    expect([at('[', 'review'), at(']', 'review')]).toEqual(['brush.smaller', 'brush.larger'])
    expect(at('A', 'label')).toBe('layer.annotations')
    expect(at('D', 'label')).toBe('layer.predictions')
    expect(at('H', 'review')).toBe('layer.predictions')
    expect(at('3', 'label')).toBe('class.3')
    expect(at('Enter', 'label')).toBe('image.done')
    expect(at('Enter', 'review')).toBe('review.accept')
    expect(at('X', 'review')).toBe('prediction.reject')
    expect(at('Tab', 'review')).toBe('review.next')
    expect(at('Tab', 'label')).toBe('object.next')
    expect(at('Mod+Z', 'label')).toBe('edit.undo')
    expect(at('F1', 'review')).toBe('app.help')
    expect(at('Shift+F1', 'review')).toBe('app.keys')
    expect(at('Enter', 'label')).not.toBe(at('Enter', 'review'))
  })

  it('reads nudges out of their ids', () => {
    expect(nudgeOf('object.move-left')).toEqual({ kind: 'move', dx: -1, dy: 0 })
    expect(nudgeOf('object.stretch-down-far')).toEqual({ kind: 'stretch', dx: 0, dy: 10 })
    expect(nudgeOf('object.stretch-start-up')).toEqual({ kind: 'stretch-start', dx: 0, dy: -1 })
    expect(nudgeOf('object.next')).toBeNull()
  })

  it('lets scopes meet only where both hold', () => {
    expect(scopesMeet('label', 'review')).toBe(false)
    expect(scopesMeet('canvas', 'review')).toBe(true)
    expect(holdsIn('canvas', 'train')).toBe(false)
    expect(holdsIn('global', 'start')).toBe(true)
  })
})

describe('rebinding', () => {
  it('gives a free key at once', () => {
    const done = rebind({}, 'tool.box', 'shift+q')
    expect(done).toEqual({ kind: 'done', overrides: { 'tool.box': 'Shift+Q' } })
    const bindings = bindingsOf({ 'tool.box': 'Shift+Q' })
    expect(commandAt(bindings, ['R'], 'label')).toBeNull()
    expect(commandAt(bindings, ['Shift+Q'], 'label')?.id).toBe('tool.box')
  })

  it('tells whose key it is, and takes it only when told to', () => {
    const asked = rebind({}, 'tool.box', 'S')
    expect(asked.kind === 'taken' && asked.by.map(({ id }) => id)).toEqual(['tool.select'])
    const taken = rebind({}, 'tool.box', 'S', true)
    expect(taken).toEqual({ kind: 'done', overrides: { 'tool.select': null, 'tool.box': 'S' } })
  })

  it('leaves a robbed command its second key', () => {
    const taken = rebind({}, 'tool.box', 'H', true)
    expect(taken.kind === 'done' && taken.overrides['layer.predictions']).toBe('D')
  })

  it('allows one key for two commands that never hold together', () => {
    expect(rebind({ 'label.gallery': null }, 'object.next', 'G').kind).toBe('done')
    expect(conflictsOf(bindingsOf(), 'image.done', 'Enter')).toEqual([])
  })

  it('refuses fixed keys, nonsense, and keys of fixed commands', () => {
    expect(rebind({}, 'gesture.cancel', 'Q').kind).toBe('refused')
    expect(rebind({}, 'tool.box', 'Escape', true).kind).toBe('refused')
    expect(rebind({}, 'tool.box', 'shift', true).kind).toBe('refused')
  })

  it('takes a key away altogether, and gives the default back', () => {
    const none = rebind({}, 'tool.box', null)
    expect(none.kind === 'done' && bindingsOf(none.overrides).get('tool.box')).toEqual([])
    expect(restoreKeys({ 'tool.box': null }, 'tool.box')).toEqual({ kind: 'done', overrides: {} })
    expect(restoreKeys({ 'tool.box': 'Q', 'tool.move': 'W' })).toEqual({ kind: 'done', overrides: {} })
  })

  it('does not give a default back that somebody else has by now', () => {
    const back = restoreKeys({ 'tool.box': 'Q', 'tool.select': 'R' }, 'tool.box')
    expect(back.kind === 'taken' && back.by.map(({ id }) => id)).toEqual(['tool.select'])
  })

  it('passes over what a damaged preferences file holds', () => {
    const bindings = bindingsOf({ 'no.such': 'Q', 'tool.box': 'nonsense+', 'gesture.cancel': 'Q' })
    expect(bindings.get('tool.box')).toEqual(['R'])
    expect(bindings.get('gesture.cancel')).toEqual(['Escape'])
    expect(commandOf('constructor')).toBeNull()
  })

  it('never ends in a conflict, whatever is rebound with taking', () => {
    const ids = fc.constantFrom(...COMMANDS.filter(({ fixed }) => fixed !== true).map(({ id }) => id))
    const chords = fc.constantFrom('R', 'S', 'Tab', 'Enter', '1', 'Mod+Z', 'F1', 'Q', 'D', 'H', 'Delete', 'Shift+Z', 'ArrowLeft')
    const steps = fc.array(fc.tuple(ids, fc.option(chords)), { maxLength: 25 })
    fc.assert(
      fc.property(steps, (moves) => {
        let overrides: KeyOverrides = {}
        for (const [id, chord] of moves) {
          const result = rebind(overrides, id as CommandId, chord, true)
          if (result.kind === 'done') overrides = result.overrides
        }
        expect(allConflicts(bindingsOf(overrides))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
