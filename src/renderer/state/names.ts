import { t } from '#shared/i18n/translate.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageOrigin, ORIGIN_FACTS, originText } from '#shared/origin.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type DisplayState } from './display.ts'
import { type DocumentState } from './document.ts'

/** Under which names the window shows images: their files' own, or numbers while names are masked for blinded reading. */
export interface Names {
  readonly masked: boolean
  readonly of: (image: Pick<ImageRecord, 'id' | 'name'>) => string
  /** Patient, slide and group, as far as they are known, which are as telling as the name. */
  readonly originOf: (image: ImageOrigin) => string | null
  /** A text that may hold names or paths of images, such as an error of main. */
  readonly in: (text: string) => string
}

const OWN_NAMES: Names = { masked: false, of: ({ name }) => name, originOf: originText, in: (text) => text }

/** Made once for one list of images: every row asks. */
const made = new WeakMap<readonly ImageRecord[], Names>()

/** The names by which images are shown; masked ones are numbered in the project's order, whatever the list's filter and sorting. */
export function namesFor(images: readonly ImageRecord[], masked: boolean): Names {
  if (!masked) return OWN_NAMES
  const known = made.get(images) ?? maskedNames(images)
  made.set(images, known)
  return known
}

function maskedNames(images: readonly ImageRecord[]): Names {
  const numbers = new Map<ImageId, number>(images.map(({ id }, i) => [id, i + 1]))
  const of = ({ id }: Pick<ImageRecord, 'id'>): string => t('Image {{number}}', { number: String(numbers.get(id) ?? '?') })
  return { masked: true, of, originOf: () => null, in: (text) => withoutNames(text, images, of) }
}

function withoutNames(text: string, images: readonly ImageRecord[], of: Names['of']): string {
  const found = images.flatMap((image) =>
    [image.absolutePath, image.relativePath, image.name, ...ORIGIN_FACTS.map((fact) => image[fact] ?? '')]
      .filter((word) => word !== '' && text.includes(word))
      .map((word) => ({ word, shown: ORIGIN_FACTS.some((fact) => word === image[fact]) ? t('a group') : of(image) })),
  )
  // The longest first: a path holds its name, and "a10.png" may hold "0.png".
  found.sort((a, b) => b.word.length - a.word.length)
  return found.reduce((rest, { word, shown }) => rest.replace(wholeWord(word), () => shown), text)
}

/** The word where it is not a part of a longer one. */
const wholeWord = (word: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])${word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}(?![\\p{L}\\p{N}_])`, 'gu')

/** The names of the window as it is now. */
export function namesNow({
  document,
  display,
}: {
  readonly document: { readonly getState: () => Pick<DocumentState, 'images'> }
  readonly display: { readonly getState: () => Pick<DisplayState, 'maskNames'> }
}): Names {
  return namesFor(document.getState().images, display.getState().maskNames)
}
