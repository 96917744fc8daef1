import {
  IconAdjustmentsHorizontal,
  IconArrowsMaximize,
  IconBucketDroplet,
  IconMagnet,
  IconPlug,
  IconSquaresSelected,
} from '@tabler/icons-react'
import { type ReactNode } from 'react'
import { isAsInFile } from '#shared/color-view.ts'
import { t } from '#shared/i18n/translate.ts'
import { TASKS } from '#shared/task-facts.ts'
import { isByChannels } from '../state/channels.ts'
import { useChannels, useDisplay, useDocument, useTool } from '../state/context.tsx'
import { shapesAreas, toolsFor } from '../tools/tool-set.ts'
import { Hint } from '../hint/hint.tsx'
import { AdjustPanel } from './adjust-panel.tsx'
import { MoreTools } from './more-tools.tsx'
import { OutlineSide } from './outline-side.tsx'
import { ToolButton } from './tool-button.tsx'
import { TOOLS, type ToolItem } from './tool-items.ts'
import { ToolWidth } from './tool-width.tsx'

const FILL: ToolItem = { command: 'area.fill-holes', title: t('Fill the holes of the selected'), icon: IconBucketDroplet }
const SNAP: ToolItem = {
  command: 'tool.snap',
  title: t('Snap to corners and edges of other objects: Ctrl keeps it free'),
  icon: IconMagnet,
}
const VIEWS: readonly ToolItem[] = [
  { command: 'view.fit', title: t('Fit the image'), icon: IconArrowsMaximize },
  { command: 'view.actual', title: t('Actual pixels'), icon: '1:1' },
]

/** The tools, floating at the canvas' left edge, and the panel of sliders when it is open. */
export function ToolBar(): ReactNode {
  const tool = useTool((state) => state.tool)
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const { own, more } = toolsFor(task)
  const snapping = useTool((state) => state.snapping)
  const adjusting = useDisplay((state) => state.adjusting)
  const byChannels = useChannels(isByChannels)
  const asInFile = useDisplay(isAsInFile) && !byChannels
  return (
    <div className="sw-tools">
      <div className="sw-float sw-toolbar" role="toolbar" aria-label={t('Tools')} aria-orientation="vertical">
        {own.map((name) => (
          <ToolButton key={name} item={TOOLS[name]} active={name === tool} />
        ))}
        {more.length > 0 && <MoreTools tools={more} />}
        {own.includes('brush') && <ToolButton item={FILL} />}
        {(own.includes('brush') || shapesAreas(tool)) && <AreaTools />}
        {TASKS[task].objects !== 'none' && (
          <>
            <ToolButton item={SNAP} active={snapping} />
            <CurrentClass />
          </>
        )}
        {VIEWS.map((item, at) => (
          <div key={item.command} className={at === 0 ? 'sw-toolbar-part' : undefined}>
            <ToolButton item={item} />
          </div>
        ))}
        <ToolButton
          item={{ command: 'view.adjust', title: t('Brightness, contrast, stains, labels'), icon: IconAdjustmentsHorizontal }}
          active={adjusting}
          dot={asInFile ? null : t('the colours are not those of the file')}
        />
      </div>
      <OutlineSide />
      {adjusting && <AdjustPanel />}
    </div>
  )
}

/** What goes with brush, eraser and wand. */
function AreaTools(): ReactNode {
  const adding = useTool((state) => state.adding)
  const tool = useTool((state) => state.tool)
  const title = t('Add to the selected object without Shift')
  return (
    <>
      <ToolButton item={{ command: 'brush.adding', title, icon: IconSquaresSelected }} active={adding} />
      <ToolWidth />
      {tool === 'outline' && <OutlineModelButton />}
    </>
  )
}

/** Which model the smart outline goes by; opens its choice. */
function OutlineModelButton(): ReactNode {
  const isPlugged = useTool(({ outlineModel }) => outlineModel !== null)
  const title = isPlugged
    ? t('Smart outline by your own model: change')
    : t('Smart outline by Slidewright’s network: use a model of your own')
  return <ToolButton item={{ command: 'outline.model', title, icon: IconPlug }} dot={isPlugged ? t('in use') : null} />
}

/** The colour that the next object gets. */
function CurrentClass(): ReactNode {
  const classId = useTool((state) => state.classId)
  const current = useDocument((state) => (classId === null ? undefined : state.tables.classes.get(classId)))
  if (!current) return null
  const digit = current.digit === null ? '' : `  ${String(current.digit)}`
  return (
    <Hint label={t('Draws {{name}}{{digit}}', { name: current.name, digit })}>
      <div
        className="sw-class-dot"
        style={{ background: current.color }}
        role="img"
        aria-label={t('Draws {{name}}', { name: current.name })}
      />
    </Hint>
  )
}
