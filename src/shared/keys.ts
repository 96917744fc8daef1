// Key chords as text: `Mod+Alt+Shift+Z`. `Mod` is Ctrl on Windows and Linux and Cmd on a Mac, whose Ctrl key takes no part in chords.
// A chord's text is canonical (one order, one spelling), so chords compare as strings.

/** What of a keyboard event decides; a DOM KeyboardEvent has all of it but `altGraph`. */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  /** AltGr is held: on Windows it looks like Ctrl+Alt, but it types characters such as @ and must not count as either. */
  readonly altGraph: boolean
}

const MODIFIERS = ['Mod', 'Alt', 'Shift'] as const
type Modifier = (typeof MODIFIERS)[number]

const NAMED = new Map(
  [
    ...['Enter', 'Tab', 'Escape', 'Delete', 'Backspace', 'Insert', 'Home', 'End', 'PageUp', 'PageDown', 'Space', 'Plus'],
    ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    ...Array.from({ length: 24 }, (_, index) => `F${String(index + 1)}`),
  ].map((name) => [name.toLowerCase(), name] as const),
)

const isLetter = (key: string): boolean => /^[a-z]$/i.test(key)
const isDigit = (key: string): boolean => /^[0-9]$/.test(key)

/** The one spelling of a key's name, or null where it is none that a chord may hold (modifiers, dead keys, several characters). */
function keyName(text: string): string | null {
  if (text === ' ') return 'Space'
  if (text === '+') return 'Plus'
  const named = NAMED.get(text.toLowerCase())
  if (named !== undefined) return named
  if (isLetter(text)) return text.toUpperCase()
  return [...text].length === 1 && text.trim() !== '' ? text : null
}

function chord(modifiers: ReadonlySet<Modifier>, key: string): string {
  return [...MODIFIERS.filter((modifier) => modifiers.has(modifier)), key].join('+')
}

/** The canonical text of a chord as a person or a file writes it (`shift+ctrl+z` and `Mod+Shift+Z` are the same), or null where it is none. */
export function normaliseChord(text: string): string | null {
  const parts = text
    .replace(/\+\+$/, '+Plus')
    .replace(/^\+$/, 'Plus')
    .split('+')
    .map((part) => part.trim())
  const key = keyName(parts.pop() ?? '')
  if (key === null) return null
  const modifiers = new Set<Modifier>()
  for (const part of parts) {
    const modifier = modifierNamed(part)
    if (modifier === null) return null
    modifiers.add(modifier)
  }
  return chord(modifiers, key)
}

function modifierNamed(text: string): Modifier | null {
  switch (text.toLowerCase()) {
    case 'mod':
    case 'ctrl':
    case 'control':
    case 'cmd':
    case 'meta':
      return 'Mod'
    case 'alt':
    case 'option':
      return 'Alt'
    case 'shift':
      return 'Shift'
    default:
      return null
  }
}

function heldModifiers(press: KeyPress, mac: boolean): Set<Modifier> {
  const held = new Set<Modifier>()
  if (press.shiftKey) held.add('Shift')
  if (press.altGraph && !mac) return held
  if (mac ? press.metaKey : press.ctrlKey) held.add('Mod')
  if (press.altKey) held.add('Alt')
  return held
}

/** Whether a character stands on a shifted key is the layout's affair, so Shift is no part of a chord on a digit or sign. */
const keepsShift = (name: string): boolean => (name.length > 1 ? name !== 'Plus' : isLetter(name))

function codeName(press: KeyPress): string | null {
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1]
  if (letter !== undefined) return isLetter(press.key) ? null : letter
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(press.code)?.[1]
  return digit === undefined || isDigit(press.key) ? null : digit
}

/**
 * The chords that a key press may mean, most likely first: by the character typed, then by the key's place on the board,
 * so that R works on a Cyrillic layout and 1 on a French one, where digits need Shift. Empty for modifiers alone, for dead keys,
 * and for a Mac's Ctrl, which belongs to the system.
 */
export function chordsOf(press: KeyPress, mac: boolean): string[] {
  if (mac && press.ctrlKey) return []
  if (['Dead', 'Process', 'Unidentified'].includes(press.key) && codeName(press) === null) return []
  const held = heldModifiers(press, mac)
  const chords: string[] = []
  const byKey = keyName(press.key)
  if (byKey !== null) chords.push(chord(keepsShift(byKey) ? held : without(held, 'Shift'), byKey))
  const byCode = codeName(press)
  if (byCode !== null) chords.push(chord(held, byCode))
  return chords
}

function without(held: ReadonlySet<Modifier>, modifier: Modifier): Set<Modifier> {
  const rest = new Set(held)
  rest.delete(modifier)
  return rest
}

const MAC_SIGNS: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Plus: '+',
  Escape: 'Esc',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
}

/** How a chord is shown to a person: `Ctrl+Shift+Z`, on a Mac `⇧⌘Z`. */
export function showChord(text: string, mac: boolean): string {
  const parts = text.split('+')
  const key = parts.pop() ?? ''
  const shown = SIGNS[key] ?? key
  if (!mac) return [...parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)), shown].join('+')
  return [...parts.reverse().map((part) => MAC_SIGNS[part] ?? part), shown].join('')
}

/**
 * The chord as a native menu shows it (Electron's accelerator), or null for keys without Ctrl, Alt or an F-key: a menu would
 * take those away from text fields.
 */
export function acceleratorOf(text: string): string | null {
  const parts = text.split('+')
  const key = parts.pop() ?? ''
  if (!parts.includes('Mod') && !parts.includes('Alt') && !/^F\d+$/.test(key)) return null
  const name = key.startsWith('Arrow') ? key.slice('Arrow'.length) : key === 'Enter' ? 'Return' : key
  return [...parts.map((part) => (part === 'Mod' ? 'CmdOrCtrl' : part)), name].join('+')
}
