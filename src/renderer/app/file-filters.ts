import { IMAGE_EXTENSIONS, LABEL_EXTENSIONS, LABEL_LIST_EXTENSIONS } from '#shared/file-endings.ts'
import { t } from '#shared/i18n/translate.ts'

/** What a dialog of the system offers to choose among. */
export interface FileFilter {
  readonly name: string
  readonly extensions: string[]
}

/** A file may have any name: what counts is the content. */
const ALL: FileFilter = { name: t('All files'), extensions: ['*'] }

/** For one image: whatever can be read as one. */
export const IMAGE_FILTERS: readonly FileFilter[] = [{ name: t('Images'), extensions: [...IMAGE_EXTENSIONS] }, ALL]

/** For an import: images, and files with labels of them. */
export const IMPORT_FILTERS: readonly FileFilter[] = [
  { name: t('Images and labels'), extensions: [...IMAGE_EXTENSIONS, ...LABEL_EXTENSIONS, ...LABEL_LIST_EXTENSIONS] },
  ALL,
]

/** For an import in a format that the person named: files of these endings, or any. */
export const labelFilters = (endings: readonly string[]): readonly FileFilter[] => [{ name: t('Labels'), extensions: [...endings] }, ALL]
