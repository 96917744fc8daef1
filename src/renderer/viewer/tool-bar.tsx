import { ActionIcon, Tooltip, useMantineTheme } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconArrowsMaximize,
  IconBrush,
  IconBucketDroplet,
  IconCircle,
  IconEraser,
  IconHandStop,
  IconLasso,
  IconLassoPolygon,
  IconLine,
  IconMagnet,
  IconMarquee2,
  IconObjectScan,
  IconPlug,
  IconPointer,
  IconPointFilled,
  IconRotateRectangle,
  IconRuler2,
  IconSlice,
  IconSquare,
  IconSquaresSelected,
  IconWand,
  type Icon,
} from '@tabler/icons-react'
import { type ReactNode } from 'react'
import { type CommandId } from '#shared/commands.ts'
import { isAsInFile } from '#shared/color-view.ts'
import { t } from '#shared/i18n/translate.ts'
import { isByChannels } from '../state/channels.ts'
import { useChannels, useDisplay, useDocument, useKeyOf, useStores, useTool } from '../state/context.tsx'
import { draws, labelsAreas, toolsFor, type ToolName } from '../tools/tool-set.ts'
import { AdjustPanel } from './adjust-panel.tsx'
import { ToolWidth } from './tool-width.tsx'

interface Item {
  readonly command: CommandId
  readonly title: string
  /** Text in an icon's place, where a word says it better. */
  readonly icon: Icon | string
}

const TOOLS: Readonly<Record<ToolName, Item>> = {
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
const AREAS: readonly Item[] = [{ command: 'area.fill-holes', title: t('Fill the holes of the selected'), icon: IconBucketDroplet }]
const SNAP: Item = { command: 'tool.snap', title: t('Snap to corners and edges of other objects: Ctrl keeps it free'), icon: IconMagnet }
const VIEWS: readonly Item[] = [
  { command: 'view.fit', title: t('Fit the image'), icon: IconArrowsMaximize },
  { command: 'view.actual', title: t('Actual pixels'), icon: '1:1' },
]

/** The tools, floating at the canvas' left edge, and the panel of sliders when it is open. */
export function ToolBar(): ReactNode {
  const tool = useTool((state) => state.tool)
  const task = useDocument(({ project }) => project?.task ?? 'detection')
  const snapping = useTool((state) => state.snapping)
  const adjusting = useDisplay((state) => state.adjusting)
  const byChannels = useChannels(isByChannels)
  const asInFile = useDisplay(isAsInFile) && !byChannels
  return (
    <div className="sw-tools">
      <div className="sw-float sw-toolbar" role="toolbar" aria-label={t('Tools')} aria-orientation="vertical">
        {toolsFor(task).map((name) => (
          <ToolButton key={name} item={TOOLS[name]} active={name === tool} />
        ))}
        {labelsAreas(task) && <AreaTools />}
        {toolsFor(task).some(draws) && (
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
      {AREAS.map((item) => (
        <ToolButton key={item.command} item={item} />
      ))}
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

interface ToolButtonProps {
  readonly item: Item
  readonly active?: boolean
  /** What a small dot on the button stands for, in words; null without one. */
  readonly dot?: string | null
}

function ToolButton({ item, active, dot = null }: ToolButtonProps): ReactNode {
  const { commands } = useStores()
  const { primaryColor } = useMantineTheme()
  const key = useKeyOf(item.command)
  const { title } = item
  return (
    <Tooltip label={(key === '' ? title : `${title}  ${key}`) + (dot === null ? '' : `: ${dot}`)} position="right" openDelay={400}>
      <ActionIcon
        variant={active === true ? 'filled' : 'subtle'}
        color={active === true ? primaryColor : 'gray'}
        size={28}
        aria-label={dot === null ? title : `${title}: ${dot}`}
        aria-pressed={active}
        // The keyboard stays with the canvas.
        onMouseDown={(event) => {
          event.preventDefault()
        }}
        onClick={() => commands.run(item.command)}
      >
        <Face icon={item.icon} />
        {dot !== null && <span className="sw-tool-dot" />}
      </ActionIcon>
    </Tooltip>
  )
}

function Face({ icon: Picture }: Pick<Item, 'icon'>): ReactNode {
  return typeof Picture === 'string' ? <span className="sw-tool-text">{Picture}</span> : <Picture size={18} stroke={1.6} />
}

/** The colour that the next object gets. */
function CurrentClass(): ReactNode {
  const classId = useTool((state) => state.classId)
  const current = useDocument((state) => (classId === null ? undefined : state.tables.classes.get(classId)))
  if (!current) return null
  const digit = current.digit === null ? '' : `  ${String(current.digit)}`
  return (
    <Tooltip label={t('Draws {{name}}{{digit}}', { name: current.name, digit })} position="right" openDelay={400}>
      <div
        className="sw-class-dot"
        style={{ background: current.color }}
        role="img"
        aria-label={t('Draws {{name}}', { name: current.name })}
      />
    </Tooltip>
  )
}
