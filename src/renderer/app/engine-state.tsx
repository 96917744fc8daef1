import { Popover, Stack, Text, UnstyledButton } from '@mantine/core'
import { type BackendReport } from '#shared/contracts/engine.ts'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { activeJob } from './jobs-store.ts'
import { useJobs } from './context.ts'
import { cx } from './css.ts'
import styles from './engine-state.module.css'

const TITLES: Readonly<Record<string, string>> = { tensorflow: 'TensorFlow', wasm: 'WebAssembly', webgpu: 'WebGPU', onnx: 'ONNX Runtime' }

export const backendTitle = (name: string): string => TITLES[name] ?? name

function summary(backends: readonly BackendReport[] | null): { readonly text: string; readonly state: 'asking' | 'works' | 'off' } {
  if (backends === null) return { text: t('Engine starts …'), state: 'asking' }
  const best = backends.find(({ works }) => works)
  if (!best) return { text: t('No engine'), state: 'off' }
  return { text: `${backendTitle(best.name)} · ${heard(best.device)}`, state: 'works' }
}

/** What computes, and why not something better. */
export function EngineState() {
  const backends = useJobs((state) => state.backends)
  const busy = useJobs((state) => activeJob(state) !== null)
  const { text, state } = summary(backends)
  return (
    <Popover position="bottom-end" width={340}>
      <Popover.Target>
        <UnstyledButton className={styles['state']} aria-label={t('Engine: {{text}}', { text })}>
          <span className={cx(styles['dot'], styles[state], busy && styles['busy'])} aria-hidden />
          <span className={styles['text']}>{text}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          {(backends ?? []).map((backend) => (
            <Backend key={backend.name} backend={backend} />
          ))}
          {state === 'asking' && <Text size="sm">{t('The engine is being started and tried with a real computation.')}</Text>}
          {state === 'off' && (
            <Text size="sm">{t('Nothing that can train or predict works here. Labels can still be made; they are safe.')}</Text>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

function Backend({ backend }: { readonly backend: BackendReport }) {
  const { name, works, device, version, why, advice } = backend
  return (
    <div data-selectable>
      <Text size="sm" fw={600}>
        {backendTitle(name)} {version} · {works ? heard(device) : t('does not work here')}
      </Text>
      {why !== '' && <Text size="xs">{heard(why)}</Text>}
      {advice !== '' && (
        <Text size="xs" c="var(--sw-muted)">
          {heard(advice)}
        </Text>
      )}
    </div>
  )
}
