import { type Edit } from '#shared/records/edit.ts'
import { countsAsObject } from '#shared/records/shape.ts'
import { type Tables } from './tables.ts'

/**
 * An edit that puts objects on images that were unlabelled, with these images in work: one edit, so that one undo takes back both. What an edit says
 * of an image itself stays, and a label of the image as a whole is nothing that is in work.
 */
export function begunBy(edit: Edit, { images, annotations }: Pick<Tables, 'images' | 'annotations'>): Edit {
  const told = new Set(edit.put.images?.map(({ id }) => id))
  const drawn = (edit.put.annotations ?? []).filter(
    ({ id, shape }) => shape.type !== 'image' && countsAsObject(shape) && !annotations.has(id),
  )
  const begun = [...new Set(drawn.map(({ imageId }) => imageId))].flatMap((id) => {
    const image = told.has(id) ? undefined : images.get(id)
    return image?.state === 'unlabelled' ? [{ ...image, state: 'in-work' as const }] : []
  })
  return begun.length === 0 ? edit : { ...edit, put: { ...edit.put, images: [...(edit.put.images ?? []), ...begun] } }
}
