import { type LabelFormatName, type MaskFormatName } from '#shared/contracts/project.ts'
import { t } from '#shared/i18n/translate.ts'

interface ExportText {
  readonly title: string
  /** What is written, in one line. */
  readonly text: string
  /** Of a single file; null where a folder is written. */
  readonly ending: string | null
}

/** What objects are written as from here. */
export type ObjectFormat = LabelFormatName | MaskFormatName

const CLASS_MASKS = t('A folder with a picture an image: 0 is background, else the number of the class.')
const OBJECT_MASKS = t('A folder with a 16-bit picture an image: 0 is background, else the number of the object.')

export const EXPORTS: Readonly<Record<ObjectFormat, ExportText>> = {
  coco: { title: 'COCO', text: t('One JSON file with boxes, polygons and run lengths.'), ending: 'json' },
  geojson: { title: t('GeoJSON for QuPath'), text: t('A folder with a file an image, as QuPath opens it.'), ending: null },
  voc: { title: 'Pascal VOC', text: t('A folder with an XML file an image: boxes.'), ending: null },
  yolo: { title: t('YOLO boxes'), text: t('A folder with a text file an image and data.yaml; the images are not copied.'), ending: null },
  'yolo-seg': {
    title: t('YOLO outlines'),
    text: t('A folder with a text file an image and data.yaml; the images are not copied.'),
    ending: null,
  },
  csv: { title: t('Table (CSV)'), text: t('One row an object; areas by the boxes round them.'), ending: 'csv' },
  cvat: { title: 'CVAT', text: t('One XML file “CVAT for images 1.1”.'), ending: 'xml' },
  labelstudio: { title: 'Label Studio', text: t('One JSON file of tasks, to be imported there.'), ending: 'json' },
  w3c: { title: 'W3C Web Annotation', text: t('One JSON-LD file with a selector each, for Annotorious and IIIF viewers.'), ending: 'json' },
  labelme: { title: 'LabelMe', text: t('A folder with a JSON file an image.'), ending: null },
  asap: { title: 'ASAP', text: t('A folder with an XML file an image; classes are groups.'), ending: null },
  aperio: { title: 'ImageScope', text: t('A folder with an XML file an image; classes are layers.'), ending: null },
  png: { title: t('Masks of classes (PNG)'), text: CLASS_MASKS, ending: null },
  tiff: { title: t('Masks of classes (TIFF)'), text: CLASS_MASKS, ending: null },
  instances: { title: t('Masks of single objects (PNG)'), text: OBJECT_MASKS, ending: null },
  'instances-tiff': { title: t('Masks of single objects (TIFF)'), text: OBJECT_MASKS, ending: null },
}
