import path from 'node:path'
import { type CountSource, type ExportPreview, maskFormatName, type MaskFormatName } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { isAreaShape } from '#shared/masks/draw-shape.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { TASKS } from '#shared/task-facts.ts'
import { bySize, type LabelledObject, noteIf, type WrittenLabels } from '../interchange/label-set.ts'
import { type MaskOptions, maskNotes, type MaskSet, writeMasks } from '../interchange/masks-out.ts'
import { knownOf } from './counted-of.ts'
import { countedObjects } from './counting.ts'
import type { Export } from './export.ts'
import type { OpenProject } from './open-project.ts'
import { isEmptyField } from './tasks/place-alone.ts'
import { wrongFormat } from './wrong-format.ts'

const MASKS: Readonly<Record<MaskFormatName, Pick<MaskOptions, 'values' | 'format'>>> = {
  png: { values: 'classes', format: 'png' },
  tiff: { values: 'classes', format: 'tiff' },
  instances: { values: 'instances', format: 'png' },
  'instances-tiff': { values: 'instances', format: 'tiff' },
}

type Asked = Pick<Export, 'project' | 'request' | 'images'>

/** Masks of the images that were asked for. Throws AppError `wrong-format`, `no-folder-name`, or as `writeMasks`. */
export async function exportMasks({ file, tools, ...asked }: Export): Promise<WrittenLabels> {
  refuseFileName(file)
  const { set, kind, left } = maskSet(asked)
  const written = await writeMasks(file, set, { ...kind, ...tools })
  return { ...written, notes: [...written.notes, ...left] }
}

/** Endings of files, none of which a folder of masks is meant to bear. */
const OF_FILES = /\.(csv|tsv|xlsx|json|geojson|xml|txt|png|jpe?g|tiff?|zip|html?|pdf|onnx|safetensors|h5|npy)$/i

function refuseFileName(target: string): void {
  const name = path.basename(target)
  if (!OF_FILES.test(name)) return
  throw new AppError(
    'no-folder-name',
    say('Masks are a folder of pictures, one an image, and {{name}} is the name of a file.', { name }),
    say('Name a folder instead, such as {{folder}}.', { folder: name.replace(OF_FILES, '') || 'masks' }),
  )
}

/** What would be written, and what masks cannot hold of it. Throws AppError `wrong-format`. */
export function previewMasks(asked: Asked): ExportPreview {
  const { set, kind, left } = maskSet(asked)
  let [objects, others] = [0, 0]
  for (const image of set.images)
    for (const { shape } of set.objectsOf(image)) {
      if (isAreaShape(shape)) objects++
      else others++
    }
  return { images: set.images.length, objects, notes: [...maskNotes(set, kind, others), ...left] }
}

interface Masks {
  readonly set: MaskSet
  readonly kind: Pick<MaskOptions, 'values' | 'format'>
  /** What is told of images that get no mask. */
  readonly left: readonly string[]
}

function maskSet({ project, request, images }: Asked): Masks {
  const format = maskFormatName.safeParse(request.format)
  if (!format.success) throw wrongFormat(request)
  refuseMasks(project)
  const source = request.source ?? { kind: 'truth' as const }
  const shown = source.kind === 'truth' ? images.filter((image) => isLabelled(project, image)) : images
  const set = { images: shown, classes: project.db.classes(), objectsOf: (image: ImageRecord) => drawnOf(project, image, source) }
  const left = noteIf(images.length - shown.length, (count) => say('{{count}} images without a label left out.', { count }))
  return { set, kind: MASKS[format.data], left }
}

/** Where images have labels as wholes alone, every mask would be empty. */
function refuseMasks({ task }: OpenProject): void {
  if (TASKS[task].objects !== 'none') return
  throw new AppError(
    'wrong-format',
    'Labels of whole images have no masks. Nothing was written.',
    'Export annotations or predictions as csv instead.',
  )
}

/** A mask without any object says that there is none: only of an image that somebody declared done, and on which no point says otherwise. */
function isLabelled({ db }: OpenProject, image: ImageRecord): boolean {
  const labels = db.annotationsOf(image.id)
  return labels.some(({ shape }) => isAreaShape(shape)) || isEmptyField(image, labels)
}

/** What is drawn: what is on top (the later label, the surer prediction, of several as good the smaller) last. */
function drawnOf(project: OpenProject, image: ImageRecord, source: CountSource): readonly LabelledObject[] {
  if (source.kind === 'truth') {
    const labels = project.db.annotationsOf(image.id)
    return labels.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || bySize(a, b))
  }
  const objects = countedObjects(knownOf(project, image, source), source)
  const scoreOf = (object: LabelledObject): number => object.score ?? 1
  return [...objects].sort((a, b) => scoreOf(a) - scoreOf(b) || bySize(a, b))
}
