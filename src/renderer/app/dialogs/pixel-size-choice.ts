import { type PixelSizeRequest } from '#shared/contracts/pixel-size.ts'
import { numberTyped, typedNumber } from '#shared/i18n/formats.ts'
import { IMAGES_MEANT, isPixelSize, statedSize, withPixelSize } from '#shared/pixel-size.ts'
import { type ImageRecord } from '#shared/records/image.ts'

/** The images that a pixel size may be for. */
export interface Candidates {
  readonly open: ImageRecord | null
  /** Those that are selected in the gallery, or picked in the list; empty where none is, or just the open one. */
  readonly selected: readonly ImageRecord[]
  /** Those that the list shows. */
  readonly listed: readonly ImageRecord[]
  readonly all: readonly ImageRecord[]
}

export const SCOPES = ['open', 'selected', 'listed', 'missing', 'unstated', 'all'] as const
export type Scope = (typeof SCOPES)[number]

export interface ScopeOption {
  readonly scope: Scope
  readonly images: readonly ImageRecord[]
}

/** Whom a size may be set for; words that mean the same images as another are left out. */
export function scopeOptions({ open, selected, listed, all }: Candidates): ScopeOption[] {
  const images: Readonly<Record<Scope, readonly ImageRecord[]>> = {
    ...{ open: open === null ? [] : [open], selected, listed: listed.length < all.length ? listed : [] },
    ...{ missing: all.filter(IMAGES_MEANT.missing), unstated: all.filter(IMAGES_MEANT.unstated), all },
  }
  const isTwin = (scope: Scope): boolean =>
    (scope === 'unstated' && [images.missing.length, all.length].includes(images.unstated.length)) ||
    (scope === 'listed' && sameImages(listed, selected))
  return SCOPES.map((scope) => ({ scope, images: images[scope] })).filter(({ scope, images: of }) => of.length > 0 && !isTwin(scope))
}

const sameImages = (a: readonly ImageRecord[], b: readonly ImageRecord[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => b[i]?.id === id)

/** Digits of a size that mean something. */
const DIGITS = 6

/** A size as the field shows it to be typed over. */
export const sizeText = (microns: number | null): string => (microns === null ? '' : typedNumber(microns, DIGITS))

/** The size that the field says, null where it says none; where it says what the image has, that with all its digits: nothing was typed. */
export function sizeTyped(text: string, known: number | null): number | null {
  if (known !== null && text === sizeText(known)) return known
  const typed = numberTyped(text)
  return typed !== null && isPixelSize(typed) ? typed : null
}

/** How the size is asked for: from a line of the open image, or for the images that have none. */
export interface Asked {
  readonly line: number | null
  readonly missing: boolean
}

/** What is most likely meant: what was selected; all that have none where the open image has none either; else the open image, as of a line on it. */
export function usualScope(options: readonly ScopeOption[], { line, missing }: Asked, { open, selected }: Candidates): Scope {
  const has = (scope: Scope): boolean => options.some((one) => one.scope === scope)
  if (line !== null && has('open')) return 'open'
  if (missing && has('missing')) return 'missing'
  if (selected.length > 0) return 'selected'
  if (has('missing') && (open === null || open.micronsPerPixel === null)) return 'missing'
  return has('open') ? 'open' : 'all'
}

/** The same as main is asked for it. */
export const requestOf = ({ scope, images }: ScopeOption): PixelSizeRequest['of'] =>
  scope === 'missing' || scope === 'unstated' || scope === 'all' ? scope : { images: images.map(({ id }) => id) }

/** What a size, or giving it back to the files (`null`), would do to some images. */
export interface Outcome {
  readonly changed: number
  /** Of those that change: whose file states another size. */
  readonly overridden: number
}

export function outcomeOf(images: readonly ImageRecord[], microns: number | null): Outcome {
  const changed = images.flatMap((image) => {
    const after = withPixelSize(image, microns, '')
    return after === image ? [] : [after]
  })
  const overridden = changed.filter(({ pixelSizeBy, statedMicrons }) => pixelSizeBy === 'person' && statedMicrons !== null).length
  return { changed: changed.length, overridden }
}

/** Images whose size a person set, and what their files state: the one number, `'other'` where they differ, null where none states one. */
export function setByHand(images: readonly ImageRecord[]): { readonly count: number; readonly stated: number | 'other' | null } {
  const set = images.filter(({ pixelSizeBy }) => pixelSizeBy === 'person')
  const sizes = new Set(set.map(statedSize))
  const [only = null] = sizes
  return { count: set.length, stated: sizes.size > 1 ? 'other' : only }
}
