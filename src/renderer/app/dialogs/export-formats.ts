import { type LabelFormatName } from '#shared/contracts/project.ts'

interface ExportText {
  readonly title: string
  /** What is written, in one line. */
  readonly text: string
  /** Of a single file; null where a folder is written. */
  readonly ending: string | null
}

export const EXPORTS: Readonly<Record<LabelFormatName, ExportText>> = {
  coco: { title: 'COCO', text: 'One JSON file with boxes, polygons and run lengths.', ending: 'json' },
  geojson: { title: 'GeoJSON for QuPath', text: 'A folder with a file an image, as QuPath opens it.', ending: null },
  voc: { title: 'Pascal VOC', text: 'A folder with an XML file an image: boxes.', ending: null },
  yolo: { title: 'YOLO boxes', text: 'A folder with a text file an image and data.yaml; the images are not copied.', ending: null },
  'yolo-seg': {
    title: 'YOLO outlines',
    text: 'A folder with a text file an image and data.yaml; the images are not copied.',
    ending: null,
  },
  csv: { title: 'Table (CSV)', text: 'One row an object; areas by the boxes round them.', ending: 'csv' },
  cvat: { title: 'CVAT', text: 'One XML file “CVAT for images 1.1”.', ending: 'xml' },
  labelstudio: { title: 'Label Studio', text: 'One JSON file of tasks, to be imported there.', ending: 'json' },
  w3c: { title: 'W3C Web Annotation', text: 'One JSON-LD file with a selector each, for Annotorious and IIIF viewers.', ending: 'json' },
  labelme: { title: 'LabelMe', text: 'A folder with a JSON file an image.', ending: null },
  asap: { title: 'ASAP', text: 'A folder with an XML file an image; classes are groups.', ending: null },
  aperio: { title: 'ImageScope', text: 'A folder with an XML file an image; classes are layers.', ending: null },
}
