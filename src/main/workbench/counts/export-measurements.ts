import { lineLength } from '#shared/geometry/line.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { originColumns } from '../../interchange/csv.ts'
import type { Cell } from '../../interchange/csv-text.ts'
import { rounded, type WrittenLabels } from '../../interchange/label-set.ts'
import { isTableFormat, writeTable } from '../../interchange/table-out.ts'
import type { Export } from '../export.ts'
import type { OpenProject } from '../open-project.ts'
import { wrongFormat } from '../wrong-format.ts'

const COLUMNS = ['split', 'x1', 'y1', 'x2', 'y2', 'length_px', 'length_um', 'um_per_px', 'name', 'note', 'author', 'created'] // prettier-ignore

/**
 * Writes what rulers measured, one row a ruler: its ends and length in pixels (three decimals), the length in micrometres where the image is
 * calibrated, who drew it and when (ISO 8601).
 *
 * @throws AppError `wrong-format`, or as `writeTable`.
 */
export async function exportMeasurements({
  project,
  request,
  file,
  images,
}: Pick<Export, 'project' | 'request' | 'file' | 'images'>): Promise<WrittenLabels> {
  if (!isTableFormat(request.format)) throw wrongFormat(request)
  const { heads, cells } = originColumns(images)
  const rows = images.flatMap((image) => rulersOf(project, image).map((ruler) => [image.name, ...cells(image), ...ruler]))
  await writeTable(file, [['image', ...heads, ...COLUMNS], ...rows], { format: request.format, decimal: request.decimal })
  return { rows: rows.length, notes: rows.length === 0 ? [say('No ruler lies on these images.')] : [] }
}

function rulersOf({ db }: OpenProject, image: ImageRecord): Cell[][] {
  return db.annotationsOf(image.id).flatMap(({ shape, name, note, author, createdAt }) => {
    if (shape.type !== 'ruler') return []
    const length = lineLength(shape.points)
    const { micronsPerPixel } = image
    return [
      [
        ...[image.split, ...shape.points.map((value) => rounded(value, 3)), rounded(length, 3)],
        ...[micronsPerPixel === null ? null : rounded(length * micronsPerPixel, 3), micronsPerPixel, name, note, author, createdAt],
      ],
    ]
  })
}
