import type { JobSample, PredictedImage } from '#shared/contracts/job.ts'
import { groupBy } from '#shared/group-by.ts'
import { translateShape } from '#shared/masks/translate-shape.ts'

/**
 * What was found on samples as it lies on the images: that of windows is moved to their place, and windows of one image come together. A window
 * says nothing of its image as a whole.
 */
export function onWholeImages(shown: readonly PredictedImage[], samples: readonly JobSample[]): readonly PredictedImage[] {
  const windows = new Map(samples.flatMap(({ id, window }) => (window === undefined ? [] : [[id, window] as const])))
  if (windows.size === 0) return shown
  const placed = shown.map((one): PredictedImage => {
    const window = windows.get(one.imageId)
    if (window === undefined) return one
    const found = one.found.map((object) => ({ ...object, shape: translateShape(object.shape, window) }))
    return { imageId: window.imageId, found, result: null }
  })
  return [...groupBy(placed, ({ imageId }) => imageId).values()].map((parts) => ({
    ...parts[0]!,
    found: parts.flatMap(({ found }) => found),
  }))
}
