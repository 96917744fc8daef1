import type { Found } from '#shared/contracts/job.ts'
import type { Raster } from '../../imaging/raster.ts'
import { plainFrameMap } from '../data/frame-geometry.ts'
import { resample } from '../data/resample.ts'
import type { DetectionPreset } from '../models/detection-preset.ts'
import type { InferenceSession } from './session.ts'

export interface FrameOptions {
  readonly size: readonly [number, number] | null
  readonly minScore: number
}

/** provisional */
export async function detectFrame(
  session: InferenceSession,
  preset: DetectionPreset,
  raster: Raster,
  { size, minScore }: FrameOptions,
): Promise<Found[]> {
  const [height, width] = size ?? [raster.height, raster.width]
  const data = new Float32Array(height * width * 3)
  resample(raster, plainFrameMap({ x: 0, y: 0, width: raster.width, height: raster.height }), {
    data,
    offset: 0,
    height,
    width,
    channels: 3,
  })
  const raw = await session.run(data, 1, height, width)
  const sx = raster.width / width
  const sy = raster.height / height
  return preset.decode(raw, 0, { height, width, minScore, maxDetections: 300 }).map(({ box, classIndex, score }) => ({
    classIndex,
    score,
    box: { type: 'box' as const, x: box.x * sx, y: box.y * sy, width: box.width * sx, height: box.height * sy },
  }))
}
