import { Button, Select, Text } from '@mantine/core'
import { IconDownload, IconReport } from '@tabler/icons-react'
import { useEffect } from 'react'
import { type CountBy } from '#shared/contracts/counts.ts'
import { exportFormat, type ExportRequest } from '#shared/contracts/project.ts'
import { languageNow, t } from '#shared/i18n/translate.ts'
import { heard } from '#shared/i18n/heard.ts'
import { useApp, useDocument, type AppModel } from '../app/context.ts'
import { PanelSection } from '../panels/panel-section.tsx'
import { useKeyOf, useNames } from '../state/context.tsx'
import { Hint } from '../hint/hint.tsx'
import { useCount, useCountedBy, useSource } from './use-counts.ts'

const ROW_NAMES: Readonly<Record<CountBy, string>> = {
  ...{ image: t('an image'), region: t('a region') },
  ...{ slide: t('a slide'), patient: t('a patient'), group: t('a group of images') },
}

const LAYOUTS: readonly { readonly value: ExportRequest['layout']; readonly label: string }[] = [
  { value: 'wide', label: t('A column a class') },
  { value: 'tidy', label: t('A row a class, with all figures') },
]

/** What of the Count place can be had as a file. */
export function ExportSection() {
  const { stores, count } = useApp()
  const { masked } = useNames()
  const by = ROW_NAMES[useCountedBy()]
  const layout = useCount((state) => state.layout)
  const keyOfReport = useKeyOf('export.report')
  useExportCommands()
  return (
    <PanelSection title={t('Export')}>
      <Button fullWidth leftSection={<IconDownload size={16} />} onClick={() => stores.commands.run('export.counts')}>
        {t('Export counts')}
      </Button>
      <Select
        mt="xs"
        aria-label={t('Layout of the exported table')}
        value={layout}
        data={LAYOUTS}
        allowDeselect={false}
        onChange={(value) => {
          count.setState({ layout: value === 'tidy' ? 'tidy' : 'wide' })
        }}
      />
      <Text size="xs" c="var(--sw-muted)" mt={4}>
        {t(
          'CSV, TSV or Excel: one row {{by}}, with what was counted; or JSON with every object, score and decision behind the numbers. Filters by name and state do not apply.',
          { by },
        )}
        {masked && t(' File names are masked in the window; the export carries them.')}
      </Text>
      <Hint label={t('Counts, pictures, model and review on paper or as a page  {{keyOfReport}}', { keyOfReport })}>
        <Button
          fullWidth
          mt="xs"
          variant="default"
          leftSection={<IconReport size={16} />}
          onClick={() => stores.commands.run('export.report')}
        >
          {t('Report…')}
        </Button>
      </Hint>
      <Button fullWidth mt="xs" variant="default" onClick={() => stores.commands.run('export.measurements')}>
        {t('Export measurements…')}
      </Button>
      <Button fullWidth mt="xs" variant="default" onClick={() => stores.commands.run('export.labels')}>
        {t('Export annotations…')}
      </Button>
    </PanelSection>
  )
}

const TABLES = [
  { name: 'CSV', extensions: ['csv'] },
  { name: t('Excel'), extensions: ['xlsx'] },
  { name: t('Tab-separated'), extensions: ['tsv'] },
]
const PAGE = { name: 'HTML', extensions: ['html'] }
const REPORTS = [{ name: 'PDF', extensions: ['pdf'] }, PAGE]
/** Under this name, in the project's folder, it is taken for the project's reports. */
const TEMPLATE = 'report-template.html'
const RECORD = { name: t('JSON, with all that the numbers come from'), extensions: ['json'] }

function useExportCommands(): void {
  const app = useApp()
  const source = useSource()
  const by = useCountedBy()
  const layout = useCount((state) => state.layout)
  const shown = useCount((state) => state.shown)
  const name = useDocument(({ project }) => project?.name ?? 'project')
  useEffect(() => {
    const split = shown === 'all' ? null : shown
    return app.stores.commands.register({
      'export.counts': () =>
        void exportAs(app, { request: { what: 'counts', source, by, layout, split }, title: t('Export counts'), name: `${name} counts.csv`, filters: [...TABLES, RECORD] }), // prettier-ignore
      'export.report': () =>
        void exportAs(app, { request: { what: 'report', source, by, split, language: languageNow() }, title: t('Report'), name: `${t('{{project}} report', { project: name })}.pdf`, filters: REPORTS }), // prettier-ignore
      'export.report-template': () =>
        void exportAs(app, { request: { what: 'report-template', language: languageNow() }, title: t('Save the template'), name: TEMPLATE, filters: [PAGE] }), // prettier-ignore
      'export.measurements': () =>
        void exportAs(app, { request: { what: 'measurements', split }, title: t('Export measurements'), name: `${name} measurements.csv`, filters: TABLES }), // prettier-ignore
    })
  }, [app, source, by, layout, shown, name])
}

type Asked = Omit<Parameters<AppModel['stores']['clients']['project']['export']>[0], 'file' | 'format'>

interface Wish {
  readonly request: Asked
  readonly title: string
  readonly name: string
  readonly filters: readonly { readonly name: string; readonly extensions: readonly string[] }[]
}

/** Asks where to, then writes, in the format that the file's name ends in; CSV where it ends in none. */
async function exportAs({ stores, shell }: Pick<AppModel, 'stores' | 'shell'>, { request, title, name, filters }: Wish): Promise<void> {
  try {
    const offered = filters.map((one) => ({ ...one, extensions: [...one.extensions] }))
    const file = await stores.clients.app.pickSave({ title, name, filters: offered })
    if (file === null) return
    const format = exportFormat.catch('csv').parse(file.slice(file.lastIndexOf('.') + 1).toLowerCase())
    const decimal = shell.getState().preferences.decimalComma ? 'comma' : 'point'
    const report = await stores.clients.project.export({ ...request, decimal, file, format })
    const text = [report.file, ...report.notes.map(heard)].join('\n')
    const isTable = request.what !== 'report' && request.what !== 'report-template'
    const done = isTable ? t('Exported {{count}} rows', { count: report.rows }) : t('Exported')
    stores.messages.tell({ kind: 'hint', title: done, text, error: null, undo: false })
  } catch (thrown) {
    stores.messages.failed(title, thrown)
  }
}
