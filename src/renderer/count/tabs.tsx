import { type ComponentType } from 'react'
import { type TaskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'
import { Agreement } from './agreement.tsx'
import { AnomalyCurves } from './anomaly-curves.tsx'
import { ClassificationCurves } from './classification-curves.tsx'
import { ConfusionTab } from './confusion-tab.tsx'
import { type CountTab } from './count-store.ts'
import { CountsTable } from './counts-table.tsx'
import { Curves } from './curves-tab.tsx'
import { FiguresTab } from './figures-tab.tsx'
import { AnomalyConfusion, ClassificationConfusion } from './image-confusion.tsx'
import { SegmentationTab } from './segmentation-tab.tsx'

export interface TabOfTask {
  readonly value: CountTab
  readonly label: string
  readonly View: ComponentType
}

const TABLE: TabOfTask = { value: 'table', label: t('Counts'), View: CountsTable }
const FIGURES: TabOfTask = { value: 'figures', label: t('Figures'), View: FiguresTab }

/** The views of Count, by what a project is about; the first is shown where none was chosen. */
export const TABS_OF: Readonly<Record<TaskKind, readonly [TabOfTask, ...TabOfTask[]]>> = {
  detection: [
    TABLE,
    { value: 'agreement', label: t('Agreement'), View: Agreement },
    { value: 'curves', label: t('Precision and recall'), View: Curves },
    { value: 'confusion', label: t('Confusion'), View: ConfusionTab },
  ],
  segmentation: [TABLE, { value: 'overlap', label: t('Overlap'), View: SegmentationTab }, FIGURES],
  classification: [
    FIGURES,
    { value: 'curves', label: t('Curves'), View: ClassificationCurves },
    { value: 'confusion', label: t('Confusion'), View: ClassificationConfusion },
    { ...TABLE, label: t('Table') },
  ],
  anomaly: [
    FIGURES,
    { value: 'curves', label: t('Curves'), View: AnomalyCurves },
    { value: 'confusion', label: t('Confusion'), View: AnomalyConfusion },
    { ...TABLE, label: t('Table') },
  ],
}
