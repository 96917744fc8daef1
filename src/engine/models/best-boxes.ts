import { nonMaximumSuppression } from '#shared/geometry/nms.ts'
import { indicesByClass, orderByScore } from '#shared/geometry/scored-box.ts'
import type { Detection } from './detection-preset.ts'

/**
 * Non-maximum suppression in each class; at most `limit` boxes stay, best score first. Of each class only the best `candidates` take part: a
 * net that knows little yet finds something everywhere.
 */
export function bestOfEachObject(found: readonly Detection[], iouThreshold: number, limit: number, candidates = Infinity): Detection[] {
  const scored = found.map((detection) => ({ box: detection.box, classId: detection.classIndex, score: detection.score, detection }))
  const classes = candidates === Infinity ? [[...scored.keys()]] : [...indicesByClass(scored, orderByScore(scored)).values()]
  const taking = classes.flatMap((indices) => indices.slice(0, candidates).map((index) => scored[index]!))
  return nonMaximumSuppression(taking, { iouThreshold, limit }).map(({ detection }) => detection)
}
