import { type PlacedShape } from '#shared/geometry/shape-bounds.ts'
import { type ClassRecord } from '#shared/records/class.ts'
import { type Edit } from '#shared/records/edit.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { countsAsObject } from '#shared/records/shape.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AppModel } from '../app/context.ts'
import { flaggedOnly, visibleImages } from '../panels/library-store.ts'
import { namesNow } from '../state/names.ts'
import { type CommandHandlers } from '../tools/command-registry.ts'
import { imageTarget, toggleFlags } from '../tools/flag-commands.ts'
import { givesClass } from '../tools/tool-set.ts'
import { afterSelected, galleryImages } from './gallery-list.ts'
import { labelEdit, nextUnlabelled, unlabelEdit } from './label-edits.ts'
import { labelsImages, saidOf, type Said } from './said.ts'

type Means = Pick<AppModel, 'stores' | 'shell' | 'library' | 'labels'>

/** Images of the list beside, as it is filtered and sorted. */
function listed({ stores, library }: Means): ImageRecord[] {
  const { images, tables } = stores.document.getState()
  return visibleImages(flaggedOnly(images, tables.flags, library.getState()), tables.counts, library.getState(), namesNow(stores))
}

/** What the run that is shown says of each image. */
export function currentSaid({ stores, labels }: Pick<AppModel, 'stores' | 'labels'>): ReadonlyMap<ImageId, Said> {
  const { runs, models, classes } = stores.document.getState()
  const { runId, results } = labels.getState()
  const model = models.find(({ id }) => id === runs.find((run) => run.id === runId)?.modelId)
  return model ? saidOf(results, model, classes) : new Map<ImageId, Said>()
}

function inGallery(means: Means): ImageId[] {
  const { labels, filter, sort } = means.labels.getState()
  const said = currentSaid(means)
  const query = { filter, sort, labelOf: (id: ImageId) => labels.get(id)?.classId ?? null, saidOf: (id: ImageId) => said.get(id) }
  return galleryImages(listed(means), query).map(({ id }) => id)
}

/** The images that a label is said of now: those selected in the gallery, else the open one. */
export function labelTargets({ stores, labels }: Pick<AppModel, 'stores' | 'labels'>): ImageRecord[] {
  const { tables, imageId } = stores.document.getState()
  const { gallery, selected } = labels.getState()
  const ids = gallery ? [...selected] : imageId === null ? [] : [imageId]
  return ids.flatMap((id) => tables.images.get(id) ?? [])
}

/** Commits an edit of labels; it is seen at once, and taken back where main refused. */
async function commit({ stores, labels }: Means, edit: Edit): Promise<boolean> {
  if (stores.document.getState().project?.readOnly === '') labels.foresee(edit)
  const committed = await stores.actions.commit(edit)
  if (!committed) await labels.readLabels().catch(() => undefined)
  return committed
}

/** Gives the open image, or those selected in the gallery, a class, and goes on where the person likes it so. False where there is none. */
export function labelAs(means: Means, to: ClassRecord): boolean {
  const { stores, shell, labels } = means
  const targets = labelTargets(means)
  if (targets.length === 0) return false
  const before = labels.getState().gallery ? inGallery(means) : []
  const signature = { author: stores.tool.getState().author, now: new Date().toISOString() }
  const edit = labelEdit(targets, labels.getState().labels, to, signature)
  if (edit) void commit(means, edit)
  if (shell.getState().preferences.digitMovesOn) moveOn(means, before)
  return true
}

/** Single: the next image without a label. Gallery: the image after the selected ones, as they stood before. */
function moveOn(means: Means, before: readonly ImageId[]): void {
  const { labels } = means
  if (!labels.getState().gallery) {
    openNext(means)
    return
  }
  const next = afterSelected(before, labels.getState().selected)
  if (next !== null) labels.select(before, next, 'one')
}

/** Opens the next image without a label; says so where there is none. */
export function openNext(means: Means): boolean {
  const { stores, labels } = means
  const next = nextUnlabelled(listed(means), stores.document.getState().imageId, labels.getState().labels)
  if (next) void stores.actions.openImage(next.id)
  else stores.messages.hint(t('All images in the list have a label.'), t('Train on them, or add more images.'))
  return true
}

/** Takes the label of the open image, or of those selected in the gallery, away. False where there is none. */
export function removeLabel(means: Means): boolean {
  const edit = unlabelEdit(labelTargets(means), means.labels.getState().labels)
  if (edit) void commit(means, edit)
  return edit !== null
}

/** Opens an image by itself. */
export function openSingle({ stores, labels }: Pick<AppModel, 'stores' | 'labels'>, id: ImageId): void {
  labels.setState({ gallery: false })
  void stores.actions.openImage(id)
}

/** Opens the image that the gallery's keyboard is at. Where there is none nothing happens: what is open behind the gallery is not meant. */
function openPicked(means: Means): boolean {
  const { cursor } = means.labels.getState()
  if (cursor !== null && inGallery(means).includes(cursor)) openSingle(means, cursor)
  return true
}

export function toggleGallery(means: Means): void {
  const { stores, labels } = means
  const { gallery, cursor } = labels.getState()
  const { imageId } = stores.document.getState()
  if (gallery && cursor !== null && stores.document.getState().tables.images.has(cursor)) openSingle(means, cursor)
  else if (gallery || imageId === null) labels.setState({ gallery: !gallery })
  else labels.setState({ gallery: true, selected: new Set([imageId]), cursor: imageId, anchor: imageId })
}

/** Whether keys are about the image as a whole: no object is selected on it or being drawn. A ruler, which only measures, has no class to be given. */
export function isAboutImage({ stores, shell, labels }: Means): boolean {
  if (shell.getState().place !== 'label' || !labelsImages(stores.document.getState().project?.task)) return false
  if (labels.getState().gallery) return true
  return !isSelectedHere(stores, countsAsObject) && !givesClass(stores.tool.getState().tool)
}

/** Whether something of such a shape is selected on the open image. */
function isSelectedHere({ selection, scene }: Means['stores'], isSuch: (shape: PlacedShape) => boolean): boolean {
  const objects = scene.getState().scene.byId
  for (const id of selection.getState().selected) {
    const shape = objects.get(id)?.shape
    if (shape !== undefined && isSuch(shape)) return true
  }
  return false
}

export function galleryHandlers(means: Means): CommandHandlers {
  const { stores, labels } = means
  return {
    // With the canvas gone there is nobody else to do it.
    'object.flag': () =>
      labels.getState().gallery &&
      toggleFlags(
        stores,
        labelTargets(means).map(({ id }) => imageTarget(id)),
      ),
    'label.gallery': () => {
      if (!labelsImages(means.stores.document.getState().project?.task)) return false
      toggleGallery(means)
      return true
    },
  }
}

/** Keys that the canvas knows too: where images are labelled as wholes they are about the image. */
export function labelHandlers(means: Means): CommandHandlers {
  const { stores, labels } = means
  const handlers: CommandHandlers = {
    // A ruler that is selected goes before the label.
    'object.delete': () => isAboutImage(means) && (labels.getState().gallery || !isSelectedHere(stores, () => true)) && removeLabel(means),
    'image.done': () => isAboutImage(means) && (labels.getState().gallery ? openPicked(means) : openNext(means)),
  }
  for (const digit of [1, 2, 3, 4, 5, 6, 7, 8, 9] as const)
    handlers[`class.${digit}`] = () => {
      const to = stores.document.getState().classes.find((record) => record.digit === digit)
      return to !== undefined && isAboutImage(means) && labelAs(means, to)
    }
  return handlers
}
