import type { Box } from '#shared/geometry/box.ts'
import type { Raster } from '../../imaging/raster.ts'
import { plainFrameMap } from '../data/frame-geometry.ts'
import { resample } from '../data/resample.ts'
import type { InputSize } from '../models/preset.ts'

/** Pixels of an image, read region by region: how a prediction sees a decoded picture and a slide that is never decoded whole alike. */
export interface PixelSource {
  readonly width: number
  readonly height: number
  /** A region stretched onto an input: float32 [height, width, channels], 0..255. The region lies within the image. */
  read(region: Box, size: InputSize, channels: number): Promise<Float32Array>
}

/** A picture that is decoded already. */
export function rasterSource(raster: Raster): PixelSource {
  return {
    width: raster.width,
    height: raster.height,
    read: (region, [height, width], channels) => {
      const data = new Float32Array(height * width * channels)
      resample(raster, plainFrameMap(region), { data, offset: 0, height, width, channels })
      return Promise.resolve(data)
    },
  }
}
