import { type Command, type Place } from '#shared/commands.ts'
import { commandAt, type Bindings } from '#shared/key-bindings.ts'
import { chordsOf, type KeyPress } from '#shared/keys.ts'
import { type CommandRegistry } from './command-registry.ts'

/** What the element with the keyboard focus needs keys for itself. */
export type FocusKind = 'canvas' | 'none' | 'text' | 'button' | 'choice' | 'widget' | 'dialog'

const TYPED_INTO = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]'
const PRESSED =
  'input[type="checkbox"], input[type="radio"], input[type="button"], input[type="submit"], button, a[href], [role="button"], summary'
/** Lists to choose from, of which only those that can be searched are typed into. */
const STEERED =
  'input[readonly][aria-haspopup="listbox"], input[type="range"], [role="slider"], [role="listbox"], [role="menu"], [role="grid"], [role="tablist"], [role="radiogroup"], [role="tree"]'
const FLOATING = '[role="dialog"], [role="alertdialog"], [role="menu"], dialog[open]'

/** What of an element decides: `matches` of itself and `closest` of what is around it. */
export interface Focusable {
  matches(selector: string): boolean
  closest(selector: string): unknown
}

/** The kind of an element. The canvas and things in it carry `data-canvas`. */
export function focusKind(element: Focusable | null): FocusKind {
  if (element === null || element.matches('body, html')) return 'none'
  if (element.closest(FLOATING) !== null) return 'dialog'
  if (element.matches('input[type="radio"]')) return 'choice'
  if (element.closest(STEERED) !== null) return 'widget'
  if (element.matches(PRESSED)) return 'button'
  if (element.matches(TYPED_INTO)) return 'text'
  return element.closest('[data-canvas]') !== null ? 'canvas' : 'none'
}

const hasCommandKey = (chord: string): boolean => chord.startsWith('Mod+') || /^F\d+$/.test(chord)
/** Chords that text fields know themselves. */
const EDITING = new Set(['Mod+A', 'Mod+C', 'Mod+V', 'Mod+X', 'Mod+Z', 'Mod+Shift+Z', 'Mod+Y', 'Mod+ArrowLeft', 'Mod+ArrowRight'])
const STEERING = /^(Shift\+)?(Arrow(Left|Right|Up|Down)|Home|End|PageUp|PageDown|Enter|Space|Tab|Escape)$/

/** Whether a chord may be a command while an element of that kind has the focus: what one types or steers with is never taken away. */
export function mayBeCommand(chord: string, focus: FocusKind): boolean {
  switch (focus) {
    case 'canvas':
      return true
    case 'none':
      // Tab walks through objects only where the canvas has the focus; elsewhere it walks through the window.
      return !/^(Shift\+)?Tab$/.test(chord)
    case 'dialog':
      return false
    case 'text':
      return hasCommandKey(chord) && !EDITING.has(chord) && !chord.includes('Arrow') && !/Backspace|Delete|Home|End/.test(chord)
    case 'button':
      return !/^(Shift\+)?(Enter|Space|Tab)$/.test(chord)
    case 'choice':
      // Enter does nothing to a radio button: it may answer what is asked beside it.
      return /^(Shift\+)?Enter$/.test(chord) || !STEERING.test(chord)
    case 'widget':
      return !STEERING.test(chord)
  }
}

export interface KeyboardSettings {
  readonly bindings: () => Bindings
  readonly place: () => Place
  readonly mac: boolean
  readonly commands: CommandRegistry
}

interface KeyEventLike extends KeyPress {
  readonly repeat: boolean
  readonly isComposing: boolean
}

/** Turns key presses into commands. Holds no keys but the one that a held command waits for. */
export interface Keyboard {
  /** True where the key was a command and is used up. */
  readonly down: (event: KeyEventLike, focus: FocusKind) => boolean
  readonly up: (event: KeyEventLike) => void
  /** The window lost the keyboard: whatever is held counts as let go. */
  readonly release: () => void
}

export function createKeyboard({ bindings, place, mac, commands }: KeyboardSettings): Keyboard {
  let held: { readonly code: string; readonly command: Command } | null = null
  const release = (): void => {
    const last = held
    held = null
    if (last) commands.run(last.command.id, 'up')
  }
  const press = (event: KeyEventLike, command: Command): boolean => {
    const repeats = held?.command.id === command.id
    // What an arrow key is still moving is kept before anything else happens, such as turning to another image. The view may go on moving.
    if (held && !repeats && (command.press === 'hold' || held.command.id !== 'view.pan')) release()
    if (command.press !== 'hold') return event.repeat && command.press !== 'repeat' ? true : commands.run(command.id)
    const used = commands.run(command.id, repeats ? 'repeat' : 'down')
    if (used) held = { code: event.code, command }
    return used
  }
  return {
    down: (event, focus) => {
      if (event.isComposing) return false
      const chords = chordsOf(event, mac).filter((chord) => mayBeCommand(chord, focus))
      const command = commandAt(bindings(), chords, place())
      return command === null ? false : press(event, command)
    },
    up: (event) => {
      // A Mac tells of no key that is let go while Cmd is held, only of Cmd itself.
      if (held?.code === event.code || event.key === 'Meta') release()
    },
    release,
  }
}

/** Listens to a window's keys; the returned function stops. */
export function listenToKeys(target: Window, keyboard: Keyboard): () => void {
  const withAltGraph = (event: KeyboardEvent): KeyEventLike => ({
    key: event.key,
    code: event.code,
    ctrlKey: event.ctrlKey,
    metaKey: event.metaKey,
    altKey: event.altKey,
    shiftKey: event.shiftKey,
    altGraph: event.getModifierState('AltGraph'),
    repeat: event.repeat,
    isComposing: event.isComposing,
  })
  const down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return
    const element = event.target instanceof Element ? event.target : null
    if (keyboard.down(withAltGraph(event), focusKind(element))) event.preventDefault()
  }
  const up = (event: KeyboardEvent): void => {
    keyboard.up(withAltGraph(event))
  }
  target.addEventListener('keydown', down)
  target.addEventListener('keyup', up)
  target.addEventListener('blur', keyboard.release)
  return () => {
    target.removeEventListener('keydown', down)
    target.removeEventListener('keyup', up)
    target.removeEventListener('blur', keyboard.release)
  }
}
