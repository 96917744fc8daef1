import { escapeXml } from '../interchange/xml-text.ts'

/** Fonts that Windows, macOS and Linux have, the last ones also on a bare server. */
export const FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

export interface TextStyle {
  readonly size: number
  readonly fill?: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly bold?: boolean
  /** Degrees about (x, y). */
  readonly turn?: number
}

/** A line of text with its baseline at y; anything in it is shown as it is, never read as markup. */
export function svgText(x: number, y: number, text: string, style: TextStyle): string {
  const { size, fill = '#222222', anchor = 'start', bold = false, turn = 0 } = style
  const rotate = turn === 0 ? '' : ` transform="rotate(${turn} ${x} ${y})"`
  const weight = bold ? ' font-weight="bold"' : ''
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}${rotate}>${escapeXml(text)}</text>`
}

export function svgDocument(width: number, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">${parts.join('\n')}</svg>`
}

/** Text cut to about that many pixels (letters taken as 0.55 of the size), with an ellipsis where it was longer. */
export function fitText(text: string, pixels: number, size: number): string {
  const letters = Math.max(1, Math.floor(pixels / (size * 0.55)))
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`
}
