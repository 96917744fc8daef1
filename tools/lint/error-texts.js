// The texts of errors, read off the code: those of `new AppError(…)`, and those that are given to a function which puts them into one
// (`unreadable(`${name} is cut short.`)`). Such functions are found by what they do with their parameters, so none has to be listed.
import path from 'node:path'
import ts from 'typescript'

/** What happened and what to do: src/shared/errors.ts. */
const APP_ERROR = { name: 'AppError', texts: [1, 2].map((at) => ({ at, within: null, piece: false })) }

/** Errors that others put into words at once, and which argument says what happened to a file that stands before it. */
const OF_A_FILE = { NoOmeImage: { name: 'NoOmeImage', texts: [{ at: 0, within: ['{{file}} ', ''], piece: false }] } }

/** Helpers that are given to helpers. */
const DEEPEST = 4

/** Texts with fewer letters of their own are not looked for: src/shared/i18n/heard.ts. */
const LEAST_LETTERS = 4
const isWords = (text) => /\p{L}{2,} \p{L}{2,}/u.test(text.replaceAll(/\{\{\w+\}\}/g, 'it'))
const lettersOf = (text) => text.replaceAll(/\{\{\w+\}\}|\P{L}/gu, '').length

/**
 * A function that makes an error of texts of its caller: which arguments they are, whether each is but a piece of a sentence, and between what it
 * stands where that has no words of its own.
 * @typedef {{ name: string, texts: { at: number, within: [string, string] | null, piece: boolean }[] }} Maker
 */

/**
 * What makes errors of texts in some source files, by `file#name`.
 *
 * @param {ts.SourceFile[]} sources named by their paths from the repository's root
 * @returns {Map<string, Maker>}
 */
export function makersOf(sources) {
  const makers = new Map()
  for (let round = 0; round < DEEPEST; round++) {
    const before = makers.size
    for (const source of sources) addMakers(source, makers)
    if (makers.size === before) break
  }
  return makers
}

function addMakers(source, makers) {
  const calls = calledIn(source, makers)
  const visit = (node) => {
    const maker = calls(node)
    for (const { at, within, piece } of maker?.texts ?? []) {
      for (const found of node.arguments?.[at] ? givenBy(node.arguments[at]) : []) {
        const key = `${source.fileName}#${found.name}`
        const made = makers.get(key) ?? { name: found.name, texts: [] }
        if (made.texts.some((text) => text.at === found.at)) continue
        makers.set(key, {
          ...made,
          texts: [...made.texts, { at: found.at, within: found.piece ? null : (found.within ?? within), piece: found.piece || piece }],
        })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
}

/** The parameters of the function round it that an argument shows: as it is, or within a template. */
function givenBy(node) {
  if (ts.isIdentifier(node)) return parameterOf(node, { within: null, piece: false })
  if (ts.isTemplateExpression(node)) return node.templateSpans.flatMap((span, i) => parameterOf(span.expression, around(node, i)))
  return choicesOf(node).flatMap(givenBy)
}

/** What stands before and behind a value of a template. Where neither has words, only the whole is a sentence. */
function around(node, at) {
  const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
  if (lettersOf(parts.join('')) >= LEAST_LETTERS) return { within: null, piece: true }
  const names = new Map()
  const values = node.templateSpans.map(({ expression }) => `{{${ownName(valueName(expression), names)}}}`)
  const said = (from, to) => parts.slice(from, to).flatMap((part, i) => [part, ...(from + i < to - 1 ? [values[from + i]] : [])])
  return { within: [said(0, at + 1).join(''), said(at + 1, parts.length).join('')], piece: false }
}

function parameterOf(node, how) {
  if (!ts.isIdentifier(node)) return []
  for (let up = node.parent; up; up = up.parent) {
    if (!ts.isFunctionLike(up)) continue
    const at = up.parameters.findIndex(({ name }) => ts.isIdentifier(name) && name.text === node.text)
    const named = up.name ?? (ts.isVariableDeclaration(up.parent) ? up.parent.name : undefined)
    if (at >= 0) return named === undefined ? [] : [{ name: named.getText(), at, ...how }]
  }
  return []
}

/** What an argument may be, one of several. */
function choicesOf(node) {
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse]
  if (ts.isParenthesizedExpression(node)) return [node.expression]
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return [node.left, node.right]
  return []
}

/** Tells of a node of a file which maker of errors it calls; null where none. */
function calledIn(source, makers) {
  const imported = new Map()
  for (const one of source.statements.filter((statement) => ts.isImportDeclaration(statement))) {
    for (const { name, propertyName } of one.importClause?.namedBindings?.elements ?? []) {
      imported.set(name.text, `${pathOf(one.moduleSpecifier.text, source.fileName)}#${(propertyName ?? name).text}`)
    }
  }
  return (node) => {
    if (ts.isNewExpression(node)) {
      const called = node.expression.getText()
      return called === APP_ERROR.name ? APP_ERROR : (OF_A_FILE[called] ?? null)
    }
    if (!ts.isCallExpression(node)) return null
    const own = ts.isPropertyAccessExpression(node.expression) && node.expression.expression.kind === ts.SyntaxKind.ThisKeyword
    if (!own && !ts.isIdentifier(node.expression)) return null
    const called = own ? node.expression.name.text : node.expression.text
    return makers.get(imported.get(called)) ?? makers.get(`${source.fileName}#${called}`) ?? null
  }
}

const pathOf = (from, file) => (from.startsWith('#shared/') ? from.replace('#', 'src/') : path.posix.join(path.posix.dirname(file), from))

/**
 * The texts of the errors that a file makes, with the nodes that make them.
 *
 * @param {ts.SourceFile} source
 * @param {Map<string, Maker>} makers
 * @returns {{ text: string, node: ts.Node }[]}
 */
export function errorTextsOf(source, makers) {
  const calls = calledIn(source, makers)
  const uses = []
  const visit = (node) => {
    // Texts that were made elsewhere are named there.
    for (const { at, within, piece } of calls(node)?.texts ?? []) {
      const found = (node.arguments?.[at] ? sentences(node.arguments[at]) : []).filter((text) => !piece || isWords(text))
      uses.push(...found.map((text) => ({ text: within === null ? text : setIn(text, within), node })))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return uses
}

/** "is empty." said of a file: "{{file}} is empty.". What is named like something round it is numbered. */
function setIn(text, [before, behind]) {
  const taken = new Set([...`${before}${behind}`.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))
  return before + text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name) => (taken.has(name) ? `{{${name}2}}` : whole)) + behind
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
  if (ts.isStringLiteralLike(node)) return node.text === '' || isForTerminal(node.text) ? [] : [node.text]
  if (ts.isIdentifier(node)) return (namedText(node) ?? []).flatMap(sentences)
  return choicesOf(node).flatMap(sentences)
}

/** What a constant is, or a parameter where nothing is given for it. */
function namedText(node) {
  for (let up = node.parent; up; up = up.parent) {
    const declared = ts.isFunctionLike(up)
      ? up.parameters
      : (up.statements ?? []).filter((one) => ts.isVariableStatement(one)).flatMap((one) => [...one.declarationList.declarations])
    const found = declared.find(({ name }) => ts.isIdentifier(name) && name.text === node.text)
    if (found) return found.initializer ? [found.initializer] : []
  }
  return null
}

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
  if (ts.isPropertyAccessExpression(node)) return ['length', 'count'].includes(node.name.text) ? 'number' : node.name.text.replace('#', '')
  if (!ts.isCallExpression(node)) return 'value'
  const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : node.expression.getText()
  if (!TEXT_CALLS.has(called)) return called
  if (called === 'basename' || called === 'dirname') return 'file'
  return called === 'projectName' ? 'project' : 'value'
}
