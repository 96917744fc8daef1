import { Button } from '@mantine/core'
import { useState } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { type ModelId } from '#shared/records/ids.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { useApp, useWritable } from '../../app/context.ts'

const FILTERS = [{ name: t('Model'), extensions: ['zip'] }]

/** Writes the model as one file. */
export function ExportModel({ model }: { readonly model: ModelRecord }) {
  const { stores } = useApp()
  const [writing, setWriting] = useState(false)
  const write = async (): Promise<void> => {
    const name = `${model.name.replaceAll(/[^\p{L}\p{N} ._()-]/gu, '_')}.zip`
    const file = await stores.clients.app.pickSave({ title: t('Export the model'), name, filters: FILTERS })
    if (file === null) return
    setWriting(true)
    try {
      await stores.clients.project.export({ file, what: 'model', format: 'package', modelId: model.id })
      stores.messages.done(t('Exported {{name}}', { name: model.name }))
    } catch (thrown) {
      stores.messages.failed(t('Export the model'), thrown)
    } finally {
      setWriting(false)
    }
  }
  return (
    <Button
      variant="default"
      size="xs"
      loading={writing}
      onClick={() => void write()}
      title={t('One file with weights, card and scores, for another project or BioImage.IO')}
    >
      {t('Export')}
    </Button>
  )
}

/** Takes a model that was exported as one file. */
export function ImportModel({ onImported }: { readonly onImported: (id: ModelId) => void }) {
  const { stores } = useApp()
  const writable = useWritable()
  const [taking, setTaking] = useState(false)
  const take = async (): Promise<void> => {
    const [file] = await stores.clients.app.pickFiles({ title: t('Import a model'), folders: false, filters: FILTERS })
    if (file === undefined) return
    setTaking(true)
    try {
      const { id, name, notes } = await stores.clients.work.importModel({ file })
      await stores.actions.reload()
      onImported(id)
      stores.messages.done([t('Imported {{name}}.', { name }), ...notes].join(' '))
    } catch (thrown) {
      stores.messages.failed(t('Import the model'), thrown)
    } finally {
      setTaking(false)
    }
  }
  return (
    <Button
      variant="default"
      loading={taking}
      disabled={!writable}
      onClick={() => void take()}
      title={t('A file that was exported from the library of another project')}
    >
      {t('Import a model')}
    </Button>
  )
}
