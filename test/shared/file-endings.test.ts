import { describe, expect, it } from 'vitest'
import { IMAGE_EXTENSIONS, LABEL_EXTENSIONS } from '../../src/shared/file-endings.ts'
import { APERIO } from '../../src/main/interchange/aperio-in.ts'
import { ASAP } from '../../src/main/interchange/asap.ts'
import { CELLPOSE } from '../../src/main/interchange/cellpose-in.ts'
import { CVAT } from '../../src/main/interchange/cvat-in.ts'
import { LABELME } from '../../src/main/interchange/labelme.ts'
import { LABEL_STUDIO } from '../../src/main/interchange/label-studio-in.ts'
import { isRecordFile } from '../../src/main/interchange/tfrecord.ts'
import { WEB_ANNOTATION } from '../../src/main/interchange/web-annotation.ts'
import { isImageName } from '../../src/main/interchange/walk.ts'
import { IMAGE_FILTERS, IMPORT_FILTERS, labelFilters } from '../../src/renderer/app/file-filters.ts'
import { FORMATS } from '../../src/renderer/app/dialogs/import-formats.ts'

/** Whether a dialog shows a file before all files are asked for. */
const shows = ([first]: readonly { extensions: readonly string[] }[], name: string): boolean =>
  first!.extensions.some((ending) => name.toLowerCase().endsWith(`.${ending}`))

describe('the dialogs of files', () => {
  it('show slides as they show pictures, wherever an image is picked', () => {
    for (const name of [
      'a.svs',
      'a.ndpi',
      'A.MRXS',
      'a.scn',
      'a.vms',
      'a.vmu',
      'a.bif',
      'a.svslide',
      'a.dcm',
      'a.ome.tiff',
      'a.ome.tif',
      'a.jfif',
    ]) {
      expect([name, shows(IMAGE_FILTERS, name), shows(IMPORT_FILTERS, name), isImageName(name)]).toEqual([name, true, true, true])
    }
    expect(shows(IMAGE_FILTERS, 'a.json')).toBe(false)
    expect(IMAGE_EXTENSIONS.every((ending) => isImageName(`a.${ending}`))).toBe(true)
  })

  it('show whatever a format reads its labels from', () => {
    const readers = [APERIO, ASAP, CELLPOSE, CVAT, LABELME, LABEL_STUDIO, WEB_ANNOTATION]
    const read = [...readers.flatMap(({ endings }) => endings), ...Object.values(FORMATS).flatMap(({ files }) => files ?? [])]
    expect(read.filter((ending) => !LABEL_EXTENSIONS.includes(ending))).toEqual([])
    for (const name of ['x_seg.npy', 'x.jsonld', 'a.tfrec', 'a.tfrecords.gz', 'a.record', 'data.yaml', 'obj.names'])
      expect([name, shows(IMPORT_FILTERS, name)]).toEqual([name, true])
    expect(['a.tfrecord', 'a.record.zlib'].every((name) => isRecordFile(name) && shows(IMPORT_FILTERS, name))).toBe(true)
  })

  it('show every file where that is asked for', () => {
    for (const filters of [IMAGE_FILTERS, IMPORT_FILTERS, labelFilters(['csv'])])
      expect(filters.at(-1)).toMatchObject({ name: 'All files', extensions: ['*'] })
  })
})
