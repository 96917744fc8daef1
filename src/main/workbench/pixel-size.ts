import { pixelSizeRequest, type PixelSizeReport, type PixelSizeRequest } from '#shared/contracts/pixel-size.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { IMAGES_MEANT, PIXEL_SIZES, withPixelSize } from '#shared/pixel-size.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { ModelFile } from '#shared/records/model-file.ts'
import type { ModelRecord } from '#shared/records/model.ts'
import { someNames } from '#shared/some-names.ts'
import { TASKS } from '#shared/task-facts.ts'
import { scaleKnownBy, scaleOf } from '#shared/trained-scale.ts'
import { readModelFile } from './export-model.ts'
import { imagesNamed, noImages } from './named-images.ts'
import type { OpenProject } from './open-project.ts'
import type { Workbench } from './workbench.ts'

type Changed = readonly [before: ImageRecord, after: ImageRecord]

/**
 * Sets the size of images' pixels, or gives it back to what their files state, as one edit that one undo takes back; none where nothing changes.
 * What files state is kept. Predictions that are there stay as they are.
 * @throws AppError `bad-pixel-size`, `no-images`, `no-such-image` or `project-read-only`.
 */
export async function setPixelSize({ project, steps }: Workbench, asked: PixelSizeRequest): Promise<PixelSizeReport> {
  const request = checked(asked)
  const models = await scaledModels(project, project.shownModels())
  // From here on at once: what was read of the images holds until it is written.
  const images = imagesOf(project, request.of)
  const at = new Date().toISOString()
  const changed = images.flatMap((before): Changed[] => {
    const after = withPixelSize(before, request.microns, at)
    return after === before ? [] : [[before, after]]
  })
  if (changed.length > 0) {
    const label = request.microns === null ? say('Take pixel sizes from the files') : say('Set the pixel size')
    project.commit({ label, put: { images: changed.map(([, after]) => after) }, remove: {} })
    steps.note({ kind: 'pixel-size', request })
  }
  return { images: images.length, ...reportOf(project, changed, models) }
}

function checked(asked: PixelSizeRequest): PixelSizeRequest {
  const request = pixelSizeRequest.safeParse(asked)
  if (request.success) return request.data
  throw new AppError(
    'bad-pixel-size',
    `${String(asked.microns)} is no size of a pixel.`,
    `Give micrometres a pixel, from ${PIXEL_SIZES.min} to ${PIXEL_SIZES.max}, such as 0.25 of a 40x objective.`,
  )
}

function imagesOf(project: OpenProject, of: PixelSizeRequest['of']): readonly ImageRecord[] {
  const all = project.db.images()
  if (typeof of === 'string') {
    if (all.length === 0) throw noImages()
    return all.filter(IMAGES_MEANT[of])
  }
  return imagesNamed(project, of)
}

function reportOf({ db }: OpenProject, changed: readonly Changed[], models: readonly ScaledModel[]): Omit<PixelSizeReport, 'images'> {
  const all = db.images()
  const known = all.filter(({ micronsPerPixel }) => micronsPerPixel !== null)
  const person = known.filter(({ pixelSizeBy }) => pixelSizeBy === 'person').length
  const overridden = changed.filter(([, { statedMicrons }]) => statedMicrons !== null).length
  const none = changed.filter(([, { micronsPerPixel }]) => micronsPerPixel === null).length
  const notes = [
    ...(overridden === 0 ? [] : [say('The files of {{count}} images state another size, which is kept.', { count: overridden })]),
    ...(none === 0 ? [] : [say('The files of {{count}} images state no size: they have none now.', { count: none })]),
    ...scaleNotes(changed, models),
  ]
  const sizes = { file: known.length - person, person, missing: all.length - known.length }
  return { changed: changed.length, overridden, none, sizes, notes }
}

interface ScaledModel {
  readonly name: string
  readonly file: ModelFile
}

/** The models that know the scale which they learned at, and see images by it; images that are looked at as wholes are fitted to the net whatever theirs. */
export async function scaledModels(project: OpenProject, models: readonly ModelRecord[]): Promise<ScaledModel[]> {
  if (TASKS[project.task].objects === 'none') return []
  const read = await Promise.all(models.map(async (model) => ({ name: model.name, file: await readModelFile(project, model) })))
  return read.flatMap(({ name, file }) => (file === null || scaleKnownBy(file) === null ? [] : [{ name, file }]))
}

/** Which models may see images at another scale than before: nobody sees it of them. */
function scaleNotes(changed: readonly Changed[], models: readonly ScaledModel[]): string[] {
  const other = models.map(({ name, file }) => {
    const images = changed.filter(([before, after]) => scaleOf(file, before) !== scaleOf(file, after)).length
    return { name, images, learned: scaleKnownBy(file) ?? 0 }
  })
  const concerned = other.filter(({ images }) => images > 0)
  if (concerned.length === 0) return []
  const learned = [...new Set(concerned.map((one) => `${String(Number(one.learned.toPrecision(4)))} µm`))]
  return [
    say(
      '{{models}} learned at {{microns}} a pixel and may see {{count}} images larger or smaller than before. Predictions that are there stay as they are: predict again. Where that size was wrong, train again.',
      {
        models: someNames(concerned.map(({ name }) => name)),
        microns: someNames(learned),
        count: Math.max(...concerned.map(({ images }) => images)),
      },
    ),
  ]
}

/** Whether an image may look otherwise to models that know their scale than it did at an instant. */
export const resizedSince = ({ pixelSizeAt }: ImageRecord, at: string): boolean => pixelSizeAt !== null && pixelSizeAt > at

/** Of images, for a sentence: how many sizes were set by hand, are the files', or are not known. */
export function sizesText({ sizes: { file, person, missing } }: Pick<PixelSizeReport, 'sizes'>): string {
  return `${person} set by hand, ${file} as the file states, ${missing} without`
}
