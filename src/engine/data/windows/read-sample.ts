import type { JobSample } from '#shared/contracts/job.ts'
import type { OwnColors, StainFacts } from '#shared/stains/stain-facts.ts'
import type { Raster } from '../../../imaging/raster.ts'
import { readRaster } from '../../../imaging/read.ts'
import type { ImageSource } from '../../../imaging/slides/image-source.ts'
import { inTime } from '../../../imaging/time-limit.ts'
import { openLarge, type OpenSource, pyramidsIn } from '../../inference/large-image.ts'
import { measureSlide, moved, normalizedRaster } from '../stains/normalized.ts'

export interface SampleReaderOptions {
  /** Opens an image of which a window is read; default: `openLarge`. */
  readonly open?: OpenSource | undefined
  /** The project's cache, where pyramids of large flat images lie. */
  readonly cacheFolder?: string | undefined
  /** The colours that samples are moved to; left out: they keep their own. */
  readonly stain?: StainFacts | null | undefined
  /** Told of images whose colours stay as they are although `stain` is given, each time one is read. */
  readonly onOwnColors?: ((file: string, why: OwnColors) => void) | undefined
}

/** What of a sample says which pixels are its own. */
export type Readable = Pick<JobSample, 'width' | 'height' | 'window'>

/** Reads the pixels of a sample. */
export type SampleReader = (file: string, sample: Readable) => Promise<Raster>

/**
 * Reads samples: a whole image is decoded, of a window just its region is read. Each window opens its file anew, so that nothing is held open
 * between two of them; their colours are those of the whole image, measured at its first window. Rejects with a code of `ImageFailure`, and with an Error where the image is no longer of the size it was labelled at.
 */
export function sampleReader({ open = openLarge, cacheFolder, stain = null, onOwnColors }: SampleReaderOptions = {}): SampleReader {
  const colors = stain === null ? null : new SampleColors(stain, onOwnColors)
  const whole = inTime(async (file) => {
    const raster = await readRaster(file)
    return colors === null ? raster : colors.ofImage(file, raster)
  })
  return (file, sample) => {
    const { window } = sample
    if (window === undefined) return whole(file)
    return inTime(async () => {
      const source = await open(file, pyramidsIn(cacheFolder))
      try {
        const { width, height } = window.of
        if (source.width !== width || source.height !== height)
          throw new Error(`is ${source.width} x ${source.height} pixels now, but was ${width} x ${height} when it was labelled`)
        const raster = await source.read({ level: 0, x: window.x, y: window.y, width: sample.width, height: sample.height })
        return colors === null ? raster : await colors.ofWindow(file, raster, source)
      } finally {
        await source.close()
      }
    })(file)
  }
}

/** Moves what is read to the colours that are aimed at. */
class SampleColors {
  readonly #target: StainFacts
  readonly #onOwnColors: SampleReaderOptions['onOwnColors']
  /** Of images that are read by windows: measured once. */
  readonly #slides = new Map<string, Promise<StainFacts | OwnColors>>()

  constructor(target: StainFacts, onOwnColors: SampleReaderOptions['onOwnColors']) {
    this.#target = target
    this.#onOwnColors = onOwnColors
  }

  async ofImage(file: string, raster: Raster): Promise<Raster> {
    const { image, ownColors } = await normalizedRaster(raster, this.#target)
    if (ownColors !== null) this.#onOwnColors?.(file, ownColors)
    return image
  }

  async ofWindow(file: string, raster: Raster, source: ImageSource): Promise<Raster> {
    const measuring = this.#slides.get(file) ?? measureSlide(source, this.#target)
    this.#slides.set(file, measuring)
    const facts = await measuring.catch((thrown: unknown) => {
      this.#slides.delete(file)
      throw thrown
    })
    if (typeof facts !== 'string') return moved(raster, facts, this.#target)
    this.#onOwnColors?.(file, facts)
    return raster
  }
}
