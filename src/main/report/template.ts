import { AppError } from '#shared/errors.ts'
import { languageNow, t } from '#shared/i18n/translate.ts'
import { type Html, html } from './html.ts'

/** What a template can have in it, as `{{name}}`; those of `NEEDED` it must have, once. */
export const PLACES = [
  'title',
  'heading',
  'facts',
  'summary',
  'review',
  'tables',
  'fields',
  'model',
  'provenance',
  'disclaimer',
  'style',
] as const
export type Place = (typeof PLACES)[number]
const NEEDED: readonly Place[] = ['summary', 'disclaimer']

/** The name of the file in a project's folder that is taken instead of the default template. */
export const TEMPLATE_FILE = 'report-template.html'

/** Nothing is loaded from anywhere, whatever a template says: pictures lie in the page, and no script runs. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:">`

/** As large as a template may be, characters. */
const MOST = 1_000_000

/**
 * A report from a template: plain HTML with `{{name}}` for each part. Its language is that of the parts, whatever the template says.
 *
 * @throws AppError `bad-template` that says what is wrong and in which line.
 */
export function filledTemplate(template: string, parts: Readonly<Record<Place, Html>>): string {
  check(template)
  const filled = template.replace(PLACE, (_, name: string) => parts[name as Place].html)
  const named = filled.replace(/<html(\s[^>]*)?>/i, (_, own = '') => `<html lang="${languageNow()}"${String(own).replace(LANG, '')}>`)
  return named.replace(/<head(\s[^>]*)?>/i, (head) => `${head}\n${POLICY}`)
}

const LANG = /\slang\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/i
const PLACE = /\{\{\s*([a-z-]+)\s*\}\}/g

function check(template: string): void {
  if (template.length > MOST) throw bad('it is too large')
  if (!/<head(\s[^>]*)?>/i.test(template)) throw bad('it has no <head>')
  const found = [...template.matchAll(PLACE)].map(({ 1: name = '', index }) => ({ name, line: lineOf(template, index) }))
  const unknown = found.find(({ name }) => !(PLACES as readonly string[]).includes(name))
  if (unknown) throw bad(`line ${unknown.line} asks for ${braced(unknown.name)}, which there is not`)
  const rest = template.replace(PLACE, (place) => ' '.repeat(place.length))
  const stray = rest.search(/\{\{|\}\}/)
  if (stray >= 0) throw bad(`in line ${lineOf(template, stray)} braces are left open, or hold no name`)
  for (const name of NEEDED) {
    const times = found.filter((one) => one.name === name).length
    if (times === 0) throw bad(`${braced(name)} has to stand in it once; it does not`)
    if (times > 1) throw bad(`${braced(name)} has to stand in it once; it does ${times} times`)
  }
}

const braced = (name: string): string => `{{${name}}}`

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

function bad(what: string): AppError {
  return new AppError(
    'bad-template',
    `The report's template cannot be used: ${what}. Nothing was written.`,
    `It can have ${PLACES.map(braced).join(', ')}. Without a template of your own the usual one is taken.`,
  )
}

/** The usual template, in the language that is spoken. */
export const defaultTemplate = (): string =>
  html`<!doctype html>
    <!-- ${t('A template of a Slidewright report. What stands in double braces is put in; the rest is yours to change.')} -->
    <html lang="${languageNow()}">
      <head>
        <meta charset="utf-8" />
        <title>{{title}}</title>
        <style>
          {{style}}
        </style>
      </head>
      <body>
        <header>
          <p class="kind">{{heading}}</p>
          <h1>{{title}}</h1>
          {{facts}}
        </header>
        <main>{{summary}} {{review}} {{fields}} {{tables}} {{model}} {{provenance}}</main>
        <footer>{{disclaimer}}</footer>
      </body>
    </html> `.html
