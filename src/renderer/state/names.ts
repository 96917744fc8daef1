import { t } from '#shared/i18n/translate.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type ImageOrigin, ORIGIN_FACTS, originText } from '#shared/origin.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { type DisplayState } from './display.ts'
import { type DocumentState } from './document.ts'
import { type Hidden, hiderOf } from './masking.ts'

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
  let hide: ((text: string) => string) | null = null
  return { masked: true, of, originOf: () => null, in: (text) => (hide ??= hiderOf(hiddenOf(images, of)))(text) }
}

/** Names and paths, and what says where images come from; what is both is shown as an image. */
function hiddenOf(images: readonly ImageRecord[], of: Names['of']): Hidden {
  const group = t('a group')
  const origins = images.flatMap((image) => ORIGIN_FACTS.flatMap((fact): [string, string][] => [[image[fact] ?? '', group]]))
  const files = images.flatMap((image) =>
    [image.name, image.relativePath, image.absolutePath].map((word): [string, string] => [word, of(image)]),
  )
  return new Map([...origins, ...files])
}

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
