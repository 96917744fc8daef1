import { type ImageId } from '#shared/records/ids.ts'
import { labelsImages } from '../labels/said.ts'
import { say } from '#shared/i18n/say.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AppModel } from '../app/context.ts'
import { namesNow } from '../state/names.ts'
import { neighbour, totalOf } from './library-store.ts'
import { listedImages } from './listed-images.ts'

type Means = Pick<AppModel, 'stores' | 'library'>

/** The images that "remove from the project" means: those that are selected in the gallery where it is shown, else those picked in the list, else the open one. */
export function imagesMeant({ stores, labels, library }: Pick<AppModel, 'stores' | 'labels' | 'library'>): readonly ImageId[] {
  const { project, imageId, tables } = stores.document.getState()
  const { gallery, selected } = labels.getState()
  const picked = gallery && project !== null && labelsImages(project.task) ? [...selected].filter((id) => tables.images.has(id)) : []
  if (picked.length > 0) return picked
  const listed = [...library.getState().picked].filter((id) => tables.images.has(id))
  if (listed.length > 1) return listed
  return imageId === null ? [] : [imageId]
}

/**
 * Takes images out of the project with all that lies on them, as one edit: undo brings them back. Their files stay where they are. Where the open
 * image goes, its neighbour in the list is opened. Answers whether it was done.
 */
export async function removeImages(means: Means, ids: readonly ImageId[]): Promise<boolean> {
  const { stores } = means
  const { project, tables, imageId } = stores.document.getState()
  const [first] = ids.flatMap((id) => tables.images.get(id) ?? [])
  if (project === null || first === undefined) return false
  const objects = ids.reduce((sum, id) => sum + totalOf(tables.counts, id), 0)
  const name = namesNow(stores).of(first)
  const [label, title] =
    ids.length === 1
      ? [say('Remove {{name}} from the project', { name: first.name }), t('Removed {{name}} from the project', { name })]
      : [
          say('Remove {{count}} images from the project', { count: ids.length }),
          t('Removed {{count}} images from the project', { count: ids.length }),
        ]
  // What is drawn must not lie on an image that is gone; where nothing may be changed, the edit says so.
  if (project.readOnly === '' && imageId !== null && ids.includes(imageId)) await stores.actions.openImage(besides(means, imageId, ids))
  if (!(await stores.actions.commit({ label: label.slice(0, 120), put: {}, remove: { images: [...ids] } }))) return false
  const text =
    objects === 0
      ? t('The file stays where it is.')
      : t('{{count}} labels, and what was decided there, went with it. The file stays where it is.', { count: objects })
  stores.messages.tell({ kind: 'done', title, text, error: null, undo: true })
  return true
}

/** The image that is open after others are gone: the next of the list that stays, else the one before; null where none is left. */
function besides({ stores, library }: Means, open: ImageId, gone: readonly ImageId[]): ImageId | null {
  const listed = listedImages({ stores, library })
  const stays = listed.filter(({ id }) => id === open || !gone.includes(id))
  return (neighbour(stays, open, 1) ?? neighbour(stays, open, -1))?.id ?? null
}
