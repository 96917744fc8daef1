import { Text, UnstyledButton } from '@mantine/core'
import { type DomainCheck } from '#shared/contracts/domain.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { useApp, useDocument } from '../app/context.ts'
import { useNameOf } from '../state/context.tsx'
import { Thumbnail } from './thumbnail.tsx'
import styles from './domain-examples.module.css'

/** Images that are most unlike what was learned from, beside learned ones that are nearest to them; a click opens one. */
export function DomainExamples({ far, near }: DomainCheck['examples']) {
  if (far.length === 0) return null
  return (
    <div className={styles['examples']}>
      <Examples title={t('Most unlike')} images={far} />
      {near.length > 0 && <Examples title={t('Nearest that were learned from')} images={near} />}
    </div>
  )
}

function Examples({ title, images }: { readonly title: string; readonly images: readonly ImageId[] }) {
  return (
    <div role="group" aria-label={title}>
      <Text size="xs" c="var(--sw-muted)">
        {title}
      </Text>
      <div className={styles['row']}>
        {images.map((id) => (
          <Example key={id} id={id} />
        ))}
      </div>
    </div>
  )
}

function Example({ id }: { readonly id: ImageId }) {
  const { stores, shell } = useApp()
  const name = useNameOf(useDocument((state) => state.tables.images.get(id)))
  const open = (): void => {
    shell.close()
    shell.goTo('label')
    void stores.actions.openImage(id)
  }
  return (
    <UnstyledButton className={styles['example'] ?? ''} title={name} aria-label={t('Open {{name}}', { name })} onClick={open}>
      <Thumbnail id={id} className={styles['picture'] ?? ''} />
    </UnstyledButton>
  )
}
