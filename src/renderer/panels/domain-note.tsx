import { useEffect, useState } from 'react'
import { type PredictRequest } from '#shared/contracts/work.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useDocument } from '../app/context.ts'
import { WarningLine } from './warning-line.tsx'

/** Stands where a prediction is started: how many of its images differ in colour from those that its models learned from. Nothing where none does. */
export function DomainNote({
  modelId,
  joins = null,
}: {
  readonly modelId: PredictRequest['modelId']
  readonly joins?: PredictRequest['joins']
}) {
  const { stores } = useApp()
  const images = useDocument((state) => state.images.length)
  const [note, setNote] = useState('')
  useEffect(() => {
    let wanted = true
    setNote('')
    stores.clients.work.domainNote({ modelId, joins, rest: joins !== null }).then(
      (told) => {
        if (wanted) setNote(told)
      },
      // A note that cannot be made stops nobody from predicting.
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [stores, modelId, joins, images])
  return note === '' ? null : <WarningLine size="xs" text={heard(note)} />
}
