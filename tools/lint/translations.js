// What the window says, set against its translations. The English text in the code is the key; a language's file must have each with the same
// {{placeholders}} and, where the text tells a count, with every plural form that the language has. Nothing else may stand in it.
import ts from 'typescript'

/** Functions whose first argument is a text to translate, where they come from one of these files. */
const CALLS = new Set(['t', 'say', 'label', 'rich'])
const FROM = /(^|\/)(i18n\/translate\.ts|i18n\/say\.ts|rich\.tsx?)$/

/** Tables of constants whose properties are texts as they are: they are shown through src/shared/i18n/command-titles.ts. */
const TABLES = { 'src/shared/commands.ts': new Set(['title', 'group']) }

/** These hand texts on that others named. */
const HANDING_ON = ['src/shared/i18n/', 'src/renderer/app/rich.tsx', 'src/main/report/rich.ts']

/**
 * What makes errors beside `new AppError`, and where: which arguments say what happened and what to do. What an image error says follows the name of
 * its file.
 */
const MAKERS = [
  { name: 'AppError', texts: [1, 2] },
  { name: 'imageError', texts: [2, 3], ofFile: 2 },
  { name: 'NoOmeImage', texts: [0], ofFile: 0 },
  { name: 'refused', texts: [0, 1], under: 'src/main/workbench/library/foreign/' },
  { name: 'unfit', texts: [0, 1], under: 'src/engine/' },
]

/** Rooms whose errors reach nobody but the command line, which is English. */
const CLI_ONLY = ['src/cli/', 'src/main/workbench/cohort/', 'src/main/workbench/steps/replay.ts', 'src/shared/ipc/']

/** @typedef {{ text: string, plural: boolean, file: string, line: number }} Use */

/**
 * The texts that a source file shows, and what is wrong with how it names them.
 *
 * @param {string} code
 * @param {string} file path from the repository's root
 * @returns {{ uses: Use[], faults: string[] }}
 */
export function textsOf(code, file) {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS)
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
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && !CLI_ONLY.some((one) => file.startsWith(one))) {
      // What happened and what to do. Texts that were made elsewhere are named there.
      for (const text of errorTexts(node, file)) uses.push({ text, plural: false, file, line: lineOf(node) })
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
  return { uses, faults }
}

function errorTexts(node, file) {
  const called = node.expression.getText()
  const maker = MAKERS.find(({ name, under = 'src/' }) => name === called && file.startsWith(under))
  if (!maker || (called === 'AppError' && !ts.isNewExpression(node))) return []
  return maker.texts.flatMap((at) => {
    const found = node.arguments?.[at] ? sentences(node.arguments[at]) : []
    return at === maker.ofFile ? found.map((text) => `{{file}} ${text.replaceAll('{{file}}', '{{file2}}')}`) : found
  })
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

/**
 * The texts that an argument of an error may be, values as `{{names}}`: `${path.basename(file)} is cut short.` is "{{file}} is cut short.". The window
 * recognises them by these.
 */
function sentences(node) {
  if (ts.isTemplateExpression(node)) {
    const names = new Map()
    const spans = node.templateSpans.map(({ expression, literal }) => `{{${ownName(valueName(expression), names)}}}${literal.text}`)
    const text = `${node.head.text}${spans.join('')}`
    return isForTerminal(text) || lettersOf(text) < LEAST_LETTERS ? [] : [text]
  }
  if (ts.isConditionalExpression(node)) return [...sentences(node.whenTrue), ...sentences(node.whenFalse)]
  return literals(node).filter((text) => text !== null && text !== '' && !isForTerminal(text))
}

/** Texts with fewer letters of their own are not looked for: src/shared/i18n/heard.ts. */
const LEAST_LETTERS = 4
const lettersOf = (text) => text.replaceAll(/\{\{\w+\}\}|\P{L}/gu, '').length

/** The first of a name keeps it, others are numbered. */
function ownName(name, names) {
  const times = (names.get(name) ?? 0) + 1
  names.set(name, times)
  return times === 1 ? name : `${name}${times}`
}

/** Advice that names an option or a command is said to who typed it. */
const isForTerminal = (text) => /(^|[\s(`"])(--[a-z]|slidewright [a-z]|npm run)/.test(text) && !/window|start screen/.test(text)

const TEXT_CALLS = new Set(['basename', 'dirname', 'String', 'slice', 'join', 'toLocaleString', 'round', 'trim', 'projectName'])

function valueName(node) {
  if (ts.isIdentifier(node)) return node.text === 'count' ? 'number' : node.text
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'length' ? 'number' : node.name.text.replace('#', '')
  if (!ts.isCallExpression(node)) return 'value'
  const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText()
  if (!TEXT_CALLS.has(called)) return called
  if (called === 'basename' || called === 'dirname') return 'file'
  return called === 'projectName' ? 'project' : 'value'
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
