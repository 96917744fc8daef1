import type { MenuItemConstructorOptions } from 'electron'
import { COMMANDS, type Command } from '#shared/commands.ts'
import { commandTitle } from '#shared/i18n/command-titles.ts'
import { type Language } from '#shared/i18n/languages.ts'
import { inLanguage, label, type Label } from '#shared/i18n/translate.ts'
import { acceleratorOf } from '#shared/keys.ts'

const MENUS: readonly { readonly name: Label; readonly groups: readonly Command['group'][] }[] = [
  { name: label('Project'), groups: ['Project', 'Images', 'Work'] },
  { name: label('View'), groups: ['Places', 'View', 'Window'] },
  { name: label('Objects'), groups: ['Tools', 'Objects', 'Classes', 'Predictions', 'Review'] },
]

/** The menu, read from the one list of commands. Keys are shown only: the window itself handles them, by place. */
export function menuTemplate(
  run: (id: string) => void,
  rebound: Readonly<Record<string, string | null>>,
  language: Language,
): MenuItemConstructorOptions[] {
  const translate = inLanguage(language)
  const item = (command: Command): MenuItemConstructorOptions => {
    const key = command.id in rebound ? rebound[command.id] : command.keys[0]
    const accelerator = key ? acceleratorOf(key) : null
    return {
      label: commandTitle(command, translate),
      ...(accelerator === null ? {} : { accelerator, registerAccelerator: false }),
      click: () => {
        run(command.id)
      },
    }
  }
  const menus = MENUS.map(({ name, groups }): MenuItemConstructorOptions => {
    const parts = groups
      .map((group) => COMMANDS.filter((c) => c.group === group && c.palette !== false).map(item))
      .filter((part) => part.length > 0)
    return { label: translate(name), submenu: parts.flatMap((part, i) => (i === 0 ? part : [{ type: 'separator' } as const, ...part])) }
  })
  const app: MenuItemConstructorOptions[] = process.platform === 'darwin' ? [{ role: 'appMenu' }] : []
  return [...app, ...menus]
}
