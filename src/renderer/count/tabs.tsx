import { type ComponentType } from 'react'
import { type TaskKind } from '#shared/records/task.ts'
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

const TABLE: TabOfTask = { value: 'table', label: 'Counts', View: CountsTable }
const FIGURES: TabOfTask = { value: 'figures', label: 'Figures', View: FiguresTab }

/** The views of Count, by what a project is about; the first is shown where none was chosen. */
export const TABS_OF: Readonly<Record<TaskKind, readonly [TabOfTask, ...TabOfTask[]]>> = {
  detection: [
    TABLE,
    { value: 'agreement', label: 'Agreement', View: Agreement },
    { value: 'curves', label: 'Precision and recall', View: Curves },
    { value: 'confusion', label: 'Confusion', View: ConfusionTab },
  ],
  segmentation: [TABLE, { value: 'overlap', label: 'Overlap', View: SegmentationTab }, FIGURES],
  classification: [
    FIGURES,
    { value: 'curves', label: 'Curves', View: ClassificationCurves },
    { value: 'confusion', label: 'Confusion', View: ClassificationConfusion },
    { ...TABLE, label: 'Table' },
  ],
  anomaly: [
    FIGURES,
    { value: 'curves', label: 'Curves', View: AnomalyCurves },
    { value: 'confusion', label: 'Confusion', View: AnomalyConfusion },
    { ...TABLE, label: 'Table' },
  ],
}
