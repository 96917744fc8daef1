import { AppError } from '#shared/errors.ts'
import { isImageError } from '../../imaging/failure.ts'
import type { ImportContext } from './dataset.ts'
import type { Size } from './fit-shape.ts'

/** The size of an image, or why it cannot be read. What is not about this image is thrown and ends the import. */
export async function sizeOfImage(file: string, { pictures }: Pick<ImportContext, 'pictures'>): Promise<Size | string> {
  try {
    const { width, height } = await pictures.header({ file })
    return { width, height }
  } catch (thrown) {
    if (thrown instanceof AppError && !isImageError(thrown)) throw thrown
    return thrown instanceof Error ? thrown.message.replace(/\.$/, '') : String(thrown)
  }
}
