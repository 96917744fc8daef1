import { escapeXml } from '../interchange/xml-text.ts'

/** HTML that was made here: nothing of the data stands in it unescaped. */
export interface Html {
  readonly html: string
}

type Part = Html | string | number | null | readonly Part[]

const textOf = (part: Part): string => {
  if (part === null) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeXml(String(part))
  return 'html' in part ? part.html : part.map(textOf).join('')
}

/** HTML from a template: what is put in is escaped, unless it is HTML that was made the same way. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.reduce((all, text, at) => all + text + (at < parts.length ? textOf(parts[at]!) : ''), '') }
}

/** A number that can be checked: where it comes from (`all/c0/n`) and its full value stand beside what is shown. */
export function figure(of: string, value: number | null, shown: string): Html {
  return value === null ? html`–` : html`<data value="${String(value)}" data-of="${of}">${shown}</data>`
}

/** SVG that was made here. */
export const svgPart = (svg: string): Html => ({ html: svg })
