import type { BoxShape } from '#shared/records/shape.ts'
import type { Split } from '#shared/records/task.ts'

/** An object as a file of labels has it; the class is a name, since the project's own classes are not known here. */
export interface ParsedObject {
  readonly className: string
  /** Full-resolution pixels, inside the image. */
  readonly shape: BoxShape
  readonly difficult: boolean
  readonly crowd: boolean
}

export interface ParsedImage {
  /** Absolute path of the file. */
  readonly path: string
  /** Pixels after the EXIF orientation was applied; null where nobody looked at the file (plain images). */
  readonly size: { readonly width: number; readonly height: number } | null
  readonly split: Split | null
  /** Whether a file of labels speaks of the image: one without objects then says that there are none. */
  readonly labelled: boolean
  readonly objects: readonly ParsedObject[]
}

/** Something that was left out or changed on the way in. `file` is relative to what was imported. */
export interface ImportProblem {
  readonly file: string
  readonly what: string
}

/** A folder of images and labels, read whole and checked, so that it can be committed in one transaction or not at all. */
export interface ParsedDataset {
  readonly format: 'images' | 'voc'
  readonly images: readonly ParsedImage[]
  /** Names of the classes in the order they are met, spelled as in the files. */
  readonly classNames: readonly string[]
  readonly problems: readonly ImportProblem[]
}

export interface ParseOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, name: string) => void
}
