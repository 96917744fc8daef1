import { Button, Text } from '@mantine/core'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { type PredictRequest } from '#shared/contracts/work.ts'
import { t } from '#shared/i18n/translate.ts'
import { useApp, useDocument } from '../app/context.ts'
import { DomainExamples } from './domain-examples.tsx'
import { NOTHING_TOLD } from './domain-notes.ts'
import { WarningLine } from './warning-line.tsx'

interface DomainNoteProps {
  readonly modelId: PredictRequest['modelId']
  readonly joins?: PredictRequest['joins']
}

/**
 * Stands where a prediction is started: how many of its images look unlike those that its models learned from, with examples. Nothing where none
 * does. Images and models are compared once while they stay as they are.
 */
export function DomainNote({ modelId, joins = null }: DomainNoteProps) {
  const { domainNotes } = useApp()
  const key = useDocument(({ project, images, models, runs }) => {
    const seen = runs.find(({ id }) => id === joins)?.images ?? 0
    return JSON.stringify([project?.folder, modelId, joins, images.length, models.length, seen])
  })
  const { text, examples, brokenOff } = useStore(domainNotes, (known) => known.get(key) ?? NOTHING_TOLD)
  useEffect(() => {
    domainNotes.ask(key, { modelId, joins, rest: joins !== null })
  }, [domainNotes, key, modelId, joins])
  return (
    <>
      {text !== '' && <WarningLine size="xs" text={text} />}
      {text !== '' && <DomainExamples {...examples} />}
      {brokenOff && (
        <Text component="div" size="xs" c="var(--sw-muted)" mb="xs">
          {t('What the images show was not compared with what was learned from.')}{' '}
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              domainNotes.ask(key, { modelId, joins, rest: joins !== null }, true)
            }}
          >
            {t('Compare')}
          </Button>
        </Text>
      )}
    </>
  )
}
