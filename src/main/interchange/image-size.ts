import { AppError } from '#shared/errors.ts'
import type { Values } from '#shared/i18n/translate.ts'
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

/** Both sides of two images for a sentence, the other's as width2 and height2: written as in files, whatever they say. */
export const twoSizes = (one: Readonly<Record<keyof Size, unknown>>, other: Size): Values => ({
  width: String(one.width),
  height: String(one.height),
  width2: String(other.width),
  height2: String(other.height),
})
