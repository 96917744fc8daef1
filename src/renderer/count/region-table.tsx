import { Loader, ScrollArea, Table, Text } from '@mantine/core'
import { useMemo } from 'react'
import { areaText } from '#shared/areas.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useNames } from '../state/context.tsx'
import { openInLabel } from './open-in-label.ts'
import { density, regionRows, type RegionRow } from './region-rows.ts'
import { useCount, useRegionCounts, useSource } from './use-counts.ts'

/** One row a region: its area, a column a class, and how many of each a square millimetre where the scale is known. */
export function RegionTable() {
  const counts = useRegionCounts(useSource())
  const images = useDocument(({ tables }) => tables.images)
  const regions = useDocument(({ tables }) => tables.regions)
  const classes = useDocument((state) => state.classes)
  const shown = useCount((state) => state.shown)
  const rows = useMemo(() => (counts === null ? null : regionRows(images, regions, counts, shown)), [images, regions, counts, shown])
  if (rows === null) return <Loader m="md" size="sm" color="gray" aria-label="Counting" />
  return (
    <ScrollArea flex={1} px={12}>
      <Text size="xs" c="var(--sw-muted)" mb={4}>
        An object lies in a region where its middle does; one that lies in several is counted in each.
        {rows.some(({ area }) => area !== null) && ' The small number below a count is objects per mm².'}
      </Text>
      <Table verticalSpacing={4} stickyHeader aria-label="Counts by region">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Image</Table.Th>
            <Table.Th>Region</Table.Th>
            <Table.Th ta="right">Area</Table.Th>
            {classes.map(({ id, name }) => (
              <Table.Th key={id} ta="right">
                {name}
              </Table.Th>
            ))}
            <Table.Th ta="right">All</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  )
}

function Row({ row }: { readonly row: RegionRow }) {
  const app = useApp()
  const { of: nameOf } = useNames()
  const classes = useDocument((state) => state.classes)
  const { image, name, fullyLabelled, pixels, area, counts, total } = row
  return (
    <Table.Tr
      tabIndex={0}
      style={{ cursor: 'pointer' }}
      onClick={() => {
        openInLabel(app, image.id)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') openInLabel(app, image.id)
      }}
    >
      <Table.Td>{nameOf(image)}</Table.Td>
      <Table.Td c={name === null ? 'var(--sw-muted)' : 'inherit'}>
        {name ?? 'In no region'}
        {fullyLabelled && ' ✓'}
      </Table.Td>
      <Table.Td ta="right">{pixels === null ? '' : areaText(pixels, area)}</Table.Td>
      {classes.map(({ id }) => (
        <Count key={id} count={counts.get(id) ?? 0} area={area} />
      ))}
      <Count count={total} area={area} />
    </Table.Tr>
  )
}

function Count({ count, area }: { readonly count: number; readonly area: number | null }) {
  const perArea = density(count, area)
  return (
    <Table.Td ta="right" c={count === 0 ? 'var(--sw-muted)' : 'inherit'}>
      {count.toLocaleString()}
      {perArea !== '' && (
        <Text size="xs" c="var(--sw-muted)" title="per mm²">
          {perArea}
        </Text>
      )}
    </Table.Td>
  )
}
