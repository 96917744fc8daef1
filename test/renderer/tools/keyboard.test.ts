import { describe, expect, it } from 'vitest'
import { type CommandId, type Place } from '../../../src/shared/commands.ts'
import { bindingsOf } from '../../../src/shared/key-bindings.ts'
import { createCommandRegistry } from '../../../src/renderer/tools/command-registry.ts'
import { createKeyboard, focusKind, mayBeCommand, type FocusKind, type Focusable } from '../../../src/renderer/tools/keyboard.ts'

interface Pressed {
  readonly shift?: boolean
  readonly ctrl?: boolean
  readonly repeat?: boolean
  readonly composing?: boolean
}

const event = (key: string, code: string, { shift = false, ctrl = false, repeat = false, composing = false }: Pressed = {}) => ({
  ...{ key, code, shiftKey: shift, ctrlKey: ctrl, metaKey: false, altKey: false, altGraph: false },
  ...{ repeat, isComposing: composing },
})

function board(place: Place = 'label') {
  const commands = createCommandRegistry()
  const log: string[] = []
  const heard: CommandId[] = ['tool.box', 'view.pan', 'object.move-right', 'object.move-right-far', 'image.next', 'edit.undo', 'image.done']
  commands.register(
    Object.fromEntries(
      heard.map((id) => [
        id,
        (phase: string) => {
          log.push(`${id} ${phase}`)
        },
      ]),
    ),
  )
  return { log, commands, keyboard: createKeyboard({ bindings: () => bindingsOf(), place: () => place, mac: false, commands }) }
}

describe('the keyboard', () => {
  it('runs the command of a key and uses the key up', () => {
    const { keyboard, log } = board()
    expect(keyboard.down(event('r', 'KeyR'), 'canvas')).toBe(true)
    expect(keyboard.down(event('q', 'KeyQ'), 'canvas')).toBe(false)
    expect(log).toEqual(['tool.box down'])
  })

  it('runs it once however long the key is held, unless the command repeats', () => {
    const { keyboard, log } = board()
    keyboard.down(event('r', 'KeyR'), 'canvas')
    expect(keyboard.down(event('r', 'KeyR', { repeat: true }), 'canvas')).toBe(true)
    keyboard.down(event('PageDown', 'PageDown'), 'canvas')
    keyboard.down(event('PageDown', 'PageDown', { repeat: true }), 'canvas')
    expect(log).toEqual(['tool.box down', 'image.next down', 'image.next down'])
  })

  it('tells held commands of press, repeats and release', () => {
    const { keyboard, log } = board()
    keyboard.down(event('ArrowRight', 'ArrowRight'), 'canvas')
    keyboard.down(event('ArrowRight', 'ArrowRight', { repeat: true }), 'canvas')
    keyboard.up(event('Shift', 'ShiftLeft'))
    keyboard.up(event('ArrowRight', 'ArrowRight'))
    keyboard.up(event('ArrowRight', 'ArrowRight'))
    expect(log).toEqual(['object.move-right down', 'object.move-right repeat', 'object.move-right up'])
  })

  it('ends one held command before another begins, and all when the window loses the keyboard', () => {
    const { keyboard, log } = board()
    keyboard.down(event('ArrowRight', 'ArrowRight', { shift: true }), 'canvas')
    keyboard.down(event('ArrowRight', 'ArrowRight', { repeat: true }), 'canvas')
    keyboard.release()
    keyboard.release()
    expect(log).toEqual(['object.move-right-far down', 'object.move-right-far up', 'object.move-right down', 'object.move-right up'])
  })

  it('ends an arrow key before another command, but lets Space go on', () => {
    const { keyboard, log } = board()
    keyboard.down(event('ArrowRight', 'ArrowRight'), 'canvas')
    keyboard.down(event('PageDown', 'PageDown'), 'canvas')
    keyboard.down(event(' ', 'Space'), 'canvas')
    keyboard.down(event('r', 'KeyR'), 'canvas')
    keyboard.up(event(' ', 'Space'))
    expect(log).toEqual([
      ...['object.move-right down', 'object.move-right up', 'image.next down'],
      ...['view.pan down', 'tool.box down', 'view.pan up'],
    ])
  })

  it('asks only for commands of the place', () => {
    const { keyboard, log } = board('train')
    expect(keyboard.down(event('r', 'KeyR'), 'none')).toBe(false)
    keyboard.down(event('z', 'KeyZ', { ctrl: true }), 'none')
    expect(log).toEqual(['edit.undo down'])
  })

  it('leaves keys alone while text is composed', () => {
    const { keyboard } = board()
    expect(keyboard.down(event('r', 'KeyR', { composing: true }), 'canvas')).toBe(false)
  })

  it('passes a key on where nobody does the command', () => {
    const { keyboard } = board()
    expect(keyboard.down(event('m', 'KeyM'), 'canvas')).toBe(false)
  })
})

describe('keys that belong to something else', () => {
  const kinds: FocusKind[] = ['canvas', 'none', 'text', 'button', 'choice', 'widget', 'dialog']
  const allowed = (chord: string): FocusKind[] => kinds.filter((kind) => mayBeCommand(chord, kind))

  it('never take letters, digits or editing from a text field', () => {
    for (const chord of ['R', '1', 'Shift+Z', 'Enter', 'Tab', 'Delete', 'Mod+A', 'Mod+Z', 'Mod+V', 'Mod+ArrowLeft', 'Mod+Backspace', '.'])
      expect(allowed(chord)).not.toContain('text')
    for (const chord of ['Mod+1', 'Mod+L', 'F7']) expect(allowed(chord)).toContain('text')
  })

  it('leave Enter, Space and Tab to buttons, and arrows to lists and sliders', () => {
    for (const chord of ['Enter', 'Space', 'Tab', 'Shift+Tab']) expect(allowed(chord)).not.toContain('button')
    for (const chord of ['ArrowUp', 'PageDown', 'Home', 'Enter']) expect(allowed(chord)).not.toContain('widget')
    for (const chord of ['ArrowUp', 'Space', 'Tab']) expect(allowed(chord)).not.toContain('choice')
    expect(allowed('R')).toEqual(['canvas', 'none', 'button', 'choice', 'widget'])
  })

  it('leave Enter to what is asked while one of several has the focus, since it does nothing there', () => {
    expect(allowed('Enter')).toEqual(['canvas', 'none', 'choice'])
  })

  it('walk through the window with Tab unless the canvas has the focus', () => {
    expect(allowed('Tab')).toEqual(['canvas'])
  })

  it('leave a dialog all of its keys', () => {
    for (const chord of ['Enter', 'Escape', 'Mod+1', 'R']) expect(allowed(chord)).not.toContain('dialog')
  })

  it('are told by the element that has the focus', () => {
    /** An element that matches some selectors by itself and lies in others. */
    const element = (own: string, around = ''): Focusable => ({
      matches: (selector) => own !== '' && selector.split(', ').includes(own),
      closest: (selector) => [own, around].some((one) => one !== '' && selector.split(', ').includes(one)) || null,
    })
    expect(focusKind(null)).toBe('none')
    expect(focusKind(element('body'))).toBe('none')
    expect(focusKind(element('[data-canvas]'))).toBe('canvas')
    expect(focusKind(element('input'))).toBe('text')
    expect(focusKind(element('button'))).toBe('button')
    expect(focusKind(element('', '[role="listbox"]'))).toBe('widget')
    expect(focusKind(element('input[type="radio"]', '[role="radiogroup"]'))).toBe('choice')
    expect(focusKind(element('input', '[role="dialog"]'))).toBe('dialog')
    expect(focusKind(element('[role="slider"]'))).toBe('widget')
    expect(focusKind(element('input[readonly][aria-haspopup="listbox"]', 'input'))).toBe('widget')
  })
})

describe('the registry', () => {
  it('asks the place that registered last first, and goes on where it has nothing to do', () => {
    const commands = createCommandRegistry()
    const log: string[] = []
    commands.register({ 'tool.box': () => void log.push('first') })
    const stop = commands.register({
      'tool.box': () => {
        log.push('second')
        return false
      },
    })
    commands.run('tool.box')
    stop()
    stop()
    commands.run('tool.box')
    expect(log).toEqual(['second', 'first', 'first'])
  })

  it('lets a gesture intercept whoever registered when', () => {
    const commands = createCommandRegistry()
    const log: string[] = []
    const stop = commands.intercept({ 'image.done': () => void log.push('gesture') })
    commands.register({ 'image.done': () => void log.push('place') })
    commands.run('image.done')
    stop()
    commands.run('image.done')
    expect(log).toEqual(['gesture', 'place'])
  })

  it('takes any text for an id and runs nothing it does not know', () => {
    const commands = createCommandRegistry()
    expect(commands.run('__proto__')).toBe(false)
    expect(commands.run('tool.box')).toBe(false)
    expect(commands.has('tool.box')).toBe(false)
    commands.register({ 'tool.box': () => undefined })
    expect(commands.has('tool.box')).toBe(true)
    expect(commands.run('tool.box', 'up')).toBe(false)
  })
})
