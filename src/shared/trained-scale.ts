import type { JobImage } from './contracts/job.ts'
import type { Size } from './geometry/point.ts'
import type { ModelFile } from './records/model-file.ts'

/** Name under which a model's settings hold the micrometres a pixel of the images that it learned from. */
const SETTING = 'micronsPerPixel'
/** Calibrations that differ by no more than this share are the same: no image is resampled for a rounding. */
const ALIKE = 0.05
/** Beyond this factor a calibration is more likely wrong than the magnification other. */
const MOST = 8

type Calibrated = Pick<JobImage, 'micronsPerPixel'>

/** What a model is to remember of the scale that it learned at: nothing where not all images tell one, or they differ by more than rounding. */
export function learnedScale(images: readonly Calibrated[]): Readonly<Record<string, number>> {
  const known = images.flatMap(({ micronsPerPixel }) => micronsPerPixel ?? [])
  if (known.length === 0 || known.length < images.length) return {}
  const sorted = known.toSorted((a, b) => a - b)
  const alike = sorted.at(-1)! <= sorted[0]! * (1 + ALIKE)
  return alike ? { [SETTING]: sorted[Math.floor(sorted.length / 2)]! } : {}
}

/** Micrometres a pixel that a model learned at; null where it knows none, and looks at every image pixel by pixel. */
export function scaleKnownBy({ settings }: Pick<ModelFile, 'settings'>): number | null {
  const learned = settings[SETTING]
  return typeof learned === 'number' && learned > 0 ? learned : null
}

/**
 * Pixels of the image that are as long as one pixel of those that the model learned from: 2 where it learned at 0.5 µm a pixel and the image has
 * 0.25. 1 where either does not tell, or the two are alike.
 */
export function scaleOf(model: Pick<ModelFile, 'settings'>, { micronsPerPixel }: Calibrated): number {
  const learned = scaleKnownBy(model)
  if (learned === null || micronsPerPixel === undefined || micronsPerPixel === null) return 1
  const scale = learned / micronsPerPixel
  const alike = Math.abs(scale - 1) <= ALIKE
  return alike || scale > MOST || scale < 1 / MOST ? 1 : scale
}

export function scaledSize({ width, height }: Size, scale: number): Size {
  return scale === 1
    ? { width, height }
    : { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
