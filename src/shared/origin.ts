import { isSlideName, type ImageRecord } from './records/image.ts'

// Where images come from: slide, patient, and any other group. What follows from that is said here alone.

/** The facts, in the order in which they are shown. */
export const ORIGIN_FACTS = ['patient', 'slide', 'group'] as const
export type OriginFact = (typeof ORIGIN_FACTS)[number]
export type ImageOrigin = Pick<ImageRecord, OriginFact>

/** Longest pattern that reads a fact out of file names, letters. */
export const LONGEST_PATTERN = 200

/** Regular expressions on the file name that give a fact: the first group, else the whole match. Null or left out: the fact stays as it is. */
export interface OriginPatterns {
  readonly patientBy?: string | null | undefined
  readonly slideBy?: string | null | undefined
  readonly groupBy?: string | null | undefined
}
export const PATTERN_OF = { patient: 'patientBy', slide: 'slideBy', group: 'groupBy' } as const satisfies Record<
  OriginFact,
  keyof OriginPatterns
>

/**
 * The fact by which an image is held together with others: the patient, where that is not known the slide, and where neither is known the group. A
 * group that is anything else (an arm of a study) may thus be divided as soon as patients or slides are known.
 */
export const heldBy = (image: ImageOrigin): OriginFact | null => ORIGIN_FACTS.find((fact) => image[fact] !== null) ?? null

/**
 * What a split must not divide, what an interval draws whole, and what a review spreads its questions over: images with the same name here belong
 * together, by whichever fact they have it; null: the image stands for itself.
 */
export const keptTogether = ({ patient, slide, group }: ImageOrigin): string | null => patient ?? slide ?? group

/** The slide of an image: as it was said, and of a whole slide that nobody named the image itself. */
export const slideOf = ({ slide, name }: Pick<ImageRecord, 'slide' | 'name'>): string | null => slide ?? (isSlideName(name) ? name : null)

/** What counts by a fact put an image under: of two patients the slides of one name are two. Null: the image stands for itself. */
export function countedUnder(
  image: ImageOrigin & Pick<ImageRecord, 'name'>,
  fact: OriginFact,
): { readonly key: string; readonly name: string } | null {
  const name = fact === 'slide' ? slideOf(image) : image[fact]
  if (name === null) return null
  return { key: JSON.stringify(fact === 'slide' ? [name, image.patient] : [name]), name }
}

/** Whether an image comes from elsewhere than before. */
export const isMoved = (before: ImageOrigin, now: ImageOrigin): boolean => ORIGIN_FACTS.some((fact) => before[fact] !== now[fact])

export const NO_PATTERNS = { patientBy: null, slideBy: null, groupBy: null } as const satisfies OriginPatterns

/** Whether a word of those that counts go by is such a fact. */
export const isOriginFact = (word: string): word is OriginFact => (ORIGIN_FACTS as readonly string[]).includes(word)

/** Whether anybody said the fact of any of these images. */
export const isKnownOfAny = (images: readonly ImageOrigin[], fact: OriginFact): boolean => images.some((image) => image[fact] !== null)

/** Patient, slide and group as far as they are known, in one short text; null where none is. */
export function originText(image: ImageOrigin): string | null {
  const known = ORIGIN_FACTS.flatMap((fact) => image[fact] ?? [])
  return known.length === 0 ? null : [...new Set(known)].join(' · ')
}
