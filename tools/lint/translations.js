// What the window says, set against its translations. The English text in the code is the key; a language's file must have each with the same
// {{placeholders}} and, where the text tells a count, with every plural form that the language has. Nothing else may stand in it.
import ts from 'typescript'
import { errorTextsOf, makersOf } from './error-texts.js'

/** Functions whose first argument is a text to translate, where they come from one of these files. */
const CALLS = new Set(['t', 'say', 'label', 'rich'])
const FROM = /(^|\/)(i18n\/translate\.ts|i18n\/say\.ts|rich\.tsx?)$/

/** Tables of constants whose properties, those named or all, are texts as they are: src/shared/i18n shows them, or finds commands by them. */
const TABLES = { 'src/shared/commands.ts': new Set(['title', 'group']), 'src/shared/command-words.ts': { has: () => true } }

/** These hand texts on that others named. */
const HANDING_ON = ['src/shared/i18n/', 'src/renderer/app/rich.tsx', 'src/main/report/rich.ts']

/** Rooms whose errors reach nobody but the command line, which is English. */
const CLI_ONLY = ['src/cli/', 'src/main/workbench/cohort/', 'src/main/workbench/steps/replay/', 'src/shared/ipc/']
const isForTerminal = (file) => CLI_ONLY.some((one) => file.startsWith(one))

/** @typedef {{ text: string, plural: boolean, file: string, line: number }} Use */

/**
 * @param {string} code
 * @param {string} file path from the repository's root
 */
export const sourceOf = (code, file) =>
  ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)

/**
 * The texts that a source file shows, and what is wrong with how it names them.
 *
 * @param {ts.SourceFile} source as `sourceOf` reads it
 * @param {Map<string, import('./error-texts.js').Maker>} makers what makes errors of texts, in all files
 * @returns {{ uses: Use[], faults: string[] }}
 */
export function textsOf(source, makers = makersOf([source])) {
  const file = source.fileName
  const uses = []
  const faults = []
  if (HANDING_ON.some((one) => file.startsWith(one))) return { uses, faults }
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const table = TABLES[file]
  const calls = importedOf(source)
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && calls.has(node.expression.text)) {
      const [text, values] = node.arguments
      const given = namesIn(values)
      for (const literal of literals(text)) {
        if (literal === null) {
          faults.push(`${file}:${lineOf(node)}: the text of ${node.expression.text}(…) is put together: write it out, with {{names}}`)
          continue
        }
        const wanted = placeholders(literal)
        uses.push({ text: literal, plural: given?.has('count') ?? false, file, line: lineOf(node) })
        if (node.expression.text === 'label' || given === null) continue
        for (const name of wanted) if (!given.has(name)) faults.push(`${file}:${lineOf(node)}: “${literal}” is given no {{${name}}}`)
        for (const name of given) {
          if (!wanted.has(name)) faults.push(`${file}:${lineOf(node)}: “${literal}” has no place for {{${name}}}`)
        }
      }
    }
    if (table && ts.isPropertyAssignment(node) && table.has(node.name.getText())) {
      for (const literal of literals(unwrapped(node.initializer))) {
        if (literal !== null) uses.push({ text: literal, plural: false, file, line: lineOf(node) })
        else faults.push(`${file}:${lineOf(node)}: ${node.name.getText()} is put together: write it out, with {{names}}`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  if (!isForTerminal(file)) {
    for (const { text, node } of errorTextsOf(source, makers)) uses.push({ text, plural: false, file, line: lineOf(node) })
  }
  return { uses, faults }
}

function importedOf(source) {
  const from = source.statements.filter((one) => ts.isImportDeclaration(one) && FROM.test(one.moduleSpecifier.text))
  const names = from.flatMap((one) => one.importClause?.namedBindings?.elements?.map((element) => element.name.text) ?? [])
  return new Set(names.filter((name) => CALLS.has(name)))
}

const unwrapped = (node) => (ts.isAsExpression(node) ? unwrapped(node.expression) : node)

/** The texts that an argument may be: a literal, or a choice between literals; null for anything else. */
function literals(node) {
  if (node === undefined) return [null]
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)]
  if (ts.isParenthesizedExpression(node)) return literals(node.expression)
  return [null]
}

/** Names of the values that a call gives; null where they can't be read off. */
function namesIn(values) {
  if (values === undefined) return new Set()
  if (!ts.isObjectLiteralExpression(values)) return null
  const names = new Set()
  for (const property of values.properties) {
    if (ts.isSpreadAssignment(property)) return null
    names.add(property.name.getText().replaceAll(/^['"]|['"]$/g, ''))
  }
  return names
}

/** @param {string} text */
export const placeholders = (text) => new Set([...text.matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)].map((match) => match[1]))

/** The plural forms of a language, by CLDR: `['one', 'few', 'many', 'other']` of Czech. */
const formsOf = (language) => new Intl.PluralRules(language).resolvedOptions().pluralCategories

/**
 * What a language lacks, has too much, or says with other placeholders.
 *
 * @param {Use[]} uses
 * @param {string} language ISO 639-1
 * @param {Record<string, unknown>} entries of its file
 * @param {{ pluralsOnly?: boolean }} how `pluralsOnly`: texts without a count need no entry (English)
 * @returns {string[]} one line each
 */
export function faultsOf(uses, language, entries, { pluralsOnly = false } = {}) {
  const faults = []
  const known = new Set()
  for (const { text, plural, file, line } of new Map(uses.map((use) => [`${use.text} ${use.plural}`, use])).values()) {
    if (!plural && pluralsOnly) continue
    for (const key of plural ? formsOf(language).map((form) => `${text}_${form}`) : [text]) {
      known.add(key)
      const entry = Object.hasOwn(entries, key) ? entries[key] : undefined
      if (typeof entry !== 'string' || entry.trim() === '') faults.push(`${language}.json lacks “${key}” (${file}:${line})`)
      else
        faults.push(
          ...lostPlaceholders(text, entry, mayLeaveOut(language, key, plural)).map((what) => `${language}.json: “${key}” ${what}`),
        )
    }
  }
  for (const key of Object.keys(entries)) if (!known.has(key)) faults.push(`${language}.json: no code says “${key}”`)
  return faults
}

/** "Take a flag off": where the form is for 1 alone, it need not tell the number. */
const mayLeaveOut = (language, key, plural) =>
  plural && key.endsWith('_one') && new Intl.PluralRules(language).select(21) !== 'one' ? new Set(['count']) : new Set()

function lostPlaceholders(text, entry, needless) {
  const wanted = placeholders(text)
  const had = placeholders(entry)
  return [
    ...[...wanted].filter((name) => !had.has(name) && !needless.has(name)).map((name) => `has lost {{${name}}}`),
    ...[...had].filter((name) => !wanted.has(name)).map((name) => `has {{${name}}}, which is not given`),
  ]
}
