import { Alert, Button, Checkbox, Group, NumberInput, Select, Stack, Text, Textarea, Title } from '@mantine/core'
import { useState } from 'react'
import { type ForeignProposal, foreignWish, pixelRule } from '#shared/contracts/foreign.ts'
import { type ErrorInfo, toErrorInfo } from '#shared/errors.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { type ModelId } from '#shared/records/ids.ts'
import { boxForm, outputValues } from '#shared/records/foreign-graph.ts'
import { useTakeModel } from './model-files.tsx'
import styles from './library.module.css'

type Proposal = NonNullable<ForeignProposal>
type Wish = Proposal['wish']

interface GraphFormProps {
  readonly file: string
  readonly proposal: Proposal
  /** With the model that was imported, or null where none is. */
  readonly onDone: (id: ModelId | null) => void
}

/** What a graph that was made elsewhere cannot say of itself, filled in with what it does say and what is usual. */
export function GraphForm({ file, proposal, onDone }: GraphFormProps) {
  const [wish, setWish] = useState(proposal.wish)
  const [names, setNames] = useState((proposal.wish.classes ?? []).join('\n'))
  const [fault, setFault] = useState<ErrorInfo | null>(null)
  const [taking, setTaking] = useState(false)
  const take = useTakeModel()
  const change = (part: Partial<Wish>): void => setWish((before) => ({ ...before, ...part }))
  const start = async (): Promise<void> => {
    setTaking(true)
    try {
      const lines = names.replace(/\n+$/, '').split('\n')
      const foreign = foreignWish.parse({ ...wish, classes: names.trim() === '' ? null : lines.map((line) => line.trim()) })
      onDone(await take({ file, foreign }))
    } catch (thrown) {
      setFault(toErrorInfo(thrown))
      setTaking(false)
    }
  }
  return (
    <Stack gap="sm" className={styles['graph'] ?? ''}>
      <Title order={3}>{t('A model that was made elsewhere')}</Title>
      <Text size="sm">
        {t('The file takes {{takes}} and gives {{gives}}. It can predict here; nothing can be trained from it.', {
          takes: proposal.takes,
          gives: proposal.gives,
        })}
      </Text>
      <div className={styles['fields']}>
        <Textarea
          label={t('Classes, one a line')}
          description={t('{{count}} in the order of the file; a line left empty is passed over', { count: proposal.channels })}
          autosize
          minRows={3}
          maxRows={8}
          value={names}
          onChange={(event) => setNames(event.currentTarget.value)}
        />
        <Stack gap="sm">
          {!proposal.pixelsKnown && <Pixels wish={wish} onChange={change} />}
          <Order wish={wish} onChange={change} />
          {proposal.sizeOpen && <InputSides wish={wish} onChange={change} />}
        </Stack>
        <Reading wish={wish} onChange={change} />
        <Scale wish={wish} onChange={change} />
      </div>
      {fault && <Alert color="red" title={heard(fault.message)} role="alert" children={heard(fault.hint ?? '')} />}
      <Group justify="flex-end">
        <Button variant="default" disabled={taking} onClick={() => onDone(null)}>
          {t('Cancel')}
        </Button>
        <Button loading={taking} onClick={() => void start()}>
          {t('Import')}
        </Button>
      </Group>
    </Stack>
  )
}

interface PartProps {
  readonly wish: Wish
  readonly onChange: (part: Partial<Wish>) => void
}

const PIXELS = {
  none: t('0 to 255, as they are'),
  unit: t('0 to 1'),
  symmetric: t('−1 to 1'),
  imagenet: t('By ImageNet’s mean and deviation'),
  'own-mean': t('By each picture’s own mean and deviation'),
  'own-range': t('By each picture’s own range'),
} as const

function Pixels({ wish, onChange }: PartProps) {
  return (
    <Select
      label={t('How it wants pixels')}
      description={t('The file does not say; whoever made it knows.')}
      data={pixelRule.options.map((value) => ({ value, label: PIXELS[value] }))}
      value={wish.pixels}
      allowDeselect={false}
      onChange={(value) => onChange({ pixels: pixelRule.parse(value) })}
    />
  )
}

function Order({ wish, onChange }: PartProps) {
  return (
    <Select
      label={t('Order of colours')}
      data={[
        { value: 'rgb', label: t('red, green, blue') },
        { value: 'bgr', label: t('blue, green, red') },
      ]}
      value={wish.order}
      allowDeselect={false}
      onChange={(value) => onChange({ order: value === 'bgr' ? 'bgr' : 'rgb' })}
    />
  )
}

function InputSides({ wish, onChange }: PartProps) {
  const [height = 512, width = 512] = wish.size ?? []
  const side = (label: string, value: number, change: (value: number) => void) => (
    <NumberInput
      label={label}
      min={8}
      max={4096}
      value={value}
      onChange={(given) => {
        if (typeof given === 'number') change(given)
      }}
    />
  )
  return (
    <Group grow gap="sm">
      {side(t('Input height'), height, (value) => onChange({ size: [value, width] }))}
      {side(t('Input width'), width, (value) => onChange({ size: [height, value] }))}
    </Group>
  )
}

const FORMS = {
  columns: t('As YOLOv8 and later'),
  rows: t('As YOLOv5 and YOLOv7'),
  best: t('Six numbers a box'),
} as const

/** What the numbers of the output mean; each kind of project asks its own. */
function Reading({ wish, onChange }: PartProps) {
  return (
    <Stack gap="sm">
      {wish.values !== null && (
        <Select
          label={t('Its numbers are')}
          data={[
            { value: 'probabilities', label: t('probabilities') },
            { value: 'logits', label: t('logits') },
          ]}
          value={wish.values}
          allowDeselect={false}
          onChange={(value) => onChange({ values: outputValues.parse(value) })}
        />
      )}
      {wish.boxes !== null && (
        <Select
          label={t('How boxes stand in it')}
          data={boxForm.options.map((value) => ({ value, label: FORMS[value] }))}
          value={wish.boxes}
          allowDeselect={false}
          onChange={(value) => onChange({ boxes: boxForm.parse(value) })}
        />
      )}
      {wish.countFrom !== null && (
        <NumberInput
          label={t('Its score from which an object counts')}
          description={t('Told as 0.5 here.')}
          min={0.01}
          max={0.99}
          step={0.05}
          decimalScale={2}
          value={wish.countFrom}
          onChange={(value) => {
            if (typeof value === 'number') onChange({ countFrom: value })
          }}
        />
      )}
      {wish.background !== null && (
        <Checkbox
          label={t('Its first channel is the background')}
          checked={wish.background}
          onChange={(event) => onChange({ background: event.currentTarget.checked })}
        />
      )}
      {wish.instances !== null && (
        <Checkbox
          label={t('Tell touching objects apart')}
          checked={wish.instances}
          onChange={(event) => onChange({ instances: event.currentTarget.checked })}
        />
      )}
    </Stack>
  )
}

function Scale({ wish, onChange }: PartProps) {
  if (wish.pixelsPerInput === null) return null
  return (
    <NumberInput
      label={t('Image pixels for each pixel that it sees')}
      description={wish.countFrom !== null ? t('0: every image is seen as a whole') : t('2: the image is seen at half its size')}
      min={0}
      max={100}
      step={0.5}
      decimalScale={3}
      value={wish.pixelsPerInput}
      onChange={(value) => {
        if (typeof value === 'number') onChange({ pixelsPerInput: value })
      }}
    />
  )
}
