import path from 'node:path'
import type { ExportRequest } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'
import type { TaskKind } from '#shared/records/task.ts'
import { TASKS } from '#shared/task-facts.ts'

type Format = ExportRequest['format']

const LABELS = { csv: 'csv', json: 'coco', geojson: 'geojson' } as const
const TABLE = { csv: 'csv', tsv: 'tsv', xlsx: 'xlsx' } as const

/** What the ending of a file's name says of its format. Masks go to a folder, whose name says nothing. */
const ENDINGS: Readonly<Record<Exclude<ExportRequest['what'], 'masks'>, Readonly<Record<string, Format>>>> = {
  counts: { ...TABLE, json: 'json' },
  measurements: TABLE,
  annotations: LABELS,
  predictions: LABELS,
  decisions: { csv: 'csv' },
  agreement: { csv: 'csv' },
  model: { onnx: 'onnx', safetensors: 'safetensors', h5: 'h5', zip: 'package' },
  report: { html: 'html', pdf: 'pdf' },
  'report-template': { html: 'html' },
}

/** The format that a file's name asks for where no other is. @throws AppError `wrong-format`: its ending is none of those that are known. */
export function formatByEnding(what: ExportRequest['what'], file: string, task: TaskKind): Format {
  if (what === 'masks') return 'png'
  const known = endingsOf(what, task)
  const ending = path.extname(file).slice(1).toLowerCase()
  const format = Object.hasOwn(known, ending) ? known[ending] : undefined
  if (format !== undefined) return format
  const list = Object.keys(known).map((name) => `.${name}`)
  const listed = list.length === 1 ? list.join('') : `${list.slice(0, -1).join(', ')} or ${list.at(-1) ?? ''}`
  throw new AppError(
    'wrong-format',
    `What ${path.basename(file)} is to hold cannot be told by ${ending === '' ? 'its name' : `.${ending}`}: ${what} can end in ${listed}.`,
    'Nothing was written. Name the file so, or say the format with --format.',
  )
}

/** COCO and GeoJSON hold objects within images, not classes of whole images. */
function endingsOf(what: Exclude<ExportRequest['what'], 'masks'>, task: TaskKind): Readonly<Record<string, Format>> {
  return TASKS[task].objects === 'none' && (what === 'annotations' || what === 'predictions') ? { csv: 'csv' } : ENDINGS[what]
}
