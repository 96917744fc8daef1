// What a person reads in the window goes through t(…), say(…) or label(…): text written straight into src/renderer would stay English.

const TRANSLATES = new Set(['t', 'say', 'label', 'rich', 'translated', 'heard'])
/** Attributes and properties that a person reads or hears. */
const READ = new Set(['title', 'label', 'placeholder', 'aria-label', 'alt', 'description', 'error', 'text', 'hint'])
/** Whether an attribute or a property is one of them: of a chart the names of its axes too. */
const isRead = (name) => READ.has(name) || /^[xy]Label$/.test(name)
/** What writes on a canvas. */
const DRAWS = new Set(['fillText', 'strokeText', 'measureText'])
/** Messages of the window: src/renderer/state/messages.ts. */
const TELLS = new Set(['hint', 'done', 'failed', 'tell'])
/** Signs of units and measures, and names of products, which are the same in every language. */
const SAME = new Set(
  'px px² mm mm² µm µm/px MB GB AP AP50 ROC AUC AUROC Dice Jaccard F1 COCO CVAT LabelMe ASAP ImageScope GeoJSON YOLO TFRecord Cellpose Pascal VOC Label Studio W3C Web Annotation Ki RBC WBC Slidewright ONNX Runtime Esc Enter Shift Ctrl Del min max'.split(
    ' ',
  ),
)

/** Whether there are words in it that a person of another language would not read. */
const isWords = (text) =>
  // A pattern of names is no word.
  !text.includes('*') &&
  text
    .replaceAll(/\$\{\}/g, ' ')
    .split(/[\s·:,;.()/×+–-]+/)
    .some((word) => /\p{L}{2}/u.test(word) && !SAME.has(word))

/** Two words with small letters and a blank between, or more: nobody writes a sentence but to be read. */
const isSentence = (text) => /^\p{Lu}[\p{L}’]+ (\p{Ll}+ )*\p{Ll}+/u.test(text)

const textOf = (node) => {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  return node?.type === 'TemplateLiteral' ? node.quasis.map(({ value }) => value.cooked).join('${}') : null
}

/** The texts that an expression may come to, without those of the calls in it. */
function textsOf(node) {
  if (node?.type === 'ConditionalExpression') return [...textsOf(node.consequent), ...textsOf(node.alternate)]
  if (node?.type === 'LogicalExpression') return [...textsOf(node.left), ...textsOf(node.right)]
  if (node?.type === 'JSXExpressionContainer') return textsOf(node.expression)
  return textOf(node) === null ? [] : [node]
}

const isTranslated = (node) => {
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === 'CallExpression' && at.callee.type === 'Identifier' && TRANSLATES.has(at.callee.name)) return true
    if (at.type === 'TSLiteralType' || at.type === 'ImportDeclaration') return true
    // What is thrown for a defect, and what only a test or a developer sees.
    if (at.type === 'NewExpression' && /Error$/.test(at.callee.name ?? '')) return true
    if (
      at.type === 'CallExpression' &&
      at.callee.type === 'Identifier' &&
      ['must', 'present', 'assertNever', 'required'].includes(at.callee.name)
    )
      return true
  }
  return false
}

/** @type {import('eslint').Rule.RuleModule} */
const visibleText = {
  meta: { type: 'problem', schema: [], messages: { literal: '“{{text}}” is read by a person: put it through t(…) of src/shared/i18n.' } },
  create(context) {
    if (!context.filename.replaceAll('\\', '/').includes('src/renderer/')) return {}
    const seen = new Set()
    const report = (node, text) => {
      if (seen.has(node)) return
      seen.add(node)
      context.report({ node, messageId: 'literal', data: { text: text.trim().slice(0, 60) } })
    }
    const check = (node) => {
      for (const one of textsOf(node)) if (isWords(textOf(one))) report(one, textOf(one))
    }
    const sentence = (node) => {
      const text = textOf(node)
      if (text !== null && isSentence(text) && !isTranslated(node)) report(node, text)
    }
    return {
      JSXText: (node) => {
        if (isWords(node.value)) report(node, node.value)
      },
      JSXAttribute: (node) => {
        if (isRead(node.name.name)) check(node.value)
      },
      Property: ({ key, value }) => {
        if (isRead(key.name ?? key.value)) check(value)
      },
      'JSXElement > JSXExpressionContainer': check,
      'CallExpression[callee.type="MemberExpression"]': (node) => {
        const { property, object } = node.callee
        const owner = object.type === 'MemberExpression' ? object.property.name : object.name
        if (owner === 'messages' && TELLS.has(property.name)) for (const one of node.arguments) check(one)
        if (DRAWS.has(property.name)) for (const one of node.arguments) check(one)
      },
      Literal: sentence,
      TemplateLiteral: sentence,
    }
  },
}

export { visibleText }
