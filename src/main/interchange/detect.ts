import path from 'node:path'
import type { ImportRequest } from '#shared/contracts/project.ts'
import { LABEL_EXTENSIONS } from '#shared/file-endings.ts'
import { say } from '#shared/i18n/say.ts'
import { someNames } from '#shared/some-names.ts'
import { TASKS } from '#shared/task-facts.ts'
import { APERIO } from './aperio-in.ts'
import { ASAP } from './asap.ts'
import { CELLPOSE } from './cellpose-in.ts'
import { looksLikeClassFolders } from './class-folders.ts'
import { looksLikeCoco } from './coco-in.ts'
import { CVAT } from './cvat-in.ts'
import { looksLikeLabelTable } from './csv-labels.ts'
import type { ImportContext } from './dataset.ts'
import { isGeoJsonName, looksLikeGeoJson } from './geojson-in.ts'
import { LABELME } from './labelme.ts'
import { LABEL_STUDIO } from './label-studio-in.ts'
import { pairMasks } from './mask-pairs.ts'
import { isRecordFile } from './tfrecord.ts'
import { WEB_ANNOTATION } from './web-annotation.ts'
import { looksLikeYolo } from './yolo-in.ts'
import { extensionOf, isImageName, walkFiles } from './walk.ts'
import { xmlRoot } from './xml-file.ts'

/** How many files of a kind are looked into. */
const TRIES = 20

export type FoundFormat = Exclude<ImportRequest['format'], 'auto'>
type Context = Pick<ImportContext, 'task' | 'classes' | 'known'>

/** What each kind of project looks for, in this order; the first that fits is taken. */
const ORDER: Readonly<Record<ImportContext['task'], readonly FoundFormat[]>> = {
  detection: ['voc', 'cvat', 'asap', 'aperio', 'labelstudio', 'labelme', 'w3c', 'coco', 'geojson', 'cellpose', 'yolo', 'csv'],
  segmentation: [
    'cellpose',
    'masks',
    'tfrecord',
    'cvat',
    'asap',
    'aperio',
    'labelstudio',
    'labelme',
    'w3c',
    'coco',
    'geojson',
    'yolo',
    'voc',
  ],
  classification: ['folders', 'csv', 'labelstudio', 'labelme', 'w3c', 'cvat', 'coco'],
  anomaly: ['folders', 'csv', 'masks', 'coco'],
}

/**
 * What there is to import at a path: the first format of the task's own order of which there are signs, else plain `images`.
 *
 * @throws AppError `not-found` or `too-many-files`.
 */
export async function detectFormat(root: string, context: Context): Promise<FoundFormat> {
  const given = path.resolve(root)
  if (given.toLowerCase().endsWith('.slidewright')) return 'crops'
  const files = await walkFiles(given)
  for (const format of ORDER[context.task]) if (await fits(format, { root: given, files, context })) return format
  return 'images'
}

const NO_LABELS = /^(readme|licen[cs]e|notice|changelog|copying)\b/i

/** What to say where only images are taken though other files lie beside them that may hold labels; none where there are no such files. */
export async function passedOver(root: string): Promise<string[]> {
  const given = path.resolve(root)
  const all = await walkFiles(given)
  const others = all.filter(
    (file) => file !== given && LABEL_EXTENSIONS.includes(extensionOf(file)) && !NO_LABELS.test(path.basename(file)),
  )
  if (others.length === 0) return []
  return [
    say('{{count}} other files passed over ({{names}}): no labels were found in them that can be read here.', {
      count: others.length,
      names: someNames(others.map((file) => path.relative(given, file))),
    }),
  ]
}

interface Place {
  readonly root: string
  readonly files: readonly string[]
  readonly context: Context
}

async function fits(format: FoundFormat, { root, files, context }: Place): Promise<boolean> {
  const base = files.length === 1 && files[0] === root ? path.dirname(root) : root
  switch (format) {
    case 'voc':
      return anyOf(files, ['xml'], async (file) => (await xmlRoot(file)) === 'annotation')
    case 'coco':
      return anyOf(files, ['json'], looksLikeCoco)
    case 'geojson':
      return anyOf(files.filter(isGeoJsonName), ['json', 'geojson', 'gz'], looksLikeGeoJson)
    case 'csv':
      return anyOf(files, ['csv', 'tsv', 'txt'], (file) => looksLikeLabelTable(file, TASKS[context.task].objects === 'boxes'))
    case 'cvat':
      return anyOf(files, ['xml'], CVAT.looks)
    case 'asap':
      return anyOf(files, ['xml'], ASAP.looks)
    case 'aperio':
      return anyOf(files, ['xml'], APERIO.looks)
    case 'cellpose':
      return anyOf(files, ['npy'], CELLPOSE.looks)
    case 'labelstudio':
      return anyOf(files, ['json'], LABEL_STUDIO.looks)
    case 'w3c':
      return anyOf(files, WEB_ANNOTATION.endings, WEB_ANNOTATION.looks)
    case 'labelme':
      return anyOf(files, ['json'], LABELME.looks)
    case 'yolo':
      return files.some((file) => ['txt', 'yaml', 'yml'].includes(extensionOf(file))) && looksLikeYolo(root, context.known)
    case 'masks':
      return pairMasks(base, files.filter(isImageName), context.known).pairs.length > 0
    case 'tfrecord':
      return files.some(isRecordFile)
    case 'folders':
      return looksLikeClassFolders(root, files.filter(isImageName), context)
    default:
      return false
  }
}

async function anyOf(files: readonly string[], endings: readonly string[], looks: (file: string) => Promise<boolean>): Promise<boolean> {
  const candidates = files.filter((file) => endings.includes(extensionOf(file)))
  for (const file of candidates.slice(0, TRIES)) if (await looks(file)) return true
  return false
}
