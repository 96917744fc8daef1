import { svgDocument, svgText } from '../../src/main/report/svg.ts'

/** The held-out score after so many decisions; of several reviews the same numbers of decisions. */
export interface Curve {
  readonly decisions: readonly number[]
  /** A row for each review. */
  readonly scores: readonly (readonly number[])[]
}

export const meanOf = ({ decisions, scores }: Curve): number[] =>
  decisions.map((_, i) => scores.reduce((sum, of) => sum + of[i]!, 0) / scores.length)

/** After how many decisions a curve first reaches a score, straight lines between its points; null where it does not. */
export function decisionsTo(score: number, decisions: readonly number[], values: readonly number[]): number | null {
  const at = values.findIndex((value) => value >= score)
  if (at < 0) return null
  if (at === 0) return decisions[0]!
  const [before, after] = [values[at - 1]!, values[at]!]
  return decisions[at - 1]! + ((score - before) / (after - before)) * (decisions[at]! - decisions[at - 1]!)
}

const [WIDTH, HEIGHT] = [760, 460]
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 30, 50, 60]

interface Drawn {
  readonly title: string
  readonly axis: string
  readonly curves: readonly { readonly name: string; readonly color: string; readonly curve: Curve }[]
}

/** Mean lines and the range over the reviews, as SVG. */
export function curveSvg({ title, axis, curves }: Drawn): string {
  const all = curves.flatMap(({ curve }) => curve.scores.flat())
  const [low, high] = [Math.floor(20 * Math.min(...all)) / 20, Math.ceil(20 * Math.max(...all)) / 20]
  const decisions = curves[0]!.curve.decisions
  const most = decisions.at(-1)!
  const x = (count: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * count) / most
  const y = (score: number): number => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (score - low)) / (high - low)
  const points = (values: readonly number[], of: readonly number[] = decisions): string =>
    values.map((value, i) => `${x(of[i]!).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const ticks = Array.from({ length: Math.round((high - low) / 0.05) + 1 }, (_, i) => low + 0.05 * i)
  const parts = [
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    svgText(LEFT, 28, title, { size: 15, bold: true }),
    ...ticks.flatMap((tick) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e4e4e4"/>`,
      svgText(LEFT - 8, y(tick) + 4, tick.toFixed(2), { size: 12, fill: '#555555', anchor: 'end' }),
    ]),
    ...decisions.map((count) => svgText(x(count), HEIGHT - BOTTOM + 18, String(count), { size: 12, fill: '#555555', anchor: 'middle' })),
    svgText((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, axis, { size: 12, fill: '#555555', anchor: 'middle' }),
    ...curves.map(({ color, curve }) => {
      const [least, greatest] = [Math.min, Math.max].map((of) => decisions.map((_, i) => of(...curve.scores.map((scores) => scores[i]!))))
      const band = `${points(least!)} ${points([...greatest!].reverse(), [...decisions].reverse())}`
      return `<polygon points="${band}" fill="${color}" opacity="0.15"/>`
    }),
    ...curves.flatMap(({ name, color, curve }, at) => {
      const key = HEIGHT - BOTTOM - 50 + 22 * at
      return [
        `<polyline points="${points(meanOf(curve))}" fill="none" stroke="${color}" stroke-width="2.5"/>`,
        `<line x1="${WIDTH - 270}" x2="${WIDTH - 240}" y1="${key}" y2="${key}" stroke="${color}" stroke-width="2.5"/>`,
        svgText(WIDTH - 232, key + 4, name, { size: 13 }),
      ]
    }),
  ]
  return svgDocument(WIDTH, HEIGHT, parts)
}
