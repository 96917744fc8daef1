import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import type * as KoffiPackage from 'koffi'

/** An open slide of the library; never looked into. */
export type SlideHandle = object & { readonly slide: unique symbol }

/**
 * OpenSlide 4 (Goode et al. 2013, J Pathol Inform 4:27), as far as it is used here. What touches the disk runs on threads of its own; the rest
 * answers from memory. A handle may be read by several at a time, but must not be closed while it is read.
 */
export interface OpenSlideLibrary {
  /** Such as 4.0.1. */
  readonly version: string
  /** The library's file, or its name where the system found it. */
  readonly file: string
  /** Name of the slide format, null where it is none. Cheap: looks at the first bytes. */
  vendor(file: string): Promise<string | null>
  open(file: string): Promise<SlideHandle | null>
  /** What went wrong with the handle; it is of no more use then. */
  error(slide: SlideHandle): string | null
  levelCount(slide: SlideHandle): number
  levelSize(slide: SlideHandle, level: number): { width: number; height: number }
  levelDownsample(slide: SlideHandle, level: number): number
  property(slide: SlideHandle, name: string): string | null
  /** Premultiplied ARGB in the machine's byte order, into `target`; x and y in pixels of level 0, the size in those of the level. */
  read(
    slide: SlideHandle,
    target: Uint32Array,
    region: { x: number; y: number; level: number; width: number; height: number },
  ): Promise<void>
  /** Names of the pictures beside the slide, such as `label` and `macro`. */
  associatedNames(slide: SlideHandle): string[]
  /** Zero or less a side where there is none of that name. */
  associatedSize(slide: SlideHandle, name: string): { width: number; height: number }
  /** Premultiplied ARGB as `read` gives it; `target` has room for all of it. */
  readAssociated(slide: SlideHandle, name: string, target: Uint32Array): Promise<void>
  close(slide: SlideHandle): Promise<void>
}

/** Why slides can't be opened here. */
export interface NoOpenSlide {
  readonly why: string
}

export const isOpenSlide = (found: OpenSlideLibrary | NoOpenSlide): found is OpenSlideLibrary => 'version' in found

/** Set to a library's path, or to `none`. */
export const OPENSLIDE_VARIABLE = 'SLIDEWRIGHT_OPENSLIDE'

/** The library of this machine; looked for once. */
export const openSlide: () => OpenSlideLibrary | NoOpenSlide = once(() => loadOpenSlide(candidates()))

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

const requireHere = (): NodeJS.Require => createRequire(typeof __filename === 'string' ? __filename : import.meta.url)

/** What set-up lays beside koffi: `openslide/` in its folder, so that packages of the app bring it along. */
const LIBRARY_NAMES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'libopenslide.so.1',
  darwin: 'libopenslide.1.dylib',
  win32: 'libopenslide-1.dll',
}

/** Libraries to try: the one that was named alone, else set-up's, then the system's. */
function candidates(): string[] {
  const named = process.env[OPENSLIDE_VARIABLE]
  if (named) return named === 'none' ? [] : [named]
  const name = LIBRARY_NAMES[process.platform]
  if (name === undefined) return []
  const system = process.platform === 'darwin' ? ['/opt/homebrew/lib/', '/usr/local/lib/', ''].map((folder) => folder + name) : [name]
  return [...besideKoffi(name), ...system]
}

function besideKoffi(name: string): string[] {
  try {
    return [path.join(path.dirname(requireHere().resolve('koffi')), 'openslide', name)]
  } catch {
    return []
  }
}

/** Loads the first of the libraries that loads. */
export function loadOpenSlide(files: readonly string[]): OpenSlideLibrary | NoOpenSlide {
  if (files.length === 0) return { why: 'it is switched off, or unknown on this system' }
  let why = ''
  for (const file of files) {
    try {
      return bind(file)
    } catch (thrown) {
      why ||= (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? ''
    }
  }
  return { why }
}

/** Decoders of JPEG 2000 need more than the 128 kB that an asynchronous call has on its stack by default. */
const STACK_BYTES = 2 ** 20

function bind(file: string): OpenSlideLibrary {
  const koffi = requireHere()('koffi') as typeof KoffiPackage
  koffi.config({ async_stack_size: STACK_BYTES })
  const library = koffi.load(file)
  /** A C function; the compiler has to believe what its declaration says. */
  const now = <A extends unknown[], R>(declaration: string): ((...given: A) => R) => library.func(declaration) as (...given: A) => R
  const later = <A extends unknown[], R>(declaration: string): ((...given: A) => Promise<R>) =>
    promisify(library.func(declaration).async as (...given: [...A, (error: Error | null, result: R) => void]) => void) as never
  type Slide = [slide: SlideHandle]
  const size = now<[...Slide, number, bigint[] | number[], bigint[] | number[]], void>(
    'void openslide_get_level_dimensions(void *slide, int level, _Out_ int64_t *w, _Out_ int64_t *h)',
  )
  const read = later<[...Slide, Uint32Array, number, number, number, number, number], void>(
    'void openslide_read_region(void *slide, void *argb, int64_t x, int64_t y, int level, int64_t w, int64_t h)',
  )
  const sizeBeside = now<[...Slide, string, bigint[] | number[], bigint[] | number[]], void>(
    'void openslide_get_associated_image_dimensions(void *slide, const char *name, _Out_ int64_t *w, _Out_ int64_t *h)',
  )
  const namesBeside = now<Slide, object | null>('void *openslide_get_associated_image_names(void *slide)')
  const readBeside = later<[...Slide, string, Uint32Array], void>(
    'void openslide_read_associated_image(void *slide, const char *name, void *argb)',
  )
  return {
    file,
    version: now<[], string>('const char *openslide_get_version()')(),
    vendor: later<[string], string | null>('const char *openslide_detect_vendor(const char *file)'),
    open: later<[string], SlideHandle | null>('void *openslide_open(const char *file)'),
    error: now<Slide, string | null>('const char *openslide_get_error(void *slide)'),
    levelCount: now<Slide, number>('int openslide_get_level_count(void *slide)'),
    levelSize: (slide, level) => {
      const [width, height] = [[0], [0]]
      size(slide, level, width, height)
      return { width: Number(width[0]), height: Number(height[0]) }
    },
    levelDownsample: now<[...Slide, number], number>('double openslide_get_level_downsample(void *slide, int level)'),
    property: now<[...Slide, string], string | null>('const char *openslide_get_property_value(void *slide, const char *name)'),
    read: (slide, target, { x, y, level, width, height }) => read(slide, target, x, y, level, width, height),
    associatedNames: (slide) => stringsAt(koffi, namesBeside(slide)),
    associatedSize: (slide, name) => {
      const [width, height] = [[-1], [-1]]
      sizeBeside(slide, name, width, height)
      return { width: Number(width[0]), height: Number(height[0]) }
    },
    readAssociated: (slide, name, target) => readBeside(slide, name, target),
    close: later<Slide, void>('void openslide_close(void *slide)'),
  }
}

/** More names than any format has. */
const MOST_NAMES = 64

/** The strings of an array that ends with NULL. */
function stringsAt(koffi: typeof KoffiPackage, array: object | null): string[] {
  const strings: string[] = []
  if (array === null) return strings
  const width = koffi.sizeof('void *')
  for (let i = 0; i < MOST_NAMES; i++) {
    const text = koffi.decode(array, i * width, 'const char *') as string | null
    if (text === null) break
    strings.push(text)
  }
  return strings
}
