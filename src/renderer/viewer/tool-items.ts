import {
  IconBrush,
  IconCircle,
  IconEraser,
  IconHandStop,
  IconLasso,
  IconLassoPolygon,
  IconLine,
  IconMarquee2,
  IconObjectScan,
  IconPointer,
  IconPointFilled,
  IconRotateRectangle,
  IconRuler2,
  IconSlice,
  IconSquare,
  IconWand,
  type Icon,
} from '@tabler/icons-react'
import { type CommandId } from '#shared/commands.ts'
import { t } from '#shared/i18n/translate.ts'
import { type ToolName } from '../tools/tool-set.ts'

/** A button of the tool bar. */
export interface ToolItem {
  readonly command: CommandId
  readonly title: string
  /** Text in an icon's place, where a word says it better. */
  readonly icon: Icon | string
}

export const TOOLS: Readonly<Record<ToolName, ToolItem>> = {
  move: { command: 'tool.move', title: t('Move the view'), icon: IconHandStop },
  select: { command: 'tool.select', title: t('Select'), icon: IconPointer },
  lasso: { command: 'tool.lasso', title: t('Select by a line round objects'), icon: IconLasso },
  box: { command: 'tool.box', title: t('Draw boxes'), icon: IconSquare },
  'rotated-box': { command: 'tool.rotated-box', title: t('Draw rotated boxes: one side, then the width'), icon: IconRotateRectangle },
  ellipse: { command: 'tool.ellipse', title: t('Draw ellipses: Shift for circles'), icon: IconCircle },
  polyline: { command: 'tool.polyline', title: t('Draw lines: Enter ends one'), icon: IconLine },
  ruler: { command: 'tool.ruler', title: t('Measure a distance'), icon: IconRuler2 },
  point: { command: 'tool.point', title: t('Set points'), icon: IconPointFilled },
  brush: { command: 'tool.brush', title: t('Paint: Shift adds to the selected, Alt takes away'), icon: IconBrush },
  eraser: { command: 'tool.eraser', title: t('Erase'), icon: IconEraser },
  polygon: { command: 'tool.polygon', title: t('Draw polygons'), icon: IconLassoPolygon },
  wand: { command: 'tool.wand', title: t('Take what has a like colour: drag for more or less'), icon: IconWand },
  region: { command: 'tool.region', title: t('Draw a region of interest: drag a box, or click corners'), icon: IconMarquee2 },
  outline: { command: 'tool.outline', title: t('Smart outline: click inside an object, or drag a box round it'), icon: IconObjectScan },
  split: { command: 'tool.split', title: t('Split objects: draw a line across them'), icon: IconSlice },
}
