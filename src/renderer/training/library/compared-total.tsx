import { Table } from '@mantine/core'
import { type ComparedTotal, comparedTotals } from '#shared/compared-totals.ts'
import { type ModelComparison } from '#shared/contracts/comparison.ts'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'

type Figure = readonly [head: string, title: string, of: (total: ComparedTotal) => number | null, digits: number]

const FOUND: readonly Figure[] = [
  [t('Found'), t('Labels that it found: true positives'), ({ found }) => found, 0],
  [t('Missed'), t('Labels that it missed: false negatives'), ({ missed }) => missed, 0],
  [t('Wrong'), t('Predictions that are wrong: false positives'), ({ wrong }) => wrong, 0],
]
const FIGURES: Readonly<Record<ModelComparison['kind'], readonly Figure[]>> = {
  objects: FOUND,
  areas: [...FOUND, [t('Mean Dice'), t('Mean over the images of the Dice of the classes'), ({ dice }) => dice, 3]],
  images: [
    [t('Right'), t('Images whose class it says'), ({ found }) => found, 0],
    [t('Wrong'), t('Images of which it says another class'), ({ missed }) => missed, 0],
  ],
}

/** Both models over all images, and by how much they differ. */
export function ComparedTotals({ compared: { kind, images } }: { readonly compared: ModelComparison }) {
  const { a, b } = comparedTotals(images)
  const figures = FIGURES[kind]
  return (
    <Table verticalSpacing={4} mb="sm" w="auto" aria-label={t('Both models over all images')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('{{count}} images', { count: images.length })}</Table.Th>
          {figures.map(([head, title]) => (
            <Table.Th key={head} ta="right" title={title}>
              {head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Cells name="A" figures={figures} shown={(of, digits) => shown(of(a), digits)} />
        <Cells name="B" figures={figures} shown={(of, digits) => shown(of(b), digits)} />
        <Cells name={t('B less A')} figures={figures} shown={(of, digits) => difference(of(a), of(b), digits)} />
      </Table.Tbody>
    </Table>
  )
}

interface CellsProps {
  readonly name: string
  readonly figures: readonly Figure[]
  readonly shown: (of: Figure[2], digits: number) => string
}

function Cells({ name, figures, shown: shownOf }: CellsProps) {
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      {figures.map(([head, , of, digits]) => (
        <Table.Td key={head} ta="right">
          {shownOf(of, digits)}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}

const shown = (value: number | null, digits: number): string =>
  value === null ? '–' : digits === 0 ? shownNumber(value) : shownDecimals(value, digits)

function difference(a: number | null, b: number | null, digits: number): string {
  if (a === null || b === null) return '–'
  const by = b - a
  return `${by > 0 ? '+' : by < 0 ? '−' : ''}${shown(Math.abs(by), digits)}`
}
