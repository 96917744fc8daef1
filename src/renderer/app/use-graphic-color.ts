import { useComputedColorScheme } from '@mantine/core'
import { graphicColorOn } from '#shared/colors.ts'
import { PANEL } from './theme.ts'

/** Colours of classes, made for stains, as lines and bars on a panel show them in the theme of now. Takes and gives `#rrggbb`. */
export function useGraphicColor(): (color: string) => string {
  const scheme = useComputedColorScheme('dark')
  return (color) => graphicColorOn(color, PANEL[scheme])
}
