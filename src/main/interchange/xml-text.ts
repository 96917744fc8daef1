import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'

/** Bytes of an XML file that is read: over a hundred thousand objects fit. */
export const MAX_XML_BYTES = 32 * 2 ** 20

/** An element: text, or child elements by name (those named in `lists` always as arrays); attributes, where asked for, as `@name`. */
export type XmlNode = string | { readonly [tag: string]: XmlNode | readonly XmlNode[] }

/**
 * Parses an XML text from outside: no DOCTYPE, no entities but the five of XML itself and character references, at most 32 tags deep.
 *
 * @throws AppError `broken-xml` with the line where it breaks.
 */
export function parseXml(text: string, lists: readonly string[], { attributes = false } = {}): XmlNode {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw broken('it has a document type declaration, which is not read')
  const verdict = XMLValidator.validate(text)
  if (verdict !== true)
    throw broken(`${say('line {{line}}', { line: String(verdict.err.line) })}: ${verdict.err.msg.replaceAll(/\s+/g, ' ').slice(0, 200)}`)
  const parser = new XMLParser({
    processEntities: false,
    ignoreAttributes: !attributes,
    attributeNamePrefix: '@',
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    maxNestedTags: 32,
    isArray: (name) => lists.includes(name),
  })
  try {
    return parser.parse(text) as XmlNode
  } catch (thrown) {
    throw broken(thrown instanceof Error ? thrown.message : String(thrown), thrown)
  }
}

function broken(what: string, cause?: unknown): AppError {
  return new AppError('broken-xml', `The XML is broken: ${what}`, 'Open it in a text editor, or export it again.', cause)
}

/** The child of that name, or undefined; the first where there are several. */
export function childOf(node: XmlNode | undefined, tag: string): XmlNode | undefined {
  if (node === undefined || typeof node === 'string' || !Object.hasOwn(node, tag)) return undefined
  const child = node[tag]
  return Array.isArray(child) ? (child as readonly XmlNode[])[0] : (child as XmlNode)
}

/** All children of that name. */
export function childrenOf(node: XmlNode | undefined, tag: string): readonly XmlNode[] {
  if (node === undefined || typeof node === 'string' || !Object.hasOwn(node, tag)) return []
  const child = node[tag]
  return Array.isArray(child) ? (child as readonly XmlNode[]) : [child as XmlNode]
}

/** The text of the child of that name; null where there is none or it holds elements. */
export function textOf(node: XmlNode | undefined, tag: string): string | null {
  const child = childOf(node, tag)
  return typeof child === 'string' ? unescapeXml(child) : null
}

/** The value of an attribute; null where there is none. */
export function attributeOf(node: XmlNode | undefined, name: string): string | null {
  return textOf(node, `@${name}`)
}

/** The value of an attribute as a finite number; null where it is none. */
export function numberOf(node: XmlNode | undefined, name: string): number | null {
  const text = attributeOf(node, name)?.trim() ?? ''
  return XML_NUMBER.test(text) && Number.isFinite(Number(text)) ? Number(text) : null
}

export const XML_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

/** Text as it may stand in an element. Characters that XML 1.0 has no way to write are left out. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(CONTROLS, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

/** An element's start with its attributes, ` name="value"` each; those that are undefined are left out. */
export function attributesXml(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .map(([name, value]) =>
      value === undefined ? '' : ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`,
    )
    .join('')
}

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/**
 * The text of an XML file's bytes, in the encoding that its first line names (UTF-8 without).
 *
 * @throws AppError `broken-xml` where the bytes are not of that encoding.
 */
export function decodeXml(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1')
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  const encoding = marked ?? /^[^<]*<\?xml[^>]*encoding=["']([\w.-]{1,40})["']/.exec(head)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (thrown) {
    throw broken(`it is not ${encoding} text`, thrown)
  }
}
