import { Table, Text, Title, UnstyledButton } from '@mantine/core'
import { type TrainingData } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownNumber } from '#shared/i18n/formats.ts'
import { useNameOf } from '../state/context.tsx'
import { useApp, useDocument } from '../app/context.ts'
import { cx } from '../app/css.ts'
import { useGraphicColor } from '../app/use-graphic-color.ts'
import { openInLabel } from '../count/open-in-label.ts'
import { Thumbnail } from '../panels/thumbnail.tsx'
import styles from './before-training.module.css'

type ClassRow = TrainingData['perClass'][number]
type Example = ClassRow['examples'][number]
type Part = 'train' | 'val' | 'test' | 'unsplit'

const PARTS: readonly { readonly part: Part; readonly title: string; readonly always: boolean }[] = [
  { part: 'train', title: t('Training'), always: true },
  { part: 'val', title: t('Validation'), always: true },
  { part: 'test', title: t('Test'), always: false },
  { part: 'unsplit', title: t('No split'), always: false },
]

const titleOf = (part: Part): string => PARTS.find((one) => one.part === part)?.title ?? part

/** How many labels each class has, and what some of them look like: what is odd or missing is seen before hours are spent on it. */
export function ClassBalance({ data }: { readonly data: TrainingData }) {
  const { perClass } = data
  const shown = PARTS.filter(({ part, always }) => always || perClass.some((row) => row[part] > 0))
  const most = Math.max(1, ...perClass.map((row) => shown.reduce((sum, { part }) => sum + row[part], 0)))
  const examplesWidth = 50 * examplesBeside(shown.length) + 8
  const width = NAME_WIDTH + NUMBER_WIDTH * shown.length + examplesWidth
  return (
    <section aria-label={t('Classes')}>
      <Title order={3} mb={4}>
        {t('Classes')}
      </Title>
      {/* Reached by Tab: with large text it scrolls. */}
      <div className={styles['balance']} tabIndex={0} role="region" aria-label={t('Labels per class')}>
        <Table verticalSpacing={6} horizontalSpacing={8} layout="fixed" miw={width} aria-label={t('Labels per class')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={styles['first'] ?? ''}>{t('Class')}</Table.Th>
              {shown.map(({ part, title }) => (
                <Table.Th key={part} ta="right" w={NUMBER_WIDTH}>
                  {title}
                </Table.Th>
              ))}
              <Table.Th w={examplesWidth}>{t('Examples')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {perClass.map((row) => (
              <Row key={row.name} row={row} most={most} shown={shown.map(({ part }) => part)} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  )
}

/** CSS pixels that the columns have: at least for the name of a class, and for a number. */
const NAME_WIDTH = 120
const NUMBER_WIDTH = 86

/** The more splits there are, the less room is left in a small window. */
const examplesBeside = (columns: number): number => 8 - columns

function Row({ row, most, shown }: { readonly row: ClassRow; readonly most: number; readonly shown: readonly Part[] }) {
  const color = useDocument(({ classes }) => classes.find(({ name }) => name === row.name)?.color)
  const seen = useGraphicColor()
  const parts = shown.filter((part) => row[part] > 0)
  const share = (count: number): string => `${String((100 * count) / most)}%`
  return (
    <Table.Tr>
      <Table.Td className={styles['first'] ?? ''}>
        <Text size="sm" truncate title={row.name}>
          {row.name}
        </Text>
        <div className={styles['bar']} aria-hidden>
          {parts.map((part) => (
            <span
              key={part}
              title={`${titleOf(part)}: ${shownNumber(row[part])}`}
              className={cx((part === 'val' || part === 'test') && styles['held'])}
              style={{ width: share(row[part]), background: color === undefined ? 'var(--sw-muted)' : seen(color) }}
            />
          ))}
        </div>
      </Table.Td>
      {shown.map((part) => (
        <Table.Td key={part} ta="right">
          {shownNumber(row[part])}
        </Table.Td>
      ))}
      <Table.Td>
        <div className={styles['examples']}>
          {row.examples.slice(0, examplesBeside(shown.length)).map((example, index) => (
            <ExampleCell key={index} example={example} className={row.name} />
          ))}
          {row.examples.length === 0 && (
            <Text size="sm" c="var(--sw-muted)">
              {t('No labels yet')}
            </Text>
          )}
        </div>
      </Table.Td>
    </Table.Tr>
  )
}

/** Side of the shown part in terms of the object's longer side, and image pixels that a point is taken to be wide. */
const SURROUNDINGS = 1.5
const LEAST_SIDE = 24
/** Image pixels from which a crop is cut out of the thumbnail: a whole slide is not decoded for a stamp. */
const LARGE = 2e7

function ExampleCell({ example, className }: { readonly example: Example; readonly className: string }) {
  const app = useApp()
  const image = useDocument(({ tables }) => tables.images.get(example.imageId))
  const name = useNameOf(image)
  if (!image) return null
  const { bounds } = example
  const { width, height } = image
  const { clients } = app.stores
  const href = width * height > LARGE ? clients.thumbnailUrl(image.id) : clients.imageUrl(image.id)
  return (
    <UnstyledButton
      className={styles['example']}
      aria-label={t('{{className}} on {{name}}: open', { className, name })}
      title={name}
      onClick={() => openInLabel(app, image.id)}
    >
      {bounds === null ? (
        <Thumbnail id={image.id} {...(styles['whole'] === undefined ? {} : { className: styles['whole'] })} />
      ) : (
        <svg viewBox={viewOf(bounds)} aria-hidden>
          <image href={href} width={width} height={height} preserveAspectRatio="none" />
        </svg>
      )}
    </UnstyledButton>
  )
}

function viewOf({ x, y, width, height }: NonNullable<Example['bounds']>): string {
  const side = SURROUNDINGS * Math.max(width, height, LEAST_SIDE)
  return [x + width / 2 - side / 2, y + height / 2 - side / 2, side, side].map((value) => value.toFixed(1)).join(' ')
}
