import { Button, Group, NumberInput, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { NO_PATTERNS } from '#shared/origin.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument, useWritable } from '../context.ts'
import { isSound, OriginFields, type Patterns } from './origin-fields.tsx'

/** Divides all images into training, validation and test by chance; images of one slide or patient stay together. */
export function SplitForm({ onDone }: { readonly onDone: () => void }) {
  const images = useDocument((state) => state.images)
  const writable = useWritable()
  const [patterns, setPatterns] = useState<Patterns>(NO_PATTERNS)
  const [val, setVal] = useState(20)
  const [test, setTest] = useState(20)
  const [seed, setSeed] = useState(0)
  const names = useMemo(() => images.map(({ name }) => name), [images])
  const { busy, split } = useSplitting(onDone)
  return (
    <Stack gap="sm" role="group" aria-label={t('Split images')}>
      <Text fw={600}>{t('Split into training, validation and test')}</Text>
      <Group gap="sm" grow>
        <Percent label={t('Validation')} value={val} onChange={setVal} />
        <Percent label={t('Test')} value={test} onChange={setTest} />
        <NumberInput label={t('Seed')} min={0} max={1_000_000} value={seed} onChange={(value) => setSeed(Number(value) || 0)} />
      </Group>
      <OriginFields
        patterns={patterns}
        names={names}
        onChange={(part) => {
          setPatterns({ ...patterns, ...part })
        }}
      />
      <Group justify="space-between">
        <Text size="sm" c="var(--sw-muted)">
          {t('{{val}} % remain for training. Replaces the present split of all {{images}} images.', {
            val: 100 - val - test,
            images: images.length,
          })}
        </Text>
        <Button
          variant="default"
          loading={busy}
          disabled={!writable || !isSound(patterns) || val + test >= 100}
          onClick={() => void split({ seed, ...patterns, val: val / 100, test: test / 100 })}
        >
          {t('Split images')}
        </Button>
      </Group>
    </Stack>
  )
}

type SplitOptions = Parameters<ReturnType<typeof useApp>['stores']['clients']['project']['assignSplits']>[0]

/** Has main divide the images. It compares their pictures first, which takes a while where there are many: `busy`. */
function useSplitting(onDone: () => void): { readonly busy: boolean; readonly split: (options: SplitOptions) => Promise<void> } {
  const { stores } = useApp()
  const [busy, setBusy] = useState(false)
  const split = async (options: SplitOptions): Promise<void> => {
    setBusy(true)
    try {
      await stores.clients.project.assignSplits(options)
      stores.messages.done(t('Images were split'), true)
      onDone()
    } catch (thrown) {
      stores.messages.failed(t('Split images'), thrown)
    } finally {
      setBusy(false)
    }
  }
  return { busy, split }
}

interface PercentProps {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
}

function Percent({ label, value, onChange }: PercentProps) {
  return <NumberInput label={label} suffix=" %" min={0} max={90} value={value} onChange={(next) => onChange(Number(next) || 0)} />
}
