import type { LabelFormatName } from '#shared/contracts/project.ts'
import { writeAperio } from './aperio-out.ts'
import { writeAsap } from './asap.ts'
import { writeCoco } from './coco.ts'
import { writeAnnotationsCsv } from './csv.ts'
import { writeCvat } from './cvat-out.ts'
import { writeGeoJson } from './geojson-out.ts'
import type { LabelSet, WrittenLabels } from './label-set.ts'
import { writeLabelMe } from './labelme.ts'
import { writeLabelStudio } from './label-studio-out.ts'
import { writeVoc } from './voc-out.ts'
import { writeWebAnnotations } from './web-annotation.ts'
import { writeYolo } from './yolo-out.ts'

/** Every format that annotations and predictions can be written in, by its name: a file or a folder, whole or not at all. */
export const EXPORT_FORMATS: Readonly<Record<LabelFormatName, (target: string, set: LabelSet) => Promise<WrittenLabels>>> = {
  csv: writeAnnotationsCsv,
  coco: writeCoco,
  voc: writeVoc,
  geojson: writeGeoJson,
  yolo: (folder, set) => writeYolo(folder, set, 'boxes'),
  'yolo-seg': (folder, set) => writeYolo(folder, set, 'segments'),
  cvat: writeCvat,
  labelstudio: writeLabelStudio,
  labelme: writeLabelMe,
  w3c: writeWebAnnotations,
  asap: writeAsap,
  aperio: writeAperio,
}
