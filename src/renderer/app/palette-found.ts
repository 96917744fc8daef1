import { COMMANDS } from '#shared/commands.ts'
import { commandsWith } from '#shared/i18n/command-search.ts'
import { topicsWith } from '../help/topics.ts'

/** So many actions are shown at a time. */
export const PALETTE_LIMIT = 12
/** Of the help so many topics are offered after the commands: what has no command may have an answer there. */
const TOPICS_SHOWN = 2

/** The action that opens a topic of the help. */
export const topicAction = (id: string): string => `help:${id}`

/** Ids of the actions, each of a command or of a topic of the help, by the words of a query. Of the commands just those that are `offered`. */
export function paletteFound(query: string, offered: ReadonlySet<string>): string[] {
  const topics = query.trim() === '' ? [] : topicsWith(query, () => '').slice(0, TOPICS_SHOWN)
  // First those that are left out, else they would take the places of others.
  const commands = commandsWith(query, COMMANDS).filter(({ id }) => offered.has(id))
  return [...commands.slice(0, PALETTE_LIMIT - topics.length).map(({ id }) => id), ...topics.map(({ id }) => topicAction(id))]
}
