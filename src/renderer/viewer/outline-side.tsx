import { Button } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { type ReactNode } from 'react'
import { useStore } from 'zustand'
import { t } from '#shared/i18n/translate.ts'
import { useStores, useTool } from '../state/context.tsx'
import { isOutlining } from '../tools/outline-gesture.ts'
import { Hint } from '../hint/hint.tsx'
import { ToolButton } from './tool-button.tsx'
import { type ToolItem } from './tool-items.ts'

const KEEP: ToolItem = { command: 'image.done', title: t('Keep the outline'), icon: IconCheck }
const DROP: ToolItem = { command: 'gesture.cancel', title: t('Drop the outline'), icon: IconX }

/** While an object is outlined: whether clicks say what belongs to it or what does not, and its end. For hands that hold a pen and no keys. */
export function OutlineSide(): ReactNode {
  const { gesture, tool } = useStores()
  const outlining = useStore(gesture, (state) => isOutlining(state.gesture))
  const outside = useTool((state) => state.outside)
  if (!outlining) return null
  const side = (isOutside: boolean, name: string, hint: string): ReactNode => (
    <Hint label={hint}>
      <Button
        role="radio"
        aria-checked={outside === isOutside}
        size="compact-sm"
        variant={outside === isOutside ? 'filled' : 'default'}
        // The keyboard stays with the canvas: Enter ends the outline.
        onMouseDown={(event) => {
          event.preventDefault()
        }}
        onClick={() => {
          tool.setOutside(isOutside)
        }}
      >
        {name}
      </Button>
    </Hint>
  )
  return (
    <div className="sw-float sw-outline-side">
      <div role="radiogroup" aria-label={t('What clicks say')}>
        {side(false, t('inside'), t('Clicks say what belongs to the object'))}
        {side(true, t('outside'), t('Clicks say what does not belong to it, as Alt+click does'))}
      </div>
      <ToolButton item={KEEP} />
      <ToolButton item={DROP} />
    </div>
  )
}
