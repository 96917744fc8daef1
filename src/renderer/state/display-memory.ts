import { z } from 'zod'
import { STAIN_VIEWS, type ColorView } from '#shared/color-view.ts'
import { ADJUST_RANGE, defaultDisplay, GRID_RANGE, type Adjustment, type DisplayState } from './display.ts'

/** A slider's value; where it is missing or out of range, that of the image as it is. */
const slider = (what: Adjustment): z.ZodCatch<z.ZodNumber> => z.number().min(ADJUST_RANGE[what][0]).max(ADJUST_RANGE[what][1]).catch(1)

const grid = (what: 'gridMicrons' | 'gridPixels'): z.ZodCatch<z.ZodNumber> =>
  z.number().min(GRID_RANGE[0]).max(GRID_RANGE[1]).catch(defaultDisplay()[what])

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
  grid: z.boolean().catch(false),
  gridMicrons: grid('gridMicrons'),
  gridPixels: grid('gridPixels'),
})
export type DisplayMemory = z.infer<typeof displayMemory>

export function displayMemoryOf(state: DisplayState): DisplayMemory {
  const { brightness, contrast, gamma, invert, stain, stainInGrey, labelOpacity, maskNames } = state
  const { grid: on, gridMicrons, gridPixels } = state
  return { brightness, contrast, gamma, invert, stain, stainInGrey, labelOpacity, maskNames, grid: on, gridMicrons, gridPixels }
}

/** What was remembered; where nothing was, the image as it is. */
export function displayRemembered(memory: DisplayMemory | undefined): ColorView & Pick<DisplayState, keyof DisplayMemory> {
  return memory ?? displayMemoryOf(defaultDisplay())
}
