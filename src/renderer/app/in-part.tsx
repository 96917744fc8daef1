import { Text } from '@mantine/core'
import { heard } from '#shared/i18n/heard.ts'
import { inPartText, withoutInPart } from '#shared/in-part.ts'

/** How many images an answer leaves out since they are reviewed in part. */
export function InPart({ answer }: { readonly answer: unknown }) {
  const text = heard(inPartText(withoutInPart.safeParse(answer).data?.inPart ?? 0))
  if (text === '') return null
  return (
    <Text size="sm" mb="sm" role="note">
      {text}
    </Text>
  )
}
