import { TextInput } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { t } from '#shared/i18n/translate.ts'
import { useApp } from '../app/context.ts'
import { type Calibration, baseMagnification, magnificationOf, magnificationText } from '../viewer/scale.ts'
import styles from './status-bar.module.css'

/** The magnification of the view, where the image says what its own is: typing `20x` and Enter goes there. */
export function MagnificationBox({ micronsPerPixel, objective }: Calibration) {
  const base = baseMagnification({ micronsPerPixel, objective })
  return base === null ? null : <Box base={base} />
}

function Box({ base }: { readonly base: number }) {
  const { stores } = useApp()
  const now = useStore(stores.view, ({ view, frame }) => magnificationText(base * view.zoom * frame.pixelRatio))
  const [typed, setTyped] = useState<string | null>(null)
  const go = (text: string): void => {
    const wanted = magnificationOf(text)
    if (wanted === null) {
      stores.messages.hint(t('{{text}} is no magnification', { text }), t('Type a number such as 20 or 20x.'))
      return
    }
    const { view, frame } = stores.view.getState()
    stores.view.set({ ...view, zoom: wanted / (base * frame.pixelRatio) })
  }
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    if (event.key === 'Enter') go(event.currentTarget.value)
    event.currentTarget.blur()
  }
  return (
    <TextInput
      size="xs"
      aria-label={t('Magnification')}
      classNames={{ root: styles['magnification'], input: styles['magnificationInput'] }}
      value={typed ?? now}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
      }}
      onFocus={(event) => {
        event.currentTarget.select()
      }}
      onBlur={() => {
        setTyped(null)
      }}
      onKeyDown={press}
    />
  )
}
