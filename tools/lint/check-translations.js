// `node tools/lint/check-translations.js`: every text of the window in every language, or a list of what is missing and exit code 1.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { makersOf } from './error-texts.js'
import { faultsOf, sourceOf, textsOf } from './translations.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const locales = path.join(root, 'src/shared/i18n/locales')

const sources = ['src/shared', 'src/renderer', 'src/main', 'src/engine', 'src/imaging', 'src/files', 'src/process']
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(folder, name)))
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => file.replaceAll('\\', '/'))
  .map((file) => sourceOf(readFileSync(path.join(root, file), 'utf8'), file))
const makers = makersOf(sources)

const found = sources.map((source) => textsOf(source, makers))
const uses = found.flatMap((one) => one.uses)
const faults = found.flatMap((one) => one.faults)
for (const name of readdirSync(locales).sort()) {
  const language = path.basename(name, '.json')
  faults.push(...faultsOf(uses, language, JSON.parse(readFileSync(path.join(locales, name), 'utf8')), { pluralsOnly: language === 'en' }))
}
for (const fault of faults) console.error(fault)
if (faults.length > 0) {
  console.error(`${faults.length} faults in the translations (src/shared/i18n/locales)`)
  process.exitCode = 1
}
