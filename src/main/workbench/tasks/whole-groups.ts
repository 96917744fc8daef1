import { type ImageOrigin, keptTogether } from '#shared/origin.ts'

/** Whether of every image patient, slide or group is known: then intervals draw those whole, else single images. */
export const allGrouped = (images: readonly ImageOrigin[]): boolean => images.every((image) => keptTogether(image) !== null)

/** What an interval draws with an image, as far as images are drawn in groups. */
export const groupOf = (image: ImageOrigin, grouped: boolean): string | undefined =>
  grouped ? (keptTogether(image) ?? undefined) : undefined
