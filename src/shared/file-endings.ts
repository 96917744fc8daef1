import { SLIDE_EXTENSIONS } from './records/image.ts'

/** Usual endings of the pictures that are read; what counts is the content. */
export const PICTURE_EXTENSIONS = ['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'bmp', 'dib', 'tif', 'tiff', 'webp'] as const

/** Endings of the files that an image may be: pictures and slides. OME-Zarr is a folder, and not among them. */
export const IMAGE_EXTENSIONS: readonly string[] = [...PICTURE_EXTENSIONS, ...SLIDE_EXTENSIONS]

/** Endings of the files in which labels are read, in any format. */
export const LABEL_EXTENSIONS: readonly string[] = [
  'json',
  'jsonld',
  'geojson',
  'xml',
  'csv',
  'tsv',
  'txt',
  'npy',
  'tfrecord',
  'tfrecords',
  'tfrec',
  'record',
  'gz',
  'gzip',
  'zlib',
]

/** Endings of the files that name classes and splits of labels beside them, and stand for their folder where one is picked. */
export const LABEL_LIST_EXTENSIONS: readonly string[] = ['yaml', 'yml', 'names']
