import type { Command } from 'commander'
import { backupContents, type BackupFacts, backupReason } from '#shared/records/backup.ts'
import { projectBackups, restoreBackup } from '../../main/workbench/index.ts'
import { table, type Output } from '../output.ts'

interface RestoreOptions {
  readonly backup?: string
  readonly force?: boolean
}

export function addRestore(root: Command, output: Output): Command {
  return root
    .command('restore')
    .description('List the backups of a project, or make it again what it was in one of them. What is there now is kept among them.')
    .argument('<project>')
    .option('--backup <name>', 'the backup to bring back: its name in the list, or latest')
    .option('--force', 'also where a newer version of Slidewright made what is there now')
    .action(async (folder: string, { backup, force = false }: RestoreOptions) => {
      if (backup === undefined) {
        const backups = await projectBackups(folder)
        output.say(backups.length === 0 ? 'There is no backup yet: the first is made a day after the project.' : listed(backups))
        output.result({ backups })
        return
      }
      const done = await restoreBackup(folder, { backup, force })
      output.say(`${done.folder} is what it was in ${done.restored}.`)
      if (done.kept !== null) output.say(`What was there is kept as ${done.kept}: restore it to take this back.`)
      output.result(done)
    })
}

function listed(backups: readonly BackupFacts[]): string {
  const rows = backups.map(({ name, reason, bytes, holds }) => [
    name,
    backupReason(reason),
    backupContents(holds).join(', '),
    `${(bytes / 2 ** 20).toFixed(1)} MB`,
  ])
  return table(rows)
}
