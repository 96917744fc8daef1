import { IconChecks, IconCircleCheckFilled, IconCircleDashed, IconCircleHalf2 } from '@tabler/icons-react'
import { type ImageState } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'

/** How a state is called. */
export const STATE_NAMES: Readonly<Record<ImageState, string>> = {
  unlabelled: t('Not begun'),
  'in-work': t('In work'),
  done: t('Done'),
  reviewed: t('Reviewed'),
}

/** What that says of an image. */
const MEANINGS: Readonly<Record<ImageState, string>> = {
  unlabelled: t('Not begun: nothing was labelled or reviewed yet'),
  'in-work': t('In work: labelled or reviewed in part, not done yet'),
  done: t('Done: all that is in it is labelled'),
  reviewed: t('Reviewed: done, and looked at once more'),
}

const ICONS = { unlabelled: IconCircleDashed, 'in-work': IconCircleHalf2, done: IconCircleCheckFilled, reviewed: IconChecks } as const

/** A state by its shape: an open ring, a half, a tick, two ticks. */
export function ImageStateIcon({ state }: { readonly state: ImageState }) {
  const Icon = ICONS[state]
  return <Icon size={14} role="img" aria-label={STATE_NAMES[state]} title={MEANINGS[state]} />
}
