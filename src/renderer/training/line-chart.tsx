import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
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
}

/** A line chart that follows its data without being made anew, and its box in width. */
export function LineChart({ title, lines, data, xLabel, height, yRange, xRange }: LineChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const latest = useRef(data)
  const scheme = useComputedColorScheme('dark')
  const shape = JSON.stringify({ lines, xLabel, height, yRange, xRange, scheme })
  useEffect(() => {
    latest.current = data
    chart.current?.setData(data as uPlot.AlignedData)
  }, [data])
  useEffect(() => {
    const box = host.current
    if (!box) return
    const made = new uPlot(optionsFor(box, shape), latest.current as uPlot.AlignedData, box)
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
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 3 })

interface Shape {
  readonly lines: readonly Line[]
  readonly xLabel: string
  readonly height: number
  readonly yRange?: readonly [number, number]
  readonly xRange?: readonly [number, number]
}

function optionsFor(box: HTMLElement, shape: string): uPlot.Options {
  const { lines, xLabel, height, yRange, xRange } = JSON.parse(shape) as Shape
  const look = getComputedStyle(box)
  const stroke = look.getPropertyValue('--sw-muted').trim()
  const grid = { stroke: look.getPropertyValue('--sw-line').trim(), width: 1 }
  const font = `12px ${look.fontFamily}`
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
      { label: xLabel, labelSize: 20, labelFont: font, stroke, grid, ticks: grid, font, size: 30 },
      { stroke, grid, ticks: grid, font, size: 44, values: (_, ticks) => ticks.map((tick) => COMPACT.format(tick)) },
    ],
    series: [
      { label: xLabel, value: (_, value) => (value === null ? '' : value.toFixed(2)) },
      ...lines.map(({ label, color, dashed, dots }) => ({
        label,
        stroke: color,
        width: 1.5,
        spanGaps: true,
        points: { show: dots === true },
        ...(dashed ? { dash: [6, 4] } : {}),
        value: (_: uPlot, value: number | null) => (value === null ? '' : value.toFixed(3)),
      })),
    ],
  }
}
