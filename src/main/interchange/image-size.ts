import { AppError } from '#shared/errors.ts'
import type { Values } from '#shared/i18n/translate.ts'
import { isImageError } from '../../imaging/failure.ts'
import type { ImportContext } from './dataset.ts'
import type { Size } from './fit-shape.ts'

type Context = Pick<ImportContext, 'pictures' | 'known'>

/** The size of an image: of one that the project has as it is known there, wherever its file is now. Throws where the file cannot be read. */
export async function measured(file: string, { pictures, known }: Context): Promise<Size> {
  const { width, height } = known.recordOf(file) ?? (await pictures.header({ file }))
  return { width, height }
}

/** As `measured`, or why it cannot be read. What is not about this image is thrown and ends the import. */
export async function sizeOfImage(file: string, context: Context): Promise<Size | string> {
  try {
    return await measured(file, context)
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
