import { Button } from '@mantine/core'
import { useState } from 'react'
import { type ForeignProposal, type ImportModelRequest } from '#shared/contracts/foreign.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ModelId } from '#shared/records/ids.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { heard } from '#shared/i18n/heard.ts'
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

/** Takes a model into the project, and says so. Throws what main says against it. */
export function useTakeModel(): (request: ImportModelRequest) => Promise<ModelId> {
  const { stores } = useApp()
  return async (request) => {
    const { id, name, notes } = await stores.clients.work.importModel(request)
    await stores.actions.reload()
    stores.messages.done([t('Imported {{name}}.', { name }), ...notes.map(heard)].join(' '))
    return id
  }
}

interface ImportModelProps {
  readonly onImported: (id: ModelId) => void
  /** A graph from elsewhere: some of it is the person's to say. */
  readonly onAsk: (file: string, proposal: NonNullable<ForeignProposal>) => void
}

/** Takes a model that was exported as one file, or asks about one from elsewhere. */
export function ImportModel({ onImported, onAsk }: ImportModelProps) {
  const { stores } = useApp()
  const writable = useWritable()
  const takeModel = useTakeModel()
  const [taking, setTaking] = useState(false)
  const take = async (): Promise<void> => {
    const filters = [{ name: t('Model'), extensions: ['zip', 'onnx'] }]
    const [file] = await stores.clients.app.pickFiles({ title: t('Import a model'), folders: false, filters })
    if (file === undefined) return
    setTaking(true)
    try {
      const proposal = await stores.clients.work.proposeModel({ file })
      if (proposal === null) onImported(await takeModel({ file }))
      else onAsk(file, proposal)
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
      title={t('A file from the library of another project, an ONNX file, or an archive of BioImage.IO')}
    >
      {t('Import a model')}
    </Button>
  )
}
