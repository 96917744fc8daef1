import { Button, Tooltip } from '@mantine/core'
import { type ReactNode } from 'react'
import { useStore } from 'zustand'
import { t } from '#shared/i18n/translate.ts'
import { useStores, useTool } from '../state/context.tsx'
import { isOutlining } from '../tools/outline-gesture.ts'

/** While an object is outlined: whether clicks say what belongs to it or what does not. For hands without an Alt key. */
export function OutlineSide(): ReactNode {
  const { gesture, tool } = useStores()
  const outlining = useStore(gesture, (state) => isOutlining(state.gesture))
  const outside = useTool((state) => state.outside)
  if (!outlining) return null
  const side = (isOutside: boolean, name: string, hint: string): ReactNode => (
    <Tooltip label={hint} position="bottom" openDelay={400}>
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
    </Tooltip>
  )
  return (
    <div className="sw-float sw-outline-side" role="radiogroup" aria-label={t('What clicks say')}>
      {side(false, t('inside'), t('Clicks say what belongs to the object'))}
      {side(true, t('outside'), t('Clicks say what does not belong to it, as Alt+click does'))}
    </div>
  )
}
