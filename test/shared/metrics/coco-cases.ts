import { type PredictedBox, type TruthBox } from '#shared/metrics/detection-records.ts'

/** Rows as tools/golden/coco-ap.py writes them. */
export type TruthRow = readonly (number | null)[]
export type DetectionRow = readonly number[]

/** image, class, x, y, width, height, crowd, area or null. An area of -1 lies in no range: pycocotools' way to ignore a truth. */
export function truthOf(row: TruthRow): TruthBox {
  const [imageId, classId, x, y, width, height, crowd] = row as number[]
  const area = row[7]
  return {
    imageId: imageId!,
    classId: classId!,
    box: { x: x!, y: y!, width: width!, height: height! },
    crowd: crowd === 1,
    ...(area === -1 ? { ignore: true } : { area: area ?? undefined }),
  }
}

/** image, class, x, y, width, height, score. */
export function detectionOf(row: DetectionRow): PredictedBox {
  const [imageId, classId, x, y, width, height, score] = row as [number, number, number, number, number, number, number]
  return { imageId, classId, box: { x, y, width, height }, score }
}
