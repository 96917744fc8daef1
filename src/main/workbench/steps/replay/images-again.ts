import type { z } from 'zod'
import { importRequest } from '#shared/contracts/project.ts'
import { AppError, toErrorInfo } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Workbench } from '../../workbench.ts'
import type { Standing } from './standing.ts'

/** What an import of a format of labels says where there are none. */
const NO_LABELS: readonly string[] = [
  ...['no-annotations', 'no-label-files', 'no-labels', 'no-masks', 'no-class-folders', 'no-records', 'not-coco', 'not-geojson'],
]

/**
 * Imports the given images as the log's were, and has them stand in for these; where they have no labels of the log's format they are taken alone.
 * @throws AppError `no-images`, or as an import.
 */
export async function takeImages(bench: Workbench, request: z.input<typeof importRequest>, standing: Standing): Promise<string> {
  const before = new Set(bench.images().map(({ id }) => id))
  const { report, alone } = await withLabelsOrAlone(bench, importRequest.parse(request))
  const there = new Set(report.known)
  // Those that the project knew already, from here or from elsewhere, are meant too: so a replay that stopped can be started again.
  const meant = bench.images().filter(({ id }) => !before.has(id) || there.has(id))
  if (meant.length === 0)
    throw new AppError('no-images', 'None of what was given is an image.', 'Give image files, or folders with images.')
  standing.images = meant.map(({ id }) => id)
  return takenText(meant, before) + (alone === '' ? '' : `, without labels: ${alone}`)
}

function takenText(meant: readonly ImageRecord[], before: ReadonlySet<ImageRecord['id']>): string {
  const taken = meant.filter(({ id }) => !before.has(id)).length
  return taken === meant.length ? `${taken} new images` : `${taken} new images, ${meant.length - taken} known before`
}

async function withLabelsOrAlone(bench: Workbench, request: z.output<typeof importRequest>) {
  try {
    return { report: await bench.import(request), alone: '' }
  } catch (thrown) {
    const { code, message } = toErrorInfo(thrown)
    if (!NO_LABELS.includes(code)) throw thrown
    return { report: await bench.import({ ...request, format: 'images', pair: null, colors: null }), alone: message }
  }
}
