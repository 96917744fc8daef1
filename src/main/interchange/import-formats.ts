import { say } from '#shared/i18n/say.ts'
import { parseAperio } from './aperio-in.ts'
import { parseAsap } from './asap.ts'
import { parseCellpose } from './cellpose-in.ts'
import { parseClassFolders } from './class-folders.ts'
import { parseCoco } from './coco-in.ts'
import { parseCrops } from './crops.ts'
import { parseCsvLabels } from './csv-labels.ts'
import { parseCvat } from './cvat-in.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import type { FoundFormat } from './detect.ts'
import { parseGeoJson } from './geojson-in.ts'
import { measured } from './image-size.ts'
import { parseImages } from './images.ts'
import { parseLabelMe } from './labelme.ts'
import { parseLabelStudio } from './label-studio-in.ts'
import { parseMasks } from './masks.ts'
import { parseRecords } from './tfrecord.ts'
import { parseVoc } from './voc.ts'
import { parseWebAnnotations } from './web-annotation.ts'
import { parseYolo } from './yolo-in.ts'

interface ImportFormat {
  readonly read: (given: string, context: ImportContext) => Promise<ParsedDataset>
  /** Said where nobody said what to look for; plain images need no word. */
  readonly found: readonly string[]
}

/** Every format that can be read, by its name. */
export const IMPORT_FORMATS: Readonly<Record<FoundFormat, ImportFormat>> = {
  images: { read: parseImages, found: [] },
  voc: {
    read: (given, context) => parseVoc(given, { ...context, probe: (file) => measured(file, context) }),
    found: [say('Found Pascal VOC annotations.')],
  },
  coco: { read: parseCoco, found: [say('Found COCO annotations.')] },
  geojson: { read: parseGeoJson, found: [say('Found GeoJSON.')] },
  folders: { read: parseClassFolders, found: [say('Found class folders.')] },
  csv: { read: parseCsvLabels, found: [say('Found a table of labels.')] },
  crops: { read: parseCrops, found: [say('Found a Slidewright project: its objects are cut out.')] },
  masks: { read: parseMasks, found: [say('Found images with masks.')] },
  labelmaps: { read: parseMasks, found: [say('Found images with masks.')] },
  tfrecord: { read: parseRecords, found: [say('Found TFRecords.')] },
  yolo: { read: parseYolo, found: [say('Found labels of YOLO.')] },
  cvat: { read: parseCvat, found: [say('Found annotations of CVAT.')] },
  labelstudio: { read: parseLabelStudio, found: [say('Found annotations of Label Studio.')] },
  labelme: { read: parseLabelMe, found: [say('Found labels of LabelMe.')] },
  w3c: { read: parseWebAnnotations, found: [say('Found W3C Web Annotations.')] },
  asap: { read: parseAsap, found: [say('Found annotations of ASAP.')] },
  aperio: { read: parseAperio, found: [say('Found annotations of ImageScope.')] },
  cellpose: { read: parseCellpose, found: [say('Found segmentations of Cellpose.')] },
}
