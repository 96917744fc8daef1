import { Text } from '@mantine/core'
import { type DrawnBy, fewDrawnText } from '#shared/drawn-by.ts'
import { heard } from '#shared/i18n/heard.ts'

/** That intervals were drawn from very few patients, slides or images; nothing where they are enough. */
export function FewDrawn({ drawn }: { readonly drawn: readonly (DrawnBy | null)[] }) {
  const texts = new Set(drawn.map((one) => heard(fewDrawnText(one))).filter((text) => text !== ''))
  if (texts.size === 0) return null
  return (
    <Text size="sm" mb="sm" role="note" style={{ whiteSpace: 'pre-line' }}>
      {[...texts].join('\n')}
    </Text>
  )
}
