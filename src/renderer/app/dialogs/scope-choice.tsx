import { Radio, Stack } from '@mantine/core'
import { useMemo } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { imagesMeant } from '../../panels/remove-images.ts'
import { listedImages } from '../../panels/listed-images.ts'
import { useNames } from '../../state/context.tsx'
import { openImageOf } from '../../state/document.ts'
import { useApp, useDocument } from '../context.ts'
import { type Candidates, type Scope, type ScopeOption } from './pixel-size-choice.ts'

/** Which images there are to set something of, as the window stands. */
export function useCandidates(): Candidates {
  const app = useApp()
  const open = useDocument(openImageOf)
  const all = useDocument((state) => state.images)
  return useMemo(() => {
    const meant = new Set(imagesMeant(app))
    const selected = all.filter(({ id }) => meant.has(id))
    const isOpen = selected.length === 1 && selected[0]?.id === open?.id
    return { open, selected: isOpen ? [] : selected, listed: listedImages(app), all }
  }, [app, open, all])
}

const SCOPE_TEXTS: Readonly<Record<Exclude<Scope, 'open'>, (count: number) => string>> = {
  selected: (count) => t('The {{count}} selected images', { count }),
  listed: (count) => t('The {{count}} images that the list shows', { count }),
  missing: (count) => t('All {{count}} images without a pixel size', { count }),
  unstated: (count) => t('All {{count}} images whose file states none', { count }),
  all: (count) => t('All {{count}} images of the project', { count }),
}

interface ChoiceProps {
  readonly options: readonly ScopeOption[]
  readonly scope: Scope
  readonly onScope: (scope: Scope) => void
}

/** Of which images it is said. */
export function Choice({ options, scope, onScope }: ChoiceProps) {
  const names = useNames()
  const said = ({ scope: of, images }: ScopeOption): string =>
    of === 'open' ? t('This image: {{name}}', { name: images[0] ? names.of(images[0]) : '' }) : SCOPE_TEXTS[of](images.length)
  return (
    <Radio.Group
      label={t('For')}
      value={scope}
      onChange={(value) => {
        const wanted = options.find((one) => one.scope === value)
        if (wanted) onScope(wanted.scope)
      }}
    >
      <Stack gap={8} mt={4}>
        {options.map((one) => (
          <Radio key={one.scope} size="xs" value={one.scope} label={said(one)} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
