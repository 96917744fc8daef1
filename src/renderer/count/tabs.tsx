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
import { type ReportProps } from './report-view.tsx'
import { SegmentationTab } from './segmentation-tab.tsx'

interface Tab {
  readonly value: CountTab
  readonly label: string
}

/** A view of an evaluation, of whatever it is. */
export interface ReportTab extends Tab {
  readonly Report: ComponentType<ReportProps>
}

interface TableTab extends Tab {
  readonly View: ComponentType
}

type TabOfTask = TableTab | ReportTab

const TABLE: TableTab = { value: 'table', label: t('Counts'), View: CountsTable }
const FIGURES: ReportTab = { value: 'figures', label: t('Figures'), Report: FiguresTab }

/** The views of Count, by what a project is about; the first is shown where none was chosen. */
export const TABS_OF: Readonly<Record<TaskKind, readonly [TabOfTask, ...TabOfTask[]]>> = {
  detection: [
    TABLE,
    { value: 'agreement', label: t('Agreement'), Report: Agreement },
    { value: 'curves', label: t('Precision and recall'), Report: Curves },
    { value: 'confusion', label: t('Confusion'), Report: ConfusionTab },
  ],
  segmentation: [TABLE, { value: 'overlap', label: t('Overlap'), Report: SegmentationTab }, FIGURES],
  classification: [
    FIGURES,
    { value: 'curves', label: t('Curves'), Report: ClassificationCurves },
    { value: 'confusion', label: t('Confusion'), Report: ClassificationConfusion },
    { ...TABLE, label: t('Table') },
  ],
  anomaly: [
    FIGURES,
    { value: 'curves', label: t('Curves'), Report: AnomalyCurves },
    { value: 'confusion', label: t('Confusion'), Report: AnomalyConfusion },
    { ...TABLE, label: t('Table') },
  ],
}

/** Those that show an evaluation. */
export const reportTabs = (task: TaskKind): readonly ReportTab[] => TABS_OF[task].filter((tab) => 'Report' in tab)
