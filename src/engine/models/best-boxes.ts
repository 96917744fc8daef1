import { nonMaximumSuppression } from '#shared/geometry/nms.ts'
import type { Detection } from './detection-preset.ts'

/** Non-maximum suppression in each class; at most `limit` boxes stay, best score first. */
export function bestOfEachObject(found: readonly Detection[], iouThreshold: number, limit: number): Detection[] {
  const scored = found.map((detection) => ({ box: detection.box, classId: detection.classIndex, score: detection.score, detection }))
  return nonMaximumSuppression(scored, { iouThreshold, limit }).map(({ detection }) => detection)
}
