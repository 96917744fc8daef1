import { z } from 'zod'
import { AS_IN_FILE, STAIN_VIEWS, type ColorView } from '#shared/color-view.ts'
import { ADJUST_RANGE, type Adjustment, type DisplayState } from './display.ts'

/** A slider's value; where it is missing or out of range, that of the image as it is. */
const slider = (what: Adjustment): z.ZodCatch<z.ZodNumber> => z.number().min(ADJUST_RANGE[what][0]).max(ADJUST_RANGE[what][1]).catch(1)

/** The part of how a project was left that says how images are shown. */
export const displayMemory = z.object({
  brightness: slider('brightness'),
  contrast: slider('contrast'),
  gamma: slider('gamma'),
  invert: z.boolean().catch(false),
  stain: z.enum(STAIN_VIEWS).catch('none'),
  stainInGrey: z.boolean().catch(false),
  labelOpacity: slider('labelOpacity'),
  maskNames: z.boolean().catch(false),
})
export type DisplayMemory = z.infer<typeof displayMemory>

export function displayMemoryOf(state: DisplayState): DisplayMemory {
  const { brightness, contrast, gamma, invert, stain, stainInGrey, labelOpacity, maskNames } = state
  return { brightness, contrast, gamma, invert, stain, stainInGrey, labelOpacity, maskNames }
}

/** What was remembered; where nothing was, the image as it is. */
export function displayRemembered(memory: DisplayMemory | undefined): ColorView & Pick<DisplayState, 'labelOpacity' | 'maskNames'> {
  return memory ?? { ...AS_IN_FILE, labelOpacity: 1, maskNames: false }
}
