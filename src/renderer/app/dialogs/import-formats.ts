import { type ImportRequest } from '#shared/contracts/project.ts'
import { type TaskKind } from '#shared/records/task.ts'
import { t } from '#shared/i18n/translate.ts'

export type ImportFormat = ImportRequest['format']

interface FormatText {
  readonly title: string
  /** What such files are, in one line. */
  readonly text: string
  /** A single file is what is picked; otherwise a folder. */
  readonly files?: readonly string[]
}

export const FORMATS: Readonly<Record<ImportFormat, FormatText>> = {
  auto: { title: t('As it is found'), text: t('Looks into the folder and takes the first of the formats below that fits.') },
  images: { title: t('Images alone'), text: t('No annotations are read, whatever lies beside the images.') },
  folders: { title: t('Class folders'), text: t('One folder a class, named after it; folders named train, val and test give the split.') },
  csv: {
    title: t('Table'),
    text: t('A CSV or TSV file: the image in one column, its class in another, boxes too.'),
    files: ['csv', 'tsv', 'txt'],
  },
  voc: { title: 'Pascal VOC', text: t('An XML file an image, with boxes; lists in ImageSets give the split.') },
  coco: { title: 'COCO', text: t('One JSON file with boxes, polygons and run lengths for many images.') },
  geojson: { title: 'GeoJSON', text: t('Areas and points as QuPath and others write them, one file an image.') },
  yolo: {
    title: 'YOLO',
    text: t('A text file an image with boxes or outlines as shares of its sides; names in data.yaml or classes.txt.'),
  },
  cvat: { title: 'CVAT', text: t('An XML file “CVAT for images 1.1” with boxes, outlines, masks and points.'), files: ['xml'] },
  labelstudio: {
    title: 'Label Studio',
    text: t('One JSON file of tasks with rectangles, polygons, brushes, key points and choices.'),
    files: ['json'],
  },
  labelme: { title: 'LabelMe', text: t('A JSON file an image with polygons, rectangles, circles and points.') },
  w3c: {
    title: 'W3C Web Annotation',
    text: t('A JSON file of annotations with selectors, as Annotorious writes it.'),
    files: ['json', 'jsonld'],
  },
  asap: { title: 'ASAP', text: t('An XML file a slide; groups are classes.') },
  aperio: { title: 'ImageScope', text: t('An XML file a slide as Aperio ImageScope writes it; layers are classes.') },
  cellpose: { title: 'Cellpose', text: t('The file _seg.npy that Cellpose saves beside an image; each number is an object.') },
  masks: { title: t('Masks'), text: t('A picture beside each image whose grey values or colours are classes or single objects.') },
  labelmaps: { title: t('Label maps'), text: t('As masks, the values being the places of the classes: 0 is background.') },
  tfrecord: { title: 'TFRecord', text: t('Files of TensorFlow with images and masks in them; the images are written into the project.') },
  crops: {
    title: t('Cut out of a project'),
    text: t('A Slidewright project with boxes or points: each becomes a small image of its own, with its class.'),
  },
}

const WHOLE_IMAGES = ['auto', 'folders', 'csv', 'coco', 'labelstudio', 'labelme', 'w3c', 'cvat', 'crops', 'images'] as const
/** Formats of other programs that hold boxes and areas alike. */
const PROGRAMS = ['cvat', 'labelstudio', 'labelme', 'w3c', 'asap', 'aperio', 'cellpose'] as const

/** The formats that have something for a task, the usual one first. */
export const FORMATS_OF: Readonly<Record<TaskKind, readonly ImportFormat[]>> = {
  detection: ['auto', 'voc', 'coco', 'geojson', 'yolo', ...PROGRAMS, 'csv', 'images'],
  segmentation: ['auto', 'masks', 'labelmaps', 'tfrecord', 'coco', 'geojson', 'yolo', ...PROGRAMS, 'voc', 'images'],
  classification: WHOLE_IMAGES,
  anomaly: [...WHOLE_IMAGES.slice(0, 2), 'masks', ...WHOLE_IMAGES.slice(2)],
}
