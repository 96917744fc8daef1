import { commandOf, type CommandId } from '#shared/commands.ts'

/** For commands that are held: what happened to the key. Others hear `down` only. */
export type KeyPhase = 'down' | 'repeat' | 'up'

/** Does what a command says. Answers false where it has nothing to do now: the key then goes on to whoever else wants it. */
export type CommandHandler = (phase: KeyPhase) => boolean | void

export type CommandHandlers = Partial<Record<CommandId, CommandHandler>>

/** Where places register what commands do. The place that registered last is asked first. */
export interface CommandRegistry {
  /** Registers handlers until the returned function is called. */
  readonly register: (handlers: CommandHandlers) => () => void
  /** As `register`, but asked before all of those: for what a running gesture needs a key for. */
  readonly intercept: (handlers: CommandHandlers) => () => void
  /** Runs a command by its id; false where nobody does it. Ids come from menus too, so any text is taken. */
  readonly run: (id: string, phase?: KeyPhase) => boolean
  /** Whether somebody does it now: what palette and menu grey out. */
  readonly has: (id: CommandId) => boolean
}

function added(stack: CommandHandlers[], handlers: CommandHandlers): () => void {
  stack.push(handlers)
  return () => {
    const at = stack.indexOf(handlers)
    if (at >= 0) stack.splice(at, 1)
  }
}

export function createCommandRegistry(): CommandRegistry {
  const registered: CommandHandlers[] = []
  const intercepting: CommandHandlers[] = []
  const handlersOf = (stack: readonly CommandHandlers[], id: CommandId): CommandHandler[] =>
    stack.flatMap((handlers) => handlers[id] ?? []).reverse()
  return {
    register: (handlers) => added(registered, handlers),
    intercept: (handlers) => added(intercepting, handlers),
    run: (id, phase = 'down') => {
      const command = commandOf(id)
      if (!command || (phase !== 'down' && command.press !== 'hold')) return false
      const asked = [...handlersOf(intercepting, command.id), ...handlersOf(registered, command.id)]
      return asked.some((handler) => handler(phase) !== false)
    },
    has: (id) => handlersOf(registered, id).length > 0,
  }
}
