import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useGraphicColor } from '../app/use-graphic-color.ts'
import 'uplot/dist/uPlot.min.css'
import { legendNumber, restingPlace, valueAt } from './curve-data.ts'
import styles from './line-chart.module.css'

export interface Line {
  readonly label: string
  readonly color: string
  /** Drawn dashed: apart from the others without colour too. */
  readonly dashed?: boolean
  /** Each value is drawn as a dot too: where there may be one alone. */
  readonly dots?: boolean
}

interface LineChartProps {
  readonly title: string
  readonly lines: readonly Line[]
  /** x rising, then one column a line. */
  readonly data: readonly (readonly (number | null)[])[]
  readonly xLabel: string
  /** CSS pixels. */
  readonly height: number
  readonly yRange?: readonly [number, number]
  readonly xRange?: readonly [number, number]
  /** What the legend tells while nothing is pointed at: the values at the end, or at this x; left out: names alone. */
  readonly restAt?: number | 'end'
  /** Digits after the point in the legend; 3 where it is left out. */
  readonly digits?: number
}

/** A line chart that follows its data without being made anew, and its box in width. */
export function LineChart({ title, lines, data, xLabel, height, yRange, xRange, restAt, digits = 3 }: LineChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef(data)
  const rest = useRef(restAt ?? null)
  const scheme = useComputedColorScheme('dark')
  const seen = useGraphicColor()
  const drawn = lines.map((line) => ({ ...line, color: seen(line.color) }))
  const shape = JSON.stringify({ lines: drawn, xLabel, height, yRange, xRange, digits, scheme })
  useEffect(() => {
    latest.current = data
    chart.current?.setData(data as uPlot.AlignedData)
  }, [data])
  useEffect(() => {
    rest.current = restAt ?? null
    const made = chart.current
    if (made && made.cursor.idx == null) made.setLegend({ idxs: made.data.map(() => null) }, false)
  }, [restAt])
  useEffect(() => {
    const box = host.current
    if (!box) return
    const made = new uPlot(
      optionsFor(box, shape, () => rest.current),
      latest.current as uPlot.AlignedData,
      box,
    )
    chart.current = made
    const resized = new ResizeObserver(() => {
      made.setSize({ width: box.clientWidth, height: made.height })
    })
    resized.observe(box)
    return () => {
      resized.disconnect()
      made.destroy()
      chart.current = null
    }
  }, [shape])
  return <div ref={host} className={styles['chart']} role="img" aria-label={title} />
}

/** Large numbers short, so that an axis of any range has the same width: 12K. */
const COMPACT = { notation: 'compact', maximumFractionDigits: 3 } as const
const PLAIN: Intl.NumberFormatOptions = { maximumFractionDigits: 6 }
/** Whole epochs are told as such. */
const PLACE: Intl.NumberFormatOptions = { maximumFractionDigits: 2 }

interface Shape {
  readonly lines: readonly Line[]
  readonly xLabel: string
  readonly height: number
  readonly yRange?: readonly [number, number]
  readonly xRange?: readonly [number, number]
  readonly digits: number
}

function optionsFor(box: HTMLElement, shape: string, restAt: () => number | 'end' | null): uPlot.Options {
  const { lines, xLabel, height, yRange, xRange, digits } = JSON.parse(shape) as Shape
  const look = getComputedStyle(box)
  // Read when they are drawn: a chart that is made anew for another theme is made before the page has its colours.
  const ink = (name: string) => (): string => look.getPropertyValue(name).trim()
  const stroke = ink('--sw-muted')
  const grid = { stroke: ink('--sw-line'), width: 1 }
  const font = `12px ${look.fontFamily}`
  const told =
    (shown: (known: number) => string) =>
    (made: uPlot, value: number | null, series: number, place: number | null): string => {
      const [xs] = made.data
      const known =
        value ?? valueAt(made.data[series] as readonly (number | null)[], place ?? restingPlace(xs as readonly number[], restAt()))
      return known === null ? '' : shown(known)
    }
  return {
    width: Math.max(80, box.clientWidth),
    height,
    legend: { live: true },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: false, ...(xRange ? { range: [...xRange] as [number, number] } : {}) },
      y: yRange ? { range: [...yRange] as [number, number] } : {},
    },
    axes: [
      {
        label: xLabel,
        labelSize: 20,
        labelFont: font,
        stroke,
        grid,
        ticks: grid,
        font,
        size: 30,
        values: (_, ticks) => ticks.map((tick) => shownNumber(tick, PLAIN)),
      },
      { stroke, grid, ticks: grid, font, size: 44, values: (_, ticks) => ticks.map((tick) => shownNumber(tick, COMPACT)) },
    ],
    series: [
      { label: xLabel, value: told((x) => shownNumber(x, PLACE)) },
      ...lines.map(({ label, color, dashed, dots }) => ({
        label,
        stroke: color,
        width: 1.5,
        spanGaps: true,
        // A line of one point is none.
        points: { show: (made: uPlot) => dots === true || made.data[0].length < 2 },
        ...(dashed ? { dash: [6, 4] } : {}),
        value: told((y) => legendNumber(y, digits)),
      })),
    ],
  }
}
