import { Text } from '@mantine/core'
import { useMemo, type ReactNode } from 'react'
import { LineChart, type Line } from '../training/line-chart.tsx'
import { columnsAlong, type Series } from './rate-columns.ts'

interface PlotProps {
  readonly title: string
  readonly xLabel: string
  readonly lines: readonly Line[]
  readonly series: readonly Series[]
  readonly children?: ReactNode
}

/** Curves within 0 to 1 on both axes. */
export function RatePlot({ title, xLabel, lines, series, children }: PlotProps) {
  const data = useMemo(() => columnsAlong(series), [series])
  return (
    <section aria-label={title}>
      <Text fw={600}>{title}</Text>
      <LineChart title={title} lines={lines} data={data} xLabel={xLabel} height={240} xRange={[0, 1]} yRange={[0, 1.02]} />
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {children}
      </Text>
    </section>
  )
}
