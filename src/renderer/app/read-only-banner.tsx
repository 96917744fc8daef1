import { IconLock } from '@tabler/icons-react'
import { t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useDocument } from './context.ts'
import styles from './read-only-banner.module.css'

/** Says all the while that nothing can be changed here, and why. */
export function ReadOnlyBanner() {
  const why = useDocument(({ project }) => project?.readOnly ?? '')
  if (why === '') return null
  return (
    <div className={styles['banner']} role="status" aria-label={t('Read only')}>
      <IconLock size={16} aria-hidden />
      <span>
        <b>{t('Read only:')}</b> {heard(why)}.
      </span>
    </div>
  )
}
