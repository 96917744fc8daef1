import { BrowserWindow, session } from 'electron'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const FOOTER = `<div style="width:100%;padding:0 14mm;font:7px sans-serif;color:#5c5c5c;text-align:right"><span class="pageNumber"></span> / <span class="totalPages"></span></div>`

/**
 * Prints an HTML page on A4, with page numbers. It is loaded in a hidden window without scripts, which may load nothing but the page itself, and
 * lies in a temporary file for as long as that takes.
 */
export async function printPdf(page: string): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slidewright-print-'))
  const file = path.join(folder, 'page.html')
  const address = pathToFileURL(file).href
  const alone = session.fromPartition(`print-${path.basename(folder)}`)
  alone.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: url !== address && !url.startsWith('data:') })
  })
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: alone, sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false },
  })
  try {
    await writeFile(file, page)
    await window.loadURL(address)
    return await window.webContents.printToPDF({
      ...{ pageSize: 'A4', printBackground: true, preferCSSPageSize: true, generateTaggedPDF: true },
      ...{ displayHeaderFooter: true, headerTemplate: '<span></span>', footerTemplate: FOOTER },
    })
  } finally {
    window.destroy()
    await rm(folder, { recursive: true, force: true })
  }
}
