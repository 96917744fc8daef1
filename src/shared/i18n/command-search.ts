import { COMMAND_WORDS } from '../command-words.ts'
import { type Command } from '../commands.ts'
import { beginsWords, folded, hasWords, searchWords } from '../search-words.ts'
import { commandGroup, commandTitle, englishTitle } from './command-titles.ts'
import { t } from './translate.ts'

/** What a command is found by: title, group and other words in the window's language, title and other words in English. */
export function wordsOf(command: Command): string {
  const also = COMMAND_WORDS[command.id]
  const words = also === undefined ? [] : [t(also), also]
  return [commandTitle(command), commandGroup(command.group), englishTitle(command), ...words].join(' ')
}

/**
 * The commands that have all words of a text: those first whose title is the text, then those whose title begins with it, then those that have it in their title, and of the others those
 * first that have words beginning so; else in the order given. All of them where there is no word.
 */
export function commandsWith(text: string, commands: readonly Command[]): Command[] {
  const words = searchWords(text)
  const wanted = words.join(' ')
  const rankOf = (command: Command): number => {
    const title = folded(commandTitle(command))
    if (title === wanted) return 0
    if (title.startsWith(wanted)) return 1
    if (title.includes(wanted)) return 2
    if (hasWords(title, words)) return 3
    return beginsWords(wordsOf(command), words) ? 4 : 5
  }
  return commands
    .filter((command) => hasWords(wordsOf(command), words))
    .map((command) => ({ command, rank: rankOf(command) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ command }) => command)
}
