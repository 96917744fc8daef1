import type { ImageRecord } from '#shared/records/image.ts'

/** Whether every image has a slide or patient: then intervals draw those whole, else single images. */
export const allGrouped = (images: readonly Pick<ImageRecord, 'group'>[]): boolean => images.every(({ group }) => group !== null)
