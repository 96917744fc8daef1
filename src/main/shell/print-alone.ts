import { app } from 'electron'
import { readFile, writeFile } from 'node:fs/promises'
import { toErrorInfo } from '#shared/errors.ts'
import { printPdf } from './print-pdf.ts'

/** A page to print and the file to write: `--print-page=<html> --print-file=<pdf>`. */
interface Wish {
  readonly page: string
  readonly file: string
}

/** What the command line wants printed; null where the app is to open as usual. */
export function printWish(): Wish | null {
  const [page, file] = ['print-page', 'print-file'].map((name) => app.commandLine.getSwitchValue(name))
  return page && file ? { page, file } : null
}

/** Prints one page without a window of the app, beside any that runs, and ends: exit code 1 and a line on stderr where it fails. */
export async function printAlone({ page, file }: Wish): Promise<void> {
  // The hidden window goes before the file is written.
  app.on('window-all-closed', () => undefined)
  try {
    await app.whenReady()
    await writeFile(file, await printPdf(await readFile(page, 'utf8')))
    app.exit(0)
  } catch (thrown) {
    process.stderr.write(`slidewright: ${toErrorInfo(thrown).message}\n`)
    app.exit(1)
  }
}
