import type { JobSample } from '#shared/contracts/job.ts'
import type { Raster } from '../../../imaging/raster.ts'
import { readRaster } from '../../../imaging/read.ts'
import { inTime } from '../../../imaging/time-limit.ts'
import { openLarge, type OpenSource, pyramidsIn } from '../../inference/large-image.ts'

export interface SampleReaderOptions {
  /** Opens an image of which a window is read; default: `openLarge`. */
  readonly open?: OpenSource | undefined
  /** The project's cache, where pyramids of large flat images lie. */
  readonly cacheFolder?: string | undefined
}

/** What of a sample says which pixels are its own. */
export type Readable = Pick<JobSample, 'width' | 'height' | 'window'>

/** Reads the pixels of a sample. */
export type SampleReader = (file: string, sample: Readable) => Promise<Raster>

/**
 * Reads samples: a whole image is decoded, of a window just its region is read. Each window opens its file anew, so that nothing is held open
 * between two of them. Rejects with a code of `ImageFailure`, and with an Error where the image is no longer of the size it was labelled at.
 */
export function sampleReader({ open = openLarge, cacheFolder }: SampleReaderOptions = {}): SampleReader {
  const whole = inTime(readRaster)
  return (file, sample) => {
    const { window } = sample
    if (window === undefined) return whole(file)
    return inTime(async () => {
      const source = await open(file, pyramidsIn(cacheFolder))
      try {
        const { width, height } = window.of
        if (source.width !== width || source.height !== height)
          throw new Error(`is ${source.width} x ${source.height} pixels now, but was ${width} x ${height} when it was labelled`)
        return await source.read({ level: 0, x: window.x, y: window.y, width: sample.width, height: sample.height })
      } finally {
        await source.close()
      }
    })(file)
  }
}
