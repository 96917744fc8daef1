import path from 'node:path'
import { counted } from '#shared/counted.ts'
import { countAgreement, type CountAgreement, type CountPair } from '#shared/metrics/counts.ts'
import type { Pictures } from '../images/pictures.ts'
import { fitText, svgDocument, svgText } from './svg.ts'
import { countTicks } from './ticks.ts'

export interface ScatterClass {
  readonly name: string
  /** `#rrggbb`. */
  readonly color: string
  readonly pairs: readonly CountPair[]
}

export interface ScatterData {
  readonly title: string
  /** What was counted: model, run, score. */
  readonly source: string
  readonly classes: readonly ScatterClass[]
}

/** `inset`: room between the axes and the first and last mark, so that no dot is cut off. */
const PANEL = { width: 360, height: 450, plot: 280, left: 56, top: 44, inset: 18 }
const HEAD = 76
const FOOT = 48
const PER_ROW = 4

/**
 * Draws counted against annotated objects an image, a panel a class: a dot for each pair (larger where images share it), the line of
 * identity, the bias and the limits of agreement (Bland & Altman 1986) beside it, and R2, RMSE, bias and limits in words.
 * PNG, two pixels a unit.
 *
 * @throws AppError as `writeWhole`.
 */
export async function scatterPng(pictures: Pictures, data: ScatterData, file: string): Promise<void> {
  await pictures.drawing({ svg: scatterSvg(data), scale: 2, target: path.resolve(file) })
}

/** The same as SVG. */
export function scatterSvg({ title, source, classes }: ScatterData): string {
  const columns = Math.max(1, Math.min(PER_ROW, classes.length))
  const width = Math.max(480, columns * PANEL.width + 20)
  const height = HEAD + Math.ceil(classes.length / columns) * PANEL.height + FOOT
  const panels = classes.map((one, i) => {
    const x = 10 + (i % columns) * PANEL.width
    const y = HEAD + Math.floor(i / columns) * PANEL.height
    return `<g transform="translate(${x} ${y})">${panel(one)}</g>`
  })
  const key = 'Solid: counted = annotated. Dashed: bias. Grey: limits of agreement, bias ± 1.96 SD.'
  return svgDocument(width, height, [
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    svgText(24, 32, fitText(title, width - 48, 18), { size: 18, bold: true }),
    svgText(24, 55, fitText(source, width - 48, 13), { size: 13, fill: '#555555' }),
    ...panels,
    svgText(24, height - 30, key, { size: 11, fill: '#666666' }),
    svgText(24, height - 14, 'Larger dots: several images. Not for primary diagnosis.', { size: 11, fill: '#666666' }),
  ])
}

function panel({ name, color, pairs }: ScatterClass): string {
  const agreement = countAgreement(pairs)
  const ticks = countTicks(Math.max(0, ...pairs.flatMap(({ annotated, counted }) => [annotated, counted])))
  const most = ticks.at(-1) ?? 1
  const { plot, inset } = PANEL
  const at = (count: number): number => Math.round((inset + (count / most) * (plot - 2 * inset)) * 100) / 100
  const inside = [
    ...agreementLines(agreement, most, at),
    line(-most, -most, 2 * most, 2 * most, at, 'stroke="#222222" stroke-width="1.2"'),
    ...dots(pairs, color, at),
  ]
  return [
    `<circle cx="${PANEL.left + 6}" cy="21" r="6" fill="${color}" stroke="#333333"/>`,
    svgText(PANEL.left + 20, 26, fitText(name, plot - 20, 15), { size: 15, bold: true }),
    `<g transform="translate(${PANEL.left} ${PANEL.top})">`,
    `<rect width="${plot}" height="${plot}" fill="#fafafa" stroke="#999999"/>`,
    axes(ticks, at),
    `<svg width="${plot}" height="${plot}">${inside.join('')}</svg>`,
    svgText(plot / 2, plot + 38, 'annotated', { size: 13, anchor: 'middle' }),
    svgText(-40, plot / 2, 'counted', { size: 13, anchor: 'middle', turn: -90 }),
    ...figures(agreement).map((text, i) => svgText(0, plot + 62 + 18 * i, text, { size: 12.5 })),
    '</g>',
  ].join('')
}

function axes(ticks: readonly number[], at: (count: number) => number): string {
  const { plot } = PANEL
  return ticks
    .map((tick) =>
      [
        `<path d="M${at(tick)} 0V${plot}M0 ${plot - at(tick)}H${plot}" stroke="#e4e4e4" fill="none"/>`,
        svgText(at(tick), plot + 18, String(tick), { size: 11, anchor: 'middle', fill: '#444444' }),
        svgText(-7, plot - at(tick) + 4, String(tick), { size: 11, anchor: 'end', fill: '#444444' }),
      ].join(''),
    )
    .join('')
}

/** A line between two points given in counts; the vertical axis grows upwards. */
function line(x1: number, y1: number, x2: number, y2: number, at: (count: number) => number, style: string): string {
  return `<path d="M${at(x1)} ${PANEL.plot - at(y1)}L${at(x2)} ${PANEL.plot - at(y2)}" fill="none" ${style}/>`
}

function agreementLines({ bias, limits }: CountAgreement, most: number, at: (count: number) => number): string[] {
  if (bias === null) return []
  const middle = line(-most, bias - most, 2 * most, 2 * most + bias, at, 'stroke="#222222" stroke-width="1.2" stroke-dasharray="6 4"')
  if (limits === null) return [middle]
  const { plot } = PANEL
  const corners = [
    [-most, limits.upper - most],
    [2 * most, 2 * most + limits.upper],
    [2 * most, 2 * most + limits.lower],
    [-most, limits.lower - most],
  ].map(([x, y]) => `${at(x!)},${plot - at(y!)}`)
  return [`<polygon points="${corners.join(' ')}" fill="#888888" fill-opacity="0.16"/>`, middle]
}

/** One dot for all images with the same pair of counts, its area in proportion to how many they are. */
function dots(pairs: readonly CountPair[], color: string, at: (count: number) => number): string[] {
  const images = new Map<string, { pair: CountPair; count: number }>()
  for (const pair of pairs) {
    const key = `${pair.annotated} ${pair.counted}`
    images.set(key, { pair, count: (images.get(key)?.count ?? 0) + 1 })
  }
  // Large ones first, so that no small one is hidden.
  const ordered = [...images.values()].sort((a, b) => b.count - a.count)
  return ordered.map(({ pair, count }) => {
    const radius = Math.min(14, 3.6 * Math.sqrt(count))
    const place = `cx="${at(pair.annotated)}" cy="${PANEL.plot - at(pair.counted)}" r="${radius.toFixed(2)}"`
    return `<circle ${place} fill="${color}" fill-opacity="0.75" stroke="#222222" stroke-width="0.9"/>`
  })
}

/** What a person reads under a panel. */
function figures(agreement: CountAgreement): string[] {
  const { images, annotatedTotal, countedTotal, r2, rmse, bias, limits, undefinedBecause } = agreement
  const fit = r2 === null ? `– (${undefinedBecause.r2 ?? 'undefined'})` : signed(r2, 3).replace('+', '')
  return [
    `${counted(images, 'image')}: ${annotatedTotal} annotated, ${countedTotal} counted`,
    `R² ${fit} · RMSE ${rmse === null ? '–' : rmse.toFixed(2)} · bias ${bias === null ? '–' : signed(bias)}`,
    `Limits of agreement ${limits === null ? '–' : `${signed(limits.lower)} to ${signed(limits.upper)}`}`,
  ]
}

/** With sign, a real minus, and no minus before zero. */
function signed(value: number, decimals = 2): string {
  const text = Math.abs(value).toFixed(decimals)
  return Number(text) === 0 ? text : value < 0 ? `−${text}` : `+${text}`
}
