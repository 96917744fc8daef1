import { type Command, type CommandGroup } from '../commands.ts'
import { inLanguage, t, type Translate } from './translate.ts'

/** A command's title in the window's language, or in another. The lint check reads the titles in commands.ts. */
export const commandTitle = ({ title, values }: Pick<Command, 'title' | 'values'>, translate: Translate = t): string =>
  translate(title, values)

export const commandGroup = (group: CommandGroup): string => t(group)

const english = inLanguage('en')

/** The title that manuals and colleagues may name: a command is found by it in every language. */
export const englishTitle = (command: Pick<Command, 'title' | 'values'>): string => commandTitle(command, english)
