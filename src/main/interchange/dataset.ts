import type { ImportRequest } from '#shared/contracts/project.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { NamedNumbers } from '#shared/records/measurement.ts'
import type { RegionShape } from '#shared/records/region.ts'
import type { Shape } from '#shared/records/shape.ts'
import type { Split, TaskKind } from '#shared/records/task.ts'
import type { KnownImages } from './known-images.ts'
import type { MaskSummary } from './mask-summary.ts'
import type { Pictures } from '../images/pictures.ts'

/** An object as a file of labels has it; the class is a name, since the project's own classes are not known here. */
export interface ParsedObject {
  readonly className: string
  /** Full-resolution pixels, inside the image. */
  readonly shape: Shape
  readonly difficult: boolean
  readonly crowd: boolean
  /** What was written beside it; nothing where the format has no room for it. */
  readonly note?: string
  /** What the object itself is called there, of at most 200 characters. */
  readonly name?: string
  readonly locked?: boolean
  /** What was measured of the very shape. */
  readonly measured?: NamedNumbers
}

/** A region of interest as a file has it. */
export interface ParsedRegion {
  /** Full-resolution pixels, inside the image. */
  readonly shape: RegionShape
  readonly name: string
  readonly fullyLabelled: boolean
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
  readonly regions?: readonly ParsedRegion[]
  /** Slide, patient and group where the format knows; a pattern that the person gives wins over it. */
  readonly slide?: string | null
  readonly patient?: string | null
  readonly group?: string
}

/** Something that was left out or changed on the way in. `file` is relative to what was imported. */
export interface ImportProblem {
  readonly file: string
  readonly what: string
  /** The file as a whole is left out, and `what` says but why. */
  readonly leftOut?: boolean | undefined
}

/** A class as a file has it, with the colour (`#rrggbb`) that it is shown in there. */
export interface FoundClass {
  readonly name: string
  readonly color: string
}

/** A folder of images and labels, read whole and checked, so that it can be committed in one transaction or not at all. */
export interface ParsedDataset {
  readonly format: Exclude<ImportRequest['format'], 'auto'>
  readonly images: readonly ParsedImage[]
  /** Names of the classes in the order they are met, spelled as in the files. */
  readonly classNames: readonly string[]
  /** Colours of classes, where the files give some: new classes take them. */
  readonly foundClasses?: readonly FoundClass[]
  readonly problems: readonly ImportProblem[]
  /** What a person should know of how the files were understood, in sentences. */
  readonly notes?: readonly string[]
  /** What mask pictures held, where the labels came from such. */
  readonly masks?: MaskSummary
  /** Folders that were written below the project's: to be taken away again if the import comes to nothing. */
  readonly written?: readonly string[]
}

export interface ParseOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, name: string) => void
}

/** What the parsers of labels need to know of the project and of what was asked for. */
export interface ImportContext extends ParseOptions {
  readonly task: TaskKind
  /** The project's, in their order. */
  readonly classes: readonly ClassRecord[]
  readonly projectFolder: string
  /** The project's images: labels whose image does not lie beside them may be about one of these. */
  readonly known: KnownImages
  readonly pictures: Pictures
  readonly request: ImportRequest
}
