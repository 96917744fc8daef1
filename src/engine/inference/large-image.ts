import type { JobImage } from '#shared/contracts/job.ts'
import { isLargeImage, isSlideName } from '#shared/records/image.ts'
import type { ImageSource } from '../../imaging/slides/image-source.ts'
import { openImageSource, type OpenSourceOptions } from '../../imaging/slides/open-source.ts'
import { pyramidFolder } from '../../imaging/slides/pyramid-layout.ts'
import type { JobControl } from '../jobs/job-control.ts'

/** Opens an image for reading region by region. Throws AppError `cancelled`, or with a code of `ImageFailure`. */
export type OpenSource = (file: string, options: Pick<OpenSourceOptions, 'cacheFolder' | 'onProgress' | 'signal'>) => Promise<ImageSource>

/** Whether an image is read region by region: a slide of any size, and what is too large to be held. */
export function isLarge({ path: file, width, height }: Pick<JobImage, 'path' | 'width' | 'height'>): boolean {
  return isLargeImage({ width, height }) || isSlideName(file)
}

/** Where the pyramids of large flat images lie in a project's cache: those that the window draws from. */
export function pyramidsIn(cacheFolder: string | undefined): Pick<OpenSourceOptions, 'cacheFolder'> {
  return cacheFolder === undefined ? {} : { cacheFolder: pyramidFolder(cacheFolder) }
}

/** Opens as `open` does, but gives up a pyramid that is being built once the job is to end. */
export function stoppable(open: OpenSource, control: Pick<JobControl, 'ending'>): OpenSource {
  return (file, options) => {
    const stop = new AbortController()
    const onProgress = (share: number): void => {
      options.onProgress?.(share)
      if (control.ending !== null) stop.abort()
    }
    return open(file, { ...options, onProgress, signal: stop.signal })
  }
}

export const openLarge: OpenSource = openImageSource
