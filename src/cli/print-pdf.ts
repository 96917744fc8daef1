import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '#shared/errors.ts'

const PRINTER = fileURLToPath(new URL('../../tools/print-page.mjs', import.meta.url))

/**
 * Prints an HTML page as PDF by the app in a window that nobody sees, on a hidden screen where there is no display.
 *
 * @throws AppError `pdf-needs-app` where that cannot be done here; why is told.
 */
export async function printPdf(page: string, printer = PRINTER): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slidewright-report-'))
  const [from, to] = [path.join(folder, 'page.html'), path.join(folder, 'page.pdf')]
  try {
    await writeFile(from, page)
    const { code, said } = await ended(printer, from, to)
    if (code === 0) return await readFile(to)
    throw new AppError(
      'pdf-needs-app',
      `A PDF is printed by the app, which could not be started here: ${said.trim().split('\n').at(-1) ?? ''}. Nothing was written.`,
      'Write the report as .html, which any browser prints, or use Report in the Count place of the window.',
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function ended(printer: string, from: string, to: string): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [printer, from, to], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk)
    })
    child.on('error', fail)
    child.on('exit', (code) => {
      done({ code, said })
    })
  })
}
