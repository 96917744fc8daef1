import { type ExportRequest, labelFormatName } from '#shared/contracts/project.ts'
import { AppError } from '#shared/errors.ts'

/** What was asked for cannot be written so. */
export function wrongFormat({ what, format }: Pick<ExportRequest, 'what' | 'format'>): AppError {
  return new AppError(
    'wrong-format',
    `${what} cannot be written as ${format}.`,
    `Counts go to csv, tsv, xlsx or json; measurements to csv, tsv or xlsx; a report to html or pdf; decisions and the agreement of readers to csv; annotations and predictions to ${labelFormatName.options.join(', ')}; masks to png, tiff, instances or instances-tiff; a model to package, onnx, safetensors or h5.`,
  )
}
