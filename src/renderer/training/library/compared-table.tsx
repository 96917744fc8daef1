import { Anchor, Table, Text } from '@mantine/core'
import { shownDecimals, shownNumber } from '#shared/i18n/formats.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ModelComparison } from '#shared/contracts/comparison.ts'
import { type AnnotationId, type PredictionId, type RunId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../../app/context.ts'
import { useNameOf } from '../../state/context.tsx'
import { InPart } from '../../app/in-part.tsx'
import { SeenBefore } from '../../app/seen-before.tsx'
import { TestLooks } from '../../app/test-looks.tsx'
import { ComparedTotals } from './compared-total.tsx'
import { openObjects } from '../../count/open-in-label.ts'

type Kind = ModelComparison['kind']
type Row = ModelComparison['images'][number]

const SHOWN = 200
type Column = 'both' | 'onlyA' | 'onlyB' | 'neither' | 'wrongA' | 'wrongB'
type Columns = readonly (readonly [Column, short: string, long: string])[]
const FOUND: Columns = [
  ['both', t('Both'), t('Objects that both found')],
  ['onlyA', t('Only A'), t('Objects that A found and B missed')],
  ['onlyB', t('Only B'), t('Objects that B found and A missed')],
  ['neither', t('Neither'), t('Objects that both missed')],
]
const COLUMNS: Readonly<Record<Kind, Columns>> = {
  objects: [
    ...FOUND,
    ['wrongA', t('Wrong A'), t('Boxes of A on nothing, or on an object of another class')],
    ['wrongB', t('Wrong B'), t('Boxes of B on nothing, or on an object of another class')],
  ],
  areas: [
    ...FOUND,
    ['wrongA', t('Wrong A'), t('Areas of A that are no object of their class')],
    ['wrongB', t('Wrong B'), t('Areas of B that are no object of their class')],
  ],
  images: [
    ['both', t('Both'), t('Both are right')],
    ['onlyA', t('Only A'), t('A is right and B is wrong')],
    ['onlyB', t('Only B'), t('B is right and A is wrong')],
    ['neither', t('Neither'), t('Both are wrong')],
  ],
}

/** Two models image by image, the most different images first; a number opens its image with what it counts selected. */
export function ComparedTable({ compared }: { readonly compared: ModelComparison }) {
  const { kind, images, seenBefore } = compared
  return (
    <>
      <SeenBefore
        answers={[
          { of: 'A', answer: { seenBefore: seenBefore.a } },
          { of: 'B', answer: { seenBefore: seenBefore.b } },
        ]}
      />
      <InPart answer={compared} />
      <ComparedTotals compared={compared} />
      <Table verticalSpacing={4} aria-label={t('Models image by image')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('Image')}</Table.Th>
            {COLUMNS[kind].map(([name, short, long]) => (
              <Table.Th key={name} ta="right" title={long}>
                {short}
              </Table.Th>
            ))}
            {EXTRA[kind].map(([head]) => (
              <Table.Th key={head} ta={kind === 'areas' ? 'right' : 'left'}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {images.slice(0, SHOWN).map((row) => (
            <ImageRow key={row.imageId} compared={compared} row={row} />
          ))}
          <AllRow compared={compared} />
        </Table.Tbody>
      </Table>
      <Text size="xs" c="var(--sw-muted)">
        {meaning(compared)}
        {images.length > SHOWN &&
          ` ${t('The {{shown}} most different of {{all}} images.', { shown: shownNumber(SHOWN), all: shownNumber(images.length) })}`}
      </Text>
      <TestLooks answer={compared} />
    </>
  )
}

const dice = (value: number | null | undefined): string => (value === null || value === undefined ? '' : shownDecimals(value, 3))

/** What is told of an image beside the numbers. */
const EXTRA: Readonly<Record<Kind, readonly (readonly [head: string, cell: (row: Row) => string])[]>> = {
  objects: [],
  areas: [
    [t('Dice A'), (row) => dice(row.dice?.a)],
    [t('Dice B'), (row) => dice(row.dice?.b)],
  ],
  images: [
    [t('Label'), (row) => row.said?.label ?? ''],
    [t('A says'), (row) => row.said?.a ?? ''],
    [t('B says'), (row) => row.said?.b ?? ''],
  ],
}

function meaning({ kind, score, images, mcnemar }: ModelComparison): string {
  if (kind === 'objects')
    return t('Found: a box of the same class with an IoU of 0.5 or more, score {{score}} and more.', { score: shownNumber(score) })
  if (kind === 'areas')
    return t('Found: an area of the same class with an IoU above 0.5, score {{score}} and more. Dice is the mean of the classes.', {
      score: shownNumber(score),
    })
  const { onlyA, onlyB, p } = mcnemar ?? { onlyA: 0, onlyB: 0, p: 1 }
  return t('Of {{all}} images A alone is right on {{onlyA}}, B alone on {{onlyB}}: by chance so unlike with probability {{p}} (McNemar).', {
    ...{ all: shownNumber(images.length), onlyA: shownNumber(onlyA), onlyB: shownNumber(onlyB) },
    p: p < LEAST_P ? `< ${shownDecimals(LEAST_P, 3)}` : shownDecimals(p, 3),
  })
}

const LEAST_P = 0.001

function ImageRow({ compared, row }: { readonly compared: ModelComparison; readonly row: Row }) {
  const app = useApp()
  const name = useNameOf(useDocument((state) => state.tables.images.get(row.imageId)))
  const { kind, score } = compared
  const open = (ids: Picked): void => {
    app.shell.close()
    void openObjects(app, { imageId: row.imageId, score, ...ids })
  }
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
      {COLUMNS[kind].map(([column, , long]) => (
        <Table.Td key={column} ta="right">
          {row[column].length === 0 ? (
            0
          ) : (
            <Anchor
              component="button"
              size="sm"
              title={t('Show: {{what}}', { what: long })}
              onClick={() => open(pickedOf(compared, row, column))}
            >
              {shownNumber(row[column].length)}
            </Anchor>
          )}
        </Table.Td>
      ))}
      {EXTRA[kind].map(([head, cell]) => (
        <Table.Td key={head} ta={kind === 'areas' ? 'right' : 'left'}>
          {cell(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}

/** All images, those too that are not shown. */
function AllRow({ compared: { kind, images } }: { readonly compared: ModelComparison }) {
  return (
    <Table.Tr fw={600}>
      <Table.Td>{t('All images')}</Table.Td>
      {COLUMNS[kind].map(([column]) => (
        <Table.Td key={column} ta="right">
          {shownNumber(images.reduce((sum, row) => sum + row[column].length, 0))}
        </Table.Td>
      ))}
      {EXTRA[kind].map(([head]) => (
        <Table.Td key={head} />
      ))}
    </Table.Tr>
  )
}

interface Picked {
  readonly runId: RunId
  readonly annotations: readonly AnnotationId[]
  readonly predictions: readonly PredictionId[]
}

/** What is selected, with the predictions of the model that found it, or that is wrong. */
function pickedOf({ kind, runA, runB }: ModelComparison, row: Row, name: Column): Picked {
  const runId = name === 'onlyB' || name === 'wrongB' ? runB : runA
  if (name === 'wrongA' || name === 'wrongB') return { runId, annotations: [], predictions: row[name] }
  // The label of an image as a whole is nothing that can be selected on it.
  return { runId, annotations: kind === 'images' ? [] : row[name], predictions: [] }
}
