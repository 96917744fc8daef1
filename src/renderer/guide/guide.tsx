import { ActionIcon, Button, Group, Kbd, Progress, Text } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react'
import { Fragment, type ReactNode, useState } from 'react'
import { type CommandId } from '#shared/commands.ts'
import { isFinished } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useJobs, useShell } from '../app/context.ts'
import { activeJob } from '../app/jobs-store.ts'
import { useKeyOf } from '../state/context.tsx'
import { advanced, GUIDE, type GuideState, type GuideStep, type Seen } from './steps.ts'
import styles from './guide.module.css'

/** Leads through the loop once, beside the work and never in its way: it goes on by itself when a step is done, and is closed at any time. */
export function Guide() {
  const isOn = useShell(({ guide }) => guide)
  return isOn ? <GuideCard /> : null
}

function GuideCard() {
  const { shell } = useApp()
  const now = useSeen()
  const [state, setState] = useState<GuideState>(() => ({ step: 0, begun: now }))
  const next = advanced(state, now)
  if (next !== state) setState(next)
  const step = GUIDE[next.step]
  const [folded, setFolded] = useState(false)
  const close = (): void => {
    shell.setState({ guide: false })
  }
  const fold = folded ? t('Unfold the guide') : t('Fold the guide')
  return (
    <section className={styles['card']} aria-label={t('Guide')}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="var(--sw-muted)">
          {step === undefined ? t('Guide') : t('Guide, step {{step}} of {{GUIDE}}', { step: next.step + 1, GUIDE: GUIDE.length })}
        </Text>
        <Group gap={4} wrap="nowrap">
          <ActionIcon size={24} variant="subtle" color="gray" aria-label={fold} title={fold} onClick={() => setFolded(!folded)}>
            {folded ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
          </ActionIcon>
          <ActionIcon
            size={24}
            variant="subtle"
            color="gray"
            aria-label={t('Close the guide')}
            title={t('Close the guide')}
            onClick={close}
          >
            <IconX size={14} />
          </ActionIcon>
        </Group>
      </Group>
      {folded ? null : step === undefined ? (
        <Through close={close} />
      ) : (
        <Step step={step} begun={next.begun} now={now} skip={() => setState({ step: next.step + 1, begun: now })} />
      )}
    </section>
  )
}

interface StepProps {
  readonly step: GuideStep
  readonly begun: Seen
  readonly now: Seen
  readonly skip: () => void
}

function Step({ step, begun, now, skip }: StepProps) {
  const done = Math.max(0, step.done(begun, now))
  const waits = step.meanwhile !== undefined && now.busy === step.meanwhile.during
  return (
    <>
      <Text fw={600} role="status">
        {step.title}
      </Text>
      <Text size="sm">{waits ? step.meanwhile?.text : <WithKeys text={step.text} keys={step.keys} />}</Text>
      {step.of > 1 && <Progress size="sm" value={(100 * done) / step.of} aria-label={t('{{done}} of {{of}}', { done, of: step.of })} />}
      <Group justify="flex-end">
        <Button size="compact-xs" variant="subtle" color="gray" onClick={skip}>
          {t('Skip this step')}
        </Button>
      </Group>
    </>
  )
}

function Through({ close }: { readonly close: () => void }) {
  const { stores } = useApp()
  return (
    <>
      <Text fw={600} role="status">
        {t('That is the whole loop')}
      </Text>
      <Text size="sm">
        {t('Label, train, review, train again, count: each round asks less of you. With your own images it goes the same way.')}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button size="compact-sm" variant="default" onClick={close}>
          {t('Close')}
        </Button>
        <Button
          size="compact-sm"
          onClick={() => {
            close()
            stores.commands.run('project.new')
          }}
        >
          {t('New project')}
        </Button>
      </Group>
    </>
  )
}

/** A text with key caps where it says `{0}`, `{1}` …: the keys as they are bound now. */
function WithKeys({ text, keys }: { readonly text: string; readonly keys: readonly CommandId[] }) {
  return text.split(/(\{\d\})/).map((part, i): ReactNode => {
    const place = /^\{(\d)\}$/.exec(part)
    const id = place === null ? undefined : keys[Number(place[1])]
    return <Fragment key={i}>{id === undefined ? part : <Key id={id} />}</Fragment>
  })
}

const Key = ({ id }: { readonly id: CommandId }) => <Kbd size="xs">{useKeyOf(id)}</Kbd>

function useSeen(): Seen {
  const place = useShell((shell) => shell.place)
  const edits = useDocument(({ history }) => history.sequence)
  const models = useDocument((state) => state.models.length)
  const runs = useDocument((state) => state.runs.length)
  const finished = useDocument(({ images }) => images.filter(isFinished).length)
  const atWork = useDocument(({ imageId, tables }) => imageId !== null && isOpenWork(tables.images.get(imageId)?.state))
  const busy = useJobs((state) => activeJob(state)?.kind ?? null)
  return { place, edits, finished, models, runs, atWork, busy }
}

const isOpenWork = (state: string | undefined): boolean => state === 'unlabelled' || state === 'in-work'
