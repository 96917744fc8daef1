import { COMMANDS, commandOf, holdsIn, scopesMeet, type Command, type CommandId, type Place } from './commands.ts'
import { commandTitle } from './i18n/command-titles.ts'
import { t } from './i18n/translate.ts'
import { normaliseChord } from './keys.ts'

/** Keys as a person changed them, by command id: a chord, or null for no key at all. What is not named keeps its default. */
export type KeyOverrides = Readonly<Record<string, string | null>>

/** The chords of every command, the shown one first. */
export type Bindings = ReadonlyMap<CommandId, readonly string[]>

/** The chords that hold, defaults and overrides together. Overrides that name no command, no chord or a fixed command are passed over. */
export function bindingsOf(overrides: KeyOverrides = {}): Bindings {
  return new Map(COMMANDS.map((command) => [command.id, chordsFor(command, overrides)]))
}

function chordsFor(command: Command, overrides: KeyOverrides): readonly string[] {
  if (command.fixed || !Object.hasOwn(overrides, command.id)) return command.keys
  const wanted = overrides[command.id] ?? null
  if (wanted === null) return []
  const chord = normaliseChord(wanted)
  return chord === null ? command.keys : [chord]
}

/** The command that a key press means in a place: the first of its possible chords that is bound. */
export function commandAt(bindings: Bindings, chords: readonly string[], place: Place): Command | null {
  for (const chord of chords) {
    const command = COMMANDS.find(({ id, when }) => holdsIn(when, place) && bindings.get(id)?.includes(chord))
    if (command) return command
  }
  return null
}

/** Commands that a chord already has in a place where the given command holds too. */
export function conflictsOf(bindings: Bindings, id: CommandId, chord: string): Command[] {
  const own = commandOf(id)
  if (!own) return []
  return COMMANDS.filter((other) => other.id !== id && scopesMeet(own.when, other.when) && bindings.get(other.id)?.includes(chord))
}

/** Every pair of commands that share a chord in some place, each pair once. */
export function allConflicts(bindings: Bindings): { readonly chord: string; readonly commands: readonly [CommandId, CommandId] }[] {
  return COMMANDS.flatMap((command, index) =>
    (bindings.get(command.id) ?? []).flatMap((chord) =>
      conflictsOf(bindings, command.id, chord)
        .filter((other) => COMMANDS.indexOf(other) > index)
        .map((other) => ({ chord, commands: [command.id, other.id] as const })),
    ),
  )
}

/** What came of giving a command a new key. */
export type Rebound =
  | { readonly kind: 'done'; readonly overrides: KeyOverrides }
  /** The chord has another owner: ask, then call again with `take`. */
  | { readonly kind: 'taken'; readonly by: readonly Command[] }
  | { readonly kind: 'refused'; readonly why: string }

/**
 * Gives a command a chord (null = no key). With `take` the chord is taken away from its present owners: one that has a second
 * key keeps that one. Nothing changes unless the answer is `done`.
 */
export function rebind(overrides: KeyOverrides, id: CommandId, wanted: string | null, take = false): Rebound {
  const command = commandOf(id)
  if (!command || command.fixed) return { kind: 'refused', why: t('This key can’t be changed.') }
  if (wanted === null) return { kind: 'done', overrides: { ...overrides, [id]: null } }
  const chord = normaliseChord(wanted)
  if (chord === null) return { kind: 'refused', why: t('That is no key that can be used.') }
  const bindings = bindingsOf(overrides)
  const owners = conflictsOf(bindings, id, chord)
  const fixed = owners.find((owner) => owner.fixed)
  if (fixed) return { kind: 'refused', why: t('This key belongs to “{{command}}” and can’t be changed.', { command: commandTitle(fixed) }) }
  if (owners.length > 0 && !take) return { kind: 'taken', by: owners }
  const freed = owners.map((owner) => [owner.id, bindings.get(owner.id)?.find((other) => other !== chord) ?? null] as const)
  return { kind: 'done', overrides: { ...overrides, ...Object.fromEntries(freed), [id]: chord } }
}

/** Back to the default keys of one command, unless another command holds them by now; without an id, of all. */
export function restoreKeys(overrides: KeyOverrides, id?: CommandId): Rebound {
  if (id === undefined) return { kind: 'done', overrides: {} }
  const { [id]: _, ...rest } = overrides
  const bindings = bindingsOf(rest)
  const by = (bindings.get(id) ?? []).flatMap((chord) => conflictsOf(bindings, id, chord))
  return by.length > 0 ? { kind: 'taken', by } : { kind: 'done', overrides: rest }
}
