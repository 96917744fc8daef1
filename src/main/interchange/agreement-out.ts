import type { AgreementView } from '#shared/contracts/readers.ts'
import { AppError } from '#shared/errors.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { BYTE_ORDER_MARK, csvText, type Cell } from './csv-text.ts'
import { rounded, type WrittenLabels } from './label-set.ts'

export interface AgreementTable {
  readonly images: readonly ImageRecord[]
  readonly agreement: AgreementView | null
}

const COLUMNS = ['of', 'name', 'measure', 'readers', 'items', 'observed', 'expected', 'kappa', 'lower_95', 'upper_95'] as const

/**
 * Writes how far readers agree, a row each: all items that every reader read, each class against all others (`nothing` is what is not to be
 * labelled), each image, and every two readers over what both read. `kappa` is Cohen's of two readers and Fleiss' of more; empty where chance
 * alone agrees wholly. UTF-8 with byte order mark, for Excel.
 *
 * @throws AppError `one-reader`, and as `writeWhole`.
 */
export async function writeAgreement(file: string, table: AgreementTable): Promise<WrittenLabels> {
  const rows = agreementRows(table)
  await writeWhole(file, BYTE_ORDER_MARK + csvText(rows))
  return { rows: rows.length - 1, notes: [] }
}

/** The table as cells, names of the columns first. */
export function agreementRows({ images, agreement }: AgreementTable): Cell[][] {
  if (agreement === null)
    throw new AppError('one-reader', 'Fewer than two people have read these predictions.', 'Let a second reader go through them in Review.')
  const { readers, kind, overall, perClass, perImage, pairs } = agreement
  const row = (of: string, name: string, found: AgreementView['overall'], by = { kind, readers }): Cell[] => {
    const { items, observed, expected, kappa, interval } = found
    const figures = [observed, expected, kappa, interval?.lower ?? null, interval?.upper ?? null]
    return [of, name, by.kind, by.readers.join(', '), items, ...figures.map((value) => (value === null ? null : rounded(value, 6)))]
  }
  const names = new Map(images.map(({ id, name }) => [id, name]))
  return [
    [...COLUMNS],
    row('all', '', overall),
    ...perClass.map(({ name, agreement: found }) => row('class', name, found)),
    ...perImage.flatMap(({ imageId, agreement: found }) => (names.has(imageId) ? [row('image', names.get(imageId)!, found)] : [])),
    ...pairs.map(({ first, second, agreement: found }) => row('pair', '', found, { kind: 'cohen', readers: [first, second] })),
  ]
}
