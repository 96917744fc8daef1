import { Button } from '@mantine/core'
import { t } from '#shared/i18n/translate.ts'

/** Opens the library; the words stand where models are listed. */
export function LibraryButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button
      fullWidth
      variant="default"
      size="xs"
      mb={8}
      onClick={onClick}
      title={t('All models as a tree: notes, scores, curves, comparison, export and import')}
    >
      {t('Library of models')}
    </Button>
  )
}
