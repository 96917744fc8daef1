import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { printPdf } from '../../src/cli/print-pdf.ts'
import { temporaryFolder } from '../main/images/fixtures.ts'

/** A printer that does what it is told, and leaves where the page lay. */
function printer(does: string): { readonly script: string; readonly told: () => string[] } {
  const folder = temporaryFolder()
  const [script, told] = [path.join(folder, 'printer.mjs'), path.join(folder, 'told.json')]
  writeFileSync(
    script,
    `import { readFileSync, writeFileSync } from 'node:fs'
    const [page, target] = process.argv.slice(2)
    writeFileSync(${JSON.stringify(told)}, JSON.stringify([page, target]))
    ${does}`,
  )
  return { script, told: () => JSON.parse(readFileSync(told, 'utf8')) as string[] }
}

describe('printing without a window of one’s own', () => {
  it('gives what the app printed of the page, and leaves nothing behind', async () => {
    const { script, told } = printer(`writeFileSync(target, 'printed: ' + readFileSync(page, 'utf8'))`)
    const pdf = await printPdf('<p>Größe</p>', script)
    expect(Buffer.from(pdf).toString()).toBe('printed: <p>Größe</p>')
    expect(told().filter((file) => existsSync(file))).toEqual([])
  })

  it('says why it cannot be done, and what to do instead', async () => {
    const { script, told } = printer(`console.error('building the window ...\\nthere is no display here'); process.exit(1)`)
    await expect(printPdf('<p></p>', script)).rejects.toMatchObject({
      code: 'pdf-needs-app',
      message: expect.stringContaining('there is no display here. Nothing was written.') as string,
      hint: expect.stringContaining('.html') as string,
    })
    expect(told().filter((file) => existsSync(file))).toEqual([])
  })
})
